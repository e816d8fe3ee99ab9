"""Frame time while one orbits: the cloud that trains, beside a plain scene with the same geometry and an equal load of the CPU."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from mathutils import Quaternion
from scenario import MODULE, STARTED, Scenario, Steps

DIMENSIONS, SECONDS, FRAMES = 64, 12.0, 6


def data_of(s: Scenario, size: int) -> Path:
    """Ten clusters as arrays."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 3, (10, DIMENSIONS)).astype(np.float32)
    path = s.work / f"{size}.npy"
    np.save(path, centres[rng.integers(0, 10, size)] + rng.normal(0, 1, (size, DIMENSIONS)).astype(np.float32))
    return path


def orbit(s: Scenario, name: str) -> Steps:
    """Turn the view for some seconds and frames, as fast as Blender draws; note the median seconds from one to the next."""
    times: list[float] = []
    handle = bpy.types.SpaceView3D.draw_handler_add(lambda: times.append(time.perf_counter()), (), "WINDOW", "POST_PIXEL")
    turn = Quaternion((0.0, 0.0, 1.0), 0.02)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < FRAMES:
        view = s.view()
        view["area"].spaces.active.region_3d.view_rotation.rotate(turn)
        view["region"].tag_redraw()
        yield 0.001
    bpy.types.SpaceView3D.draw_handler_remove(handle, "WINDOW")
    gaps = np.diff(times)
    s.note(**{name: {"median_s": float(np.median(gaps)), "p95_s": float(np.quantile(gaps, 0.95)), "frames": len(times)}})


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    entry = Path(s.load("training.interpreter").__file__).parent
    yield 1.0
    for size in s.settings["sizes"]:
        path = data_of(s, size)
        if MODULE not in bpy.context.preferences.addons:
            bpy.ops.preferences.addon_enable(module=MODULE)
            preferences = bpy.context.preferences.addons[MODULE].preferences
            preferences.trainer_python, preferences.threads = s.settings["trainer_python"], 1
            preferences.runs_folder = str(s.work / "runs")
        with bpy.context.temp_override(**s.view()):
            assert bpy.ops.latent.open_dataset("EXEC_DEFAULT", filepath=str(path)) == {"FINISHED"}
        yield from s.until(lambda: s.cloud() is not None, "the cloud", 300.0)
        with bpy.context.temp_override(**s.view()):
            assert bpy.ops.latent.train("INVOKE_DEFAULT") <= STARTED
            bpy.ops.view3d.view_all()
        yield from s.until(lambda: s.trainer().step >= 10, "the first steps", 300.0)
        yield from orbit(s, f"{size} training")
        s.note(**{f"{size} steps a second": bpy.context.window_manager.latent_status.steps_per_second})
        s.picture(f"training-{size}")
        s.load("live.session").stop()
        yield 1.0
        yield from orbit(s, f"{size} stopped")
        bpy.ops.preferences.addon_disable(module=MODULE)
        trainer = [s.settings["trainer_python"], "-I", str(entry), "train", str(path), "-o", str(s.work / f"{size}.latent")]
        with (s.work / "beside.log").open("w") as log:
            beside = subprocess.Popen(
                [*trainer, "--steps", "1000000", "--threads", "1", "--progress", "0.2"], stdout=log, stderr=log
            )
        yield from s.until(lambda: "step" in (s.work / "beside.log").read_text().lower(), "the trainer beside", 300.0)
        yield from orbit(s, f"{size} plain")
        s.picture(f"plain-{size}")
        beside.kill()
        beside.wait()
        yield from orbit(s, f"{size} plain, nothing beside")
        for ob in list(bpy.data.objects):
            bpy.data.objects.remove(ob)
        bpy.ops.outliner.orphans_purge(do_recursive=True)
        path.unlink()
        s.reach(f"{size:,}")


scenario = Scenario("frames")
scenario.run(play)
