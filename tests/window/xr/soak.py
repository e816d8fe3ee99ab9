"""A gesture every five seconds, for a minute or more: does memory, the number of handlers or the frame time grow?"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import STARTED, Scenario, Steps
from wearer import Wearer, open_cloud, ring

EVERY = 5.0
NAMES = ("one", "two", "three")


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from open_cloud(s)
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
    who = Wearer(s)
    yield from who.start()
    who.clear()
    yield from undo_while_training(s, who)
    end = time.monotonic() + s.settings["minutes"] * 60
    rows: list[dict[str, float]] = []
    number = 0
    while time.monotonic() < end or number < 4:
        due = time.monotonic() + EVERY
        times: list[float] = []
        used = time.process_time()
        handle = bpy.types.SpaceView3D.draw_handler_add(lambda seen: seen.append(time.perf_counter()), (times,), "XR", "POST_VIEW")
        loop = ring((0.05 + 0.03 * np.sin(number), 1.5 + 0.03 * np.cos(number), -0.7), 0.05, 8)
        yield from who.draw(loop)
        taken = int(who.selected().sum())
        if taken:
            with bpy.context.temp_override(**s.view()):
                assert bpy.ops.latent.assign(name=NAMES[number % 3]) == {"FINISHED"}
        while time.monotonic() < due:
            yield 0.05
        bpy.types.SpaceView3D.draw_handler_remove(handle, "XR")
        row = {"at": time.monotonic(), "taken": taken, "rss_mb": memory(), "handlers": who.handlers()}
        # the clock tells of other programs too, Blender's own processor time hardly
        cpu = 1e3 * (time.process_time() - used) / max(1, len(times) // 2)
        rows.append({**row, "frame_ms": pace(times), "frame_cpu_ms": cpu})
        s.note(rows=rows)
        number += 1
    yield from s.until(lambda: not s.trainer().book.pending, "the labels on disk")
    book = s.trainer().book
    s.note(sent=book.sent_count, acknowledged=book.acknowledged_count, steps=s.trainer().step, held=sorted(s.trainer().holds))
    yield from who.stop()
    s.reach("soaked")


def undo_while_training(s: Scenario, who: Wearer) -> Steps:
    """A loop is named, the button takes that back, while the cloud moves under training."""
    loop = ring((0.05, 1.5, -0.7), 0.08)
    yield from s.until(lambda: s.trainer().step > 5, "the first steps")
    yield from who.hold(loop[0])
    yield from s.until(lambda: not s.load("scene.viewport").eyes().live, "the mesh to have what is shown while a hand draws")
    surely, perhaps, held = who.inside(loop, 0.99), who.inside(loop, 1.01), who.points()
    for place in loop[1:]:
        who.hand.position = place
        yield from who.settle()
    still = bool(np.array_equal(held, who.points()))
    yield from who.let_go()
    taken = who.selected()
    s.note(still_while_drawn=still, taken=int(taken.sum()), wrong=int(np.count_nonzero((surely & ~taken) | (taken & ~perhaps))))
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.assign(name="one") == {"FINISHED"}
    labels = s.load("live.labels")
    given = int((labels.read(s.cloud()) > 0).sum())
    step = s.trainer().step
    yield from who.press("a")
    yield from s.until(lambda: not (labels.read(s.cloud()) > 0).any(), "the undo")
    yield from s.until(lambda: s.trainer().step > step and not s.trainer().book.pending, "steps after the undo")
    yield from s.until(lambda: not np.array_equal(held, who.points()), "the cloud to move again")
    moved = float(np.abs(held - who.points()).max())
    s.note(given=given, left_after_undo=int((labels.read(s.cloud()) > 0).sum()), moved=moved)
    s.reach("undone")


def memory() -> float:
    """Blender's own memory, MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def pace(times: list[float]) -> float:
    """The median from one frame to the next, ms; a frame is two eyes."""
    gaps = np.diff(times[::2])
    return float(np.median(gaps) * 1e3) if len(gaps) else 0.0


scenario = Scenario("soak")
scenario.run(play)
