"""The run folder as Blender sees it: taking back beyond a restart, a limit for recorded epochs, playback after thinning."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from .conftest import Load
from .test_live import acknowledge, category, select_first, stored


def label(load: Load, cloud: Any, count: int, name: str) -> None:
    select_first(load, cloud, count)
    assert bpy.ops.latent.assign(name=name) == {"FINISHED"}
    acknowledge(load)


def restart(load: Load, cloud: Any) -> None:
    """Another session on the same run: a new trainer, which remembers nothing but the run."""
    bpy.ops.latent.stop()
    prefs = bpy.context.preferences.addons[load("properties").__name__.rpartition(".")[0]].preferences
    trainer = load("live.starting").start_existing(cloud, prefs)
    load("live.blocking").wait_opened(trainer, bpy.context)


def test_the_undo_history_survives_a_restart_and_taking_back_is_an_edit(load: Load, cloud: Any) -> None:
    label(load, cloud, 30, "first")
    label(load, cloud, 10, "second")
    restart(load, cloud)
    assert not load("live.session").running().book.history
    for count, left in ((10, [0, 30, 0]), (30, [30, 0, 0])):
        assert bpy.ops.latent.label_undo() == {"FINISHED"}
        acknowledge(load)
        assert np.bincount(category(load, cloud)[:30], minlength=3).tolist() == left
        assert [len(stored(load, cloud)[-1][2]), *stored(load, cloud)[-1][:2]] == [count, "UNDO", "UNDO"]
        restart(load, cloud)
    assert len(stored(load, cloud)) == 4, "history was not rewritten"
    try:
        bpy.ops.latent.label_undo()
    except RuntimeError as error:
        assert "no label edit to take back" in str(error)
    else:
        raise AssertionError("nothing was left to take back")


def test_acts_of_this_session_are_taken_back_before_those_of_earlier_ones(load: Load, cloud: Any) -> None:
    label(load, cloud, 30, "first")
    restart(load, cloud)
    label(load, cloud, 5, "second")
    bpy.ops.latent.label_undo()
    assert np.bincount(category(load, cloud)[:30], minlength=2).tolist() == [0, 30]
    bpy.ops.latent.label_undo()
    assert not category(load, cloud).any()
