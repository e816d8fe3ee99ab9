"""XR frame time of the cloud that trains, beside the same scene without the extension and an equal load of the CPU."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import MODULE, Scenario, Steps
from wearer import Wearer

DIMENSIONS, SECONDS, FRAMES = 64, 15.0, 6


def data_of(s: Scenario, size: int) -> Path:
    """Ten clusters as arrays."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 3, (10, DIMENSIONS)).astype(np.float32)
    path = s.work / f"{size}.npy"
    np.save(path, centres[rng.integers(0, 10, size)] + rng.normal(0, 1, (size, DIMENSIONS)).astype(np.float32))
    return path


def session(s: Scenario, who: Wearer, name: str, own: Callable[[bool], None] | None = None) -> Steps:
    """A session for some seconds and frames, hands and head still; note the median seconds from one frame to the next.

    own: a draw handler of ours, drawn once more for each eye to see what it takes of the main thread.
    """
    yield from who.start()
    yield from who.eyes(name)
    if name.endswith("training"):  # the desk as well, before anything is counted
        s.picture(name)
    times: list[float] = []
    desk: list[float] = []
    spent: list[float] = []

    def eye() -> None:
        times.append(time.perf_counter())
        if own is not None:
            begun = time.thread_time()
            own(True)
            spent.append(time.thread_time() - begun)

    used = time.process_time()
    handle = bpy.types.SpaceView3D.draw_handler_add(eye, (), "XR", "POST_VIEW")
    mirror = bpy.types.SpaceView3D.draw_handler_add(lambda: desk.append(time.perf_counter()), (), "WINDOW", "POST_PIXEL")
    begin = time.perf_counter()
    while time.perf_counter() < begin + SECONDS or len(times) < 2 * FRAMES:
        assert time.perf_counter() < begin + 600, f"{len(times)} eyes drawn in 600 s"
        yield 0.02
    bpy.types.SpaceView3D.draw_handler_remove(handle, "XR")
    bpy.types.SpaceView3D.draw_handler_remove(mirror, "WINDOW")
    gaps = np.diff(times[::2])
    figures = {
        "median_s": float(np.median(gaps)),
        "p95_s": float(np.quantile(gaps, 0.95)),
        "mean_s": float(np.mean(gaps)),
        "frames": len(gaps),
        "cpu_s": (time.process_time() - used) / max(1, len(gaps)),
        "desk_redraws_a_frame": len(desk) / max(1, len(gaps)),
        "own_ms": 1e3 * float(np.median(spent)) if spent else 0.0,
    }
    s.note(**{name: figures})
    yield from who.stop()


def enable(s: Scenario) -> None:
    """The extension, as it was installed."""
    if MODULE not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module=MODULE)
        preferences = bpy.context.preferences.addons[MODULE].preferences
        preferences.trainer_python, preferences.threads = s.settings["trainer_python"], 1
        preferences.runs_folder = str(s.work / "runs")


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    bpy.context.preferences.system.viewport_aa = "OFF"
    entry = Path(s.load("training.interpreter").__file__).parent
    yield 1.0
    who = Wearer(s)
    for size in s.settings["sizes"]:
        path = data_of(s, size)
        enable(s)
        yield from training(s, who, path, size)
        bpy.ops.preferences.addon_disable(module=MODULE)
        trainer = [s.settings["trainer_python"], "-I", str(entry), "train", str(path), "-o", str(s.work / f"{size}.latent")]
        with (s.work / "beside.log").open("w") as log:
            beside = subprocess.Popen(
                [*trainer, "--steps", "1000000", "--threads", "1", "--progress", "0.2"], stdout=log, stderr=log
            )
        yield from s.until(lambda: "step" in (s.work / "beside.log").read_text().lower(), "the trainer beside", 300.0)
        yield from session(s, who, f"{size} plain")
        beside.kill()
        beside.wait()
        yield from session(s, who, f"{size} plain, nothing beside")
        for ob in list(bpy.data.objects):
            bpy.data.objects.remove(ob)
        bpy.ops.outliner.orphans_purge(do_recursive=True)
        path.unlink()
        s.reach(f"{size:,}")


def training(s: Scenario, who: Wearer, path: Path, size: int) -> Steps:
    """Open the data and let it train, with a session."""
    with bpy.context.temp_override(**s.view()):
        assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", filepath=str(path)) == {"FINISHED"}
    yield from s.until(lambda: s.cloud() is not None, "the cloud", 300.0)
    cloud: Any = s.cloud()
    cloud.location, cloud.scale = (0.0, 1.6, 1.5), (0.04,) * 3
    with bpy.context.temp_override(**s.view()):
        bpy.ops.latent.train("INVOKE_DEFAULT")
        bpy.ops.view3d.view_all()
    yield from s.until(lambda: s.trainer().step >= 10, "the first steps", 300.0)
    held, drawn = bpy.context.window_manager.latent_xr, s.load("xr.held").draw
    begun, step = time.perf_counter(), s.trainer().step
    yield from session(s, who, f"{size} training", drawn)
    rate = (s.trainer().step - step) / (time.perf_counter() - begun)
    s.note(**{f"{size} steps a second": rate})
    # no new positions: what is left is drawing
    s.trainer().hold_positions(True, "bench")
    yield from session(s, who, f"{size} held")
    yield 1.0  # the end of a session puts the palette away
    held.palette_open = True
    yield from session(s, who, f"{size} palette", drawn)
    held.palette_open = False
    s.trainer().hold_positions(False, "bench")
    s.load("live.session").stop()
    yield 1.0


scenario = Scenario("frames")
scenario.run(play)
