"""The palette in the hand: presses by a ray that the test aims, on a real cloud with a real trainer, without a session."""

from __future__ import annotations

import sqlite3
from typing import Any

import bpy
import numpy as np
import pytest
from mathutils import Vector

from .conftest import Load

EYE = (0.0, -0.5, 1.6)


class Hand:
    """Points a ray at buttons."""

    def __init__(self, load: Load) -> None:
        self.load, self.palette, self.menu = load, load("xr.palette"), load("core.hand_menu")
        self.held = bpy.context.window_manager.latent_xr
        self.held.page, self.held.last_category = "labels", 0
        self.frame = self.menu.facing((-0.2, 0.0, 1.2), EYE, 2.0)
        self.palette.reset()
        self.palette.put(self.frame)

    def middle(self, key: str) -> tuple[float, float]:
        button = self.palette.menu(bpy.context, anew=True).button(key)
        return (button.left + button.right) / 2, (button.bottom + button.top) / 2

    def press(self, key: str) -> None:
        there, start = Vector(self.frame.to_world(*self.middle(key))), Vector(self.frame.to_world(0.2, -0.1, 0.4))
        turn = (there - start).to_track_quat("-Z", "Y")
        assert self.palette.press(bpy.context, tuple(start), tuple(turn))

    def sentence(self) -> str:
        return str(self.palette.opened().said)


@pytest.fixture
def hand(load: Load, cloud: Any) -> Hand:
    return Hand(load)


def select(load: Load, cloud: Any, rows: range) -> Any:
    chosen = np.zeros(len(cloud.data.vertices), dtype=bool)
    chosen[list(rows)] = True
    load("live.labels").set_selected(cloud, chosen)
    return chosen


def category(load: Load, cloud: Any) -> Any:
    return load("live.labels").read(cloud).copy()


def test_a_ray_gives_exactly_the_selection_a_category_in_one_undo_step(load: Load, cloud: Any, hand: Hand) -> None:
    first = select(load, cloud, range(10, 30))
    hand.press("page new")
    hand.press("name Category 1")
    assert hand.held.page == "labels"
    number = cloud.latent.categories[0].category_id
    assert np.array_equal(category(load, cloud) == number, first) and hand.held.last_category == number
    second = select(load, cloud, range(40, 47))
    bpy.ops.ed.undo_push(message="selected")
    hand.press(f"assign {number}")
    assert np.array_equal(category(load, cloud) > 0, first | second)
    bpy.ops.latent.advance(steps=1)
    run = load("live.paths").resolved(cloud.latent.run_path) / "run.sqlite"
    with sqlite3.connect(run) as rows:
        stored = [np.frombuffer(new, "<i4").size for (new,) in rows.execute("SELECT new FROM edits ORDER BY number")]
    assert stored == [20, 7], "the trainer got it as from the desk"
    name = cloud.name
    bpy.ops.ed.undo()
    assert np.array_equal(category(load, bpy.data.objects[name]) > 0, first)


def test_a_press_beside_the_palette_is_a_gesture_and_one_on_bare_paper_is_nothing(load: Load, cloud: Any, hand: Hand) -> None:
    start = Vector(hand.frame.to_world(0.0, 0.1, 0.4))
    away = (start - Vector(hand.frame.to_world(0.0, 0.1))).to_track_quat("-Z", "Y")
    assert not hand.palette.press(bpy.context, tuple(start), tuple(away))
    towards = Vector(hand.frame.to_world(0.0, 0.001))
    assert hand.palette.press(bpy.context, tuple(start), tuple((towards - start).to_track_quat("-Z", "Y")))
    assert len(cloud.latent.categories) == 0


def test_a_fingertip_presses_once_as_it_goes_through_from_the_front(load: Load, cloud: Any, hand: Hand) -> None:
    x, y = hand.middle("page tools")
    path = [hand.frame.to_world(x, y, z) for z in (0.1, 0.02, -0.004, -0.01, 0.02, -0.01, 0.08, -0.01)]
    found = [hand.palette.poke(bpy.context, tip) for tip in path]
    assert [button.key if button else None for button in found] == [None, None, "page tools", None, None, None, None, "page tools"]


def test_unlabel_lock_hide_merge_and_delete_do_as_at_the_desk_the_last_two_only_when_pressed_again(
    load: Load, cloud: Any, hand: Hand
) -> None:
    for number, rows in enumerate((range(10), range(10, 30)), start=1):
        select(load, cloud, rows)
        hand.press("page new")
        hand.press(f"name Category {number}")
    hand.press("unlabel")
    assert np.count_nonzero(category(load, cloud)) == 10
    hand.press("assign 2")
    hand.press("category 1")
    hand.press("hide 1")
    assert cloud.latent.categories[0].hidden and np.count_nonzero(load("live.hiding").mask(cloud)) == 10
    hand.press("hide 1")
    hand.press("lock 1")
    hand.press("delete 1")
    assert len(cloud.latent.categories) == 2, "the first press asks"
    hand.press("delete 1")
    assert len(cloud.latent.categories) == 2 and "locked" in hand.sentence()
    hand.held.page = "category"
    hand.press("lock 1")
    hand.press("page merge")
    hand.press("merge 2")
    assert len(cloud.latent.categories) == 2
    hand.press("merge 2")
    assert [c.category_id for c in cloud.latent.categories] == [2] and np.count_nonzero(category(load, cloud) == 2) == 30
    hand.press("assign 2")
    assert not hand.sentence().startswith("Error")


def test_where_every_point_has_a_name_is_only_said_of_those_that_were_looked_at(load: Load, cloud: Any, hand: Hand) -> None:
    count = len(cloud.data.vertices)
    select(load, cloud, range(count - 5))
    hand.press("page new")
    hand.press("name Category 1")
    act = load("xr.acts").act
    assert not act(bpy.context, "unnamed").startswith("Every point")
    assert bpy.ops.latent.category_hide(category=0, hide=True) == {"FINISHED"}
    assert act(bpy.context, "unnamed") == "Every point that is shown has a name"
    assert bpy.ops.latent.category_hide(category=0, hide=False) == {"FINISHED"}
    select(load, cloud, range(count))
    hand.press("assign 1")
    assert act(bpy.context, "unnamed") == "Every point has a name"


def test_tools_layers_speed_and_training_are_set_from_the_hand(load: Load, cloud: Any, hand: Hand) -> None:
    hand.press("page tools")
    hand.press("tool BRUSH")
    hand.press("depth SEEN")
    hand.press("freeze")
    assert (hand.held.tool, hand.held.depth, hand.held.freeze) == ("BRUSH", "SEEN", False)
    hand.press("page train")
    trainer = load("live.session").running()
    hand.press("pace 2")
    assert trainer.pace == 2.0
    hand.press("pace 0")
    hand.press("layer p")
    assert cloud.latent.layer == "p"
    hand.press("pause")
    assert trainer.paused
    hand.held.tool, hand.held.depth, hand.held.freeze = "LOOP", "ALL", True


def test_the_stick_scrubs_recorded_epochs_and_a_second_press_returns_to_now(load: Load, cloud: Any, hand: Hand) -> None:
    bpy.ops.latent.advance(steps=60)
    playback, scene = load("scene.playback"), bpy.context.scene
    assert not playback.is_history(cloud)
    for _ in range(3):
        assert hand.palette.stick(bpy.context, 0.0, -1.0)
    assert playback.is_history(cloud) and hand.held.page == "time", hand.sentence()
    last = load("live.comparing").timeline_of(cloud).last_frame
    assert scene.frame_current < last
    hand.palette.stick(bpy.context, 0.0, 0.0)
    before = scene.frame_current
    hand.press("scrub 10")
    assert before < scene.frame_current <= last
    hand.press("history")
    assert not playback.is_history(cloud)
