"""The scripted person in the headset: walks around the training cloud, draws loops in the air, says what they are.

It sees where points are, which have a colour and where the beacons stand, and a seed; no true label chooses a gesture.
Played by demo/vr.py.
"""

from __future__ import annotations

import sys
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from mathutils import Matrix, Quaternion, Vector
from pressing import call
from scenario import STARTED, Scenario, Steps
from wearer import Place, Wearer, to_openxr

from demo import measures, person

OPENING, BETWEEN, AFTER, VIEWS = 700, 100, 300, 12
SCALE, MIDDLE, REACH = 0.04, Vector((0.0, 0.0, 1.5)), 0.5
"""Metres a unit of the cloud, the middle of the room, and how far before the eyes the hand draws."""
ANGLE = np.radians(40)
MOST = 0.028
"""Of the cloud in one loop. A loop may hold 3 %; the cloud moves a little until the trigger is pulled."""


def labeller(s: Scenario, cloud: Any) -> Any:
    """The scripted person, whose loops reach from the eyes to the far side of what it means, from where little lies before that."""
    module = s.load("core.labeller")

    class Standing(module.Labeller):
        def loop(self, view: Any, index: int, chosen: Any) -> Any:
            return replace(super().loop(view, index, chosen), near=0.0)

        def crowd(self, view: Any, chosen: Any) -> Any:
            return super().crowd(view, chosen) & (view.depth <= np.percentile(view.depth[chosen], 97))

    return Standing(s.settings["seed"], s.load("scene.nodes").point_radius(cloud) * SCALE)


def directions(polygon: Any) -> Any:
    """(V, 3): from an eye to the corners of a loop of pixels (V, 2), in the eye's own axes, one metre deep."""
    render = bpy.context.scene.render
    size = np.array((render.resolution_x, render.resolution_y))
    across = np.tan(ANGLE / 2) * (2 * polygon / size - 1) * (1, size[1] / size[0])
    return np.column_stack((across, np.full(len(across), -1.0)))


def hand_path(matrix: Matrix, polygon: Any) -> list[Place]:
    """Where the hand goes to draw a loop of pixels, closed, as seen from an eye with this matrix. OpenXR's metres."""
    corners = [to_openxr(matrix @ (REACH * Vector(corner))) for corner in directions(polygon).tolist()]
    return [*corners, corners[0]]


def reach_of(plan: Any) -> float:
    """How far the plan goes along the middle of its loop, where a range is measured, not along the eye's own axis."""
    return float(plan.far * np.linalg.norm(directions(plan.polygon).mean(axis=0)))


def modest_path(who: Wearer, matrix: Matrix, plan: Any) -> list[Place]:
    """The hand's way around what is meant; narrower where the cloud, which moves on, would have more than MOST of itself inside."""
    polygon, middle, reach = plan.polygon, plan.polygon.mean(axis=0), reach_of(plan)
    while True:
        path = hand_path(matrix, polygon)
        if float(who.inside(path, 1.0, reach).mean()) <= MOST:
            return path
        polygon = middle + 0.9 * (polygon - middle)


def stand(who: Wearer, matrix: Matrix) -> None:
    """Put the head where the matrix (Blender's, of a camera) has its eye, and turn it the same way."""
    who.device.head = to_openxr(matrix.translation)
    upright = Quaternion((1.0, 0.0, 0.0), np.pi / 2)  # a camera that looks ahead in OpenXR looks along Blender's y
    turn = upright.inverted() @ matrix.to_quaternion()
    who.device.turned = (turn.x, turn.y, turn.z, turn.w)


def steps_on(s: Scenario, count: int) -> Steps:
    """Let the trainer go on, in its own time."""
    target = s.trainer().step + count
    yield from s.until(lambda: s.trainer().step >= target, f"step {target}", 900.0)


def suggested(s: Scenario) -> Generator[float, None, list[int] | None]:
    """Rows of the beacon that stands in the largest group without a name, its middle first; None where there is none."""
    trainer = s.trainer()
    s.load("live.looking").ask(trainer)
    yield from s.until(lambda: not trainer.looking, "where to look next")
    rows = {sample: row for row, sample in enumerate(s.load("scene.cloud").read_ints(s.cloud().data, "sample").tolist())}
    cores = [place for place in trainer.places if place.kind == "core"]
    return [rows[sample] for sample in cores[0].samples.tolist()] if cores else None


def one(s: Scenario, who: Wearer, person_: Any, matrices: list[Matrix], truth: Any, names: list[str]) -> Steps:
    """One gesture and its name."""
    cloud, held = s.cloud(), bpy.context.window_manager.latent_xr
    eyes = person.Eyes(bpy.context.scene, s.load("core.version").HALF_SIDE)
    labels = s.load("live.labels")
    views, pointed = eyes.look_around(s.load, cloud, matrices), (yield from suggested(s))
    place = matrices[person_.choose(views, labels.read(cloud), pointed).view]
    stand(who, place)
    yield from who.settle(2)
    # the cloud moved on while it walked there: it draws around what it sees now, and what it sees stands still as it begins
    plan = person_.choose(eyes.look_around(s.load, cloud, [place]), labels.read(cloud), pointed)
    eyes.close()
    held.tool, held.depth, held.range = "LOOP", plan.depth, reach_of(plan)
    path = modest_path(who, place, plan)
    who.hand.position, who.hand.trigger = path[0], 1.0
    yield from who.settle(3)
    surely, perhaps = who.inside(path, 0.99, 0.995 * held.range), who.inside(path, 1.01, 1.005 * held.range)
    expected = who.inside(path, 1.0, held.range)
    for corner in path[1:]:
        who.hand.position = corner
        yield from who.settle()
    if not s.facts["gestures"]:
        yield from who.eyes("drawing")
    yield from who.let_go()
    taken = who.selected()
    rows = np.flatnonzero(taken).astype(np.int32)
    stroke = s.trainer().loop.polygon
    lost = sum(np.linalg.norm(stroke - who.shown(corner), axis=1).min() > 1e-3 for corner in path)
    found = {
        "taken": int(taken.sum()), "expected": int(expected.sum()), "share": round(float(taken.mean()), 4),
        "wrong": int(np.count_nonzero((surely & ~taken) | (taken & ~perhaps))),
        "sent": len(path), "lost": int(lost), "purity": measures.purity(rows, truth), "step": s.trainer().step,
    }  # fmt: skip
    name = person_.read(rows, lambda row: names[truth[row] - 1])
    yield from call(s, who, name)
    found["name"], found["labelled"] = name, int((labels.read(cloud)[rows] > 0).sum())
    s.note(gestures=[*s.facts["gestures"], found])


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.context.preferences.system.viewport_aa = "OFF"
    yield 1.0
    seed, count = s.settings["seed"], s.settings["gestures"]
    yield from s.open_digits(seed)
    cloud = s.cloud()
    cloud.location, cloud.scale = MIDDLE, (SCALE,) * 3
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
    yield from steps_on(s, OPENING)
    who = Wearer(s)
    yield from who.start()
    s.reach("session")
    read = s.load("scene.ahead").positions
    before = read(cloud).copy()
    half_side = s.load("core.version").HALF_SIDE
    matrices = [Matrix.Translation(MIDDLE) @ m for m in person.candidate_matrices(half_side * SCALE, VIEWS, seed)]
    dataset = s.load("training.datasets").open_dataset(s.load("training.datasets").DatasetRef("digits"))
    truth, names = dataset.truth, list(dataset.description.classes)
    someone = labeller(s, cloud)
    s.note(gestures=[])
    for _ in range(count):
        yield from one(s, who, someone, matrices, truth, names)
        yield from steps_on(s, BETWEEN)
    yield from steps_on(s, AFTER)
    yield from who.eyes("labelled")
    s.picture("desk")
    trainer = s.trainer()
    trainer.pause()
    yield from s.until(lambda: not trainer.book.pending, "the labels on disk")
    yield 2.0
    yield from judge(s, before, truth, names)
    s.note(xr_frames=who.drawn // 2, seed=seed)
    yield from who.stop()


def judge(s: Scenario, before: Any, truth: Any, names: list[str]) -> Steps:
    """Accuracy before and after, as the demo at the desk has it, and where the labels are."""
    cloud, trainer = s.cloud(), s.trainer()
    labels = s.load("live.labels").read(cloud)
    categories = {item.name: item.category_id for item in cloud.latent.categories}
    meant = measures.truth_in_categories(truth, names, categories)
    rooms = {"before": (before, labels), "after": (s.load("scene.ahead").positions(cloud), labels)}
    scores = measures.accuracies(s.load, rooms, meant, measures.never_labelled(len(labels), labels))
    history = s.load("training.history").RunHistory(Path(s.load("live.paths").resolved(cloud.latent.run_path)))
    s.note(
        accuracy_before=scores["before"], accuracy_after=scores["after"], labels_on_mesh=int((labels > 0).sum()),
        labels_sent=trainer.book.sent_count, labels_acknowledged=trainer.book.acknowledged_count,
        labels_on_disk=history.labels_stored(), labels_standing=sum(edit.gained for edit in history.edits()), steps=trainer.step,
    )  # fmt: skip
    yield 0.1


scenario = Scenario("labelling")
scenario.run(play)
