"""What drawing for the headset costs of a small and of a large cloud, in calls and bytes; and when the nodes and the desk draw."""

from __future__ import annotations

import sys
import tracemalloc
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import MODULE, Scenario, Steps
from wearer import Wearer

SIZES = (1_000, 100_000)
FRAMES, TRIES = 4, 20
OURS = MODULE.split(".", 1)[1].replace(".", "/")
"""Where the installed extension's files lie."""


class Counted:
    """Calls made by the extension's code, and the most memory that Python holds more than before, over some frames."""

    def __init__(self) -> None:
        self.calls = 0
        self.aside: Any = None
        """The call of a timer that goes on: it comes by the clock, not with a frame."""

    def begin(self) -> None:
        """Count from now on."""
        tracemalloc.start()
        self.before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        sys.setprofile(self.hear)

    def hear(self, frame: Any, event: str, _argument: Any) -> None:
        """One event of the interpreter."""
        if OURS not in frame.f_code.co_filename:
            return
        if event == "call" and frame.f_code.co_name == "watch":
            self.aside = frame
        elif event == "return" and frame is self.aside:
            self.aside = None
        elif event in ("call", "c_call") and self.aside is None:
            self.calls += 1

    def end(self) -> dict[str, float]:
        """Calls a frame, and bytes at the peak."""
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1] - self.before
        tracemalloc.stop()
        return {"calls": self.calls / FRAMES, "bytes": peak}


def make(s: Scenario, size: int) -> Any:
    """A cloud of ten categories, some of it selected, without a run."""
    data, materials = s.load("scene.cloud"), s.load("scene.materials")
    numbers = np.arange(size, dtype=np.int32)
    places = np.random.default_rng(0).uniform(-9, 9, (size, 3)).astype(np.float32)
    cloud = data.create_cloud("counted", numbers, places, numbers * 0 - 1, bpy.context.scene.collection)
    cloud.latent.is_cloud = True
    s.load("scene.room").another(bpy.context.scene.collection, 10.0).parent = cloud  # as every cloud that was opened has one
    palette, category = s.load("core.palette"), s.load("core.categories").Category
    materials.dress(cloud, None)
    materials.write_palette(cloud, palette.table([category(n, str(n), palette.colour_for(n)) for n in range(1, 11)]))
    data.write_ints(cloud.data, "shown_category", numbers % 11)
    data.write_bools(cloud.data, "selected", numbers < 50)
    cloud.location, cloud.scale = (0.05, 1.6, 1.5), (0.04,) * 3
    bpy.context.view_layer.objects.active = cloud
    with bpy.context.temp_override(**s.view()):
        bpy.ops.view3d.view_all()
    return cloud


def write(s: Scenario, cloud: Any, ahead: bool) -> None:
    """Move the cloud a little, as a tick does: ahead of the mesh, or in it."""
    data = s.load("scene.cloud")
    flat = s.load("scene.ahead").positions(cloud).ravel() * np.float32(0.999)
    if ahead:
        assert s.load("scene.ahead").show(cloud, flat)
        return
    data.write_positions(cloud.data, flat)
    cloud.update_tag()


def borne(who: Wearer, thinning: Any) -> Steps:
    """Wait until as many points are drawn as the machine bears, and keep it so: a busy moment is not to change what is counted."""
    before = -1
    while before != thinning.drawn or len(thinning._seconds) < thinning._seconds.maxlen:
        before = thinning.drawn
        yield from who.frames(10)
    thinning.frame = lambda _seconds, _now: False


def counts(s: Scenario, who: Wearer, cloud: Any) -> Steps:
    """Frames of a cloud that stands still, then of one that is written."""
    viewport, size = s.load("scene.viewport"), len(cloud.data.vertices)
    state = viewport._registered
    held, found = bpy.context.window_manager.latent_xr, {}
    nodes = s.load("scene.nodes")
    yield from s.until(lambda: bool(nodes.get_input(cloud, "Discs Alone")), "the discs alone")
    yield from borne(who, state.eyes._thinning[cloud.session_uid])
    s.load("xr.palette").OFTEN = -1.0  # read for each eye, not by the clock: then it counts the same at any frame rate
    desk: list[int] = []
    handle = bpy.types.SpaceView3D.draw_handler_add(lambda: desk.append(1), (), "WINDOW", "POST_PIXEL")
    for name in ("wrist", "palette", "card"):
        held.palette_open, held.touched = name == "palette", 7 if name == "card" else -1
        yield from who.frames(3)
        for _ in range(TRIES):
            desk.clear()
            filled, counted = state.filled, Counted()
            counted.begin()
            yield from who.frames(FRAMES)
            found[name] = {**counted.end(), "filled": state.filled - filled}
            if not desk:  # else Blender drew the desk meanwhile, for a reason of its own
                break
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
    held.palette_open, held.touched = False, -1
    filled = state.filled
    state.eyes.desk.done(float("inf"))  # its turn would write the mesh, and have that sent too: see desk()
    for _ in range(3):
        write(s, cloud, ahead=True)
        yield from who.frames(3)
    rows = state.batches[cloud.session_uid].rows
    drawn = size if rows is None else len(rows)
    s.note(**{f"{size}": {**found, "drawn": drawn, "writes": (state.filled - filled) / (drawn * viewport.BYTES_A_POINT)}})


def desk(s: Scenario, who: Wearer, cloud: Any) -> Steps:
    """When the desk is drawn anew: not for what is shown ahead of the mesh, until that is written."""
    drawn: list[int] = []
    ahead, data, eyes = s.load("scene.ahead"), s.load("scene.cloud"), s.load("scene.viewport").eyes()
    handle = bpy.types.SpaceView3D.draw_handler_add(lambda: drawn.append(1), (), "WINDOW", "POST_PIXEL")
    for name, is_ahead in (("ahead", True), ("in_mesh", False)):
        ahead.settle(at_once=True)
        yield from who.frames(4)
        drawn.clear()
        eyes.desk.done(float("inf"))  # not due, however long this takes
        for _ in range(3):
            write(s, cloud, is_ahead)
            yield from who.frames(3)
        s.note(**{f"redraws_{name}": len(drawn), f"apart_{name}": apart(ahead.positions(cloud), data.read_positions(cloud))})
    write(s, cloud, ahead=True)
    shown = ahead.positions(cloud)
    eyes.desk.done(0.0)
    yield from s.until(lambda: not eyes.live, "the desk's turn")
    s.note(settled=apart(shown, data.read_positions(cloud)))
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")


def apart(a: Any, b: Any) -> float:
    """The largest distance between the same points."""
    return float(np.abs(a - b).max())


def shadings(s: Scenario, who: Wearer, cloud: Any) -> Steps:
    """Who shows the points: discs alone, or the nodes too."""
    nodes, space = s.load("scene.nodes"), s.view()["area"].spaces.active
    alone = lambda: bool(nodes.get_input(cloud, "Discs Alone"))  # noqa: E731
    found = {}
    for name, shading in (("solid", "SOLID"), ("material", "MATERIAL"), ("solid again", "SOLID")):
        space.shading.type = shading  # Blender gives the headset the same
        yield from s.until(lambda wanted=shading == "SOLID": alone() == wanted, f"the nodes in {name}")
        yield from who.frames(4)
        found[name] = alone()
        yield from who.eyes(name.replace(" ", "-"))
        s.picture(f"{name.replace(' ', '-')}-desk")
    s.note(alone=found)


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.context.preferences.system.viewport_aa = "OFF"
    yield 1.0
    who = Wearer(s)
    for size in SIZES:
        cloud = make(s, size)
        yield from who.start()
        yield from counts(s, who, cloud)
        if size == SIZES[0]:
            yield from desk(s, who, cloud)
            yield from shadings(s, who, cloud)
        yield from who.stop()
        s.note(**{f"alone_after_{size}": bool(s.load("scene.nodes").get_input(cloud, "Discs Alone"))})
        bpy.data.objects.remove(cloud)
        s.reach(f"{size:,}")
    who.close()


scenario = Scenario("costs")
scenario.run(play)
