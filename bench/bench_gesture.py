"""From a gesture to the first snapshot that a label moved: the installed zip, a real trainer that trains all the while.

The clock starts when the loop is closed (lasso and assign run on Blender's main thread) and stops when the mesh holds
a snapshot of a step after the one at which the trainer took the label in; the run's own record says which that was.
"""

from __future__ import annotations

import importlib
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from bench.timing import report, row

MODULE = "bl_ext.user_default.latent_lasso"
GESTURES = 7
LIMITS = {10_000: "<= 100", 100_000: "<= 250"}


def load(name: str) -> Any:
    """A module of the installed extension."""
    return importlib.import_module(f"{MODULE}.{name}")


def around(cloud: Any, row: int) -> list[tuple[float, float]]:
    """A loop, in pixels of the camera, around one sample: some points always lie in it."""
    view = load("live.seen").camera_view(cloud, bpy.context)
    seen = load("core.projection").project(load("scene.cloud").read_positions(cloud), view)
    x, y = seen.screen_xy[row].tolist()
    return [(x - 60, y - 60), (x + 60, y - 60), (x + 60, y + 60), (x - 60, y + 60)]


def measure(points: int, folder: Path) -> float:
    """The median milliseconds of several gestures on a cloud of `points` samples with 64 features."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 3, (10, 64))
    data = folder / f"bench{points}.npz"
    np.savez(data, x=(centres[np.arange(points) % 10] + rng.normal(0, 1, (points, 64))).astype(np.float32))
    assert bpy.ops.latent.open_dataset(kind="arrays", filepath=str(data), wait=True) == {"FINISHED"}
    context, trainer, pump = bpy.context, load("live.session").running(), load("live.pump")
    cloud = context.active_object
    load("live.blocking").advance(trainer, context, 30)
    trainer.paused, trainer.lease_granted = False, 0.0
    spent = []
    for gesture in range(GESTURES):
        settle = time.monotonic() + 1.5
        while time.monotonic() < settle:
            pump.tick(trainer, context)
            time.sleep(1 / 60)
        corners = around(cloud, gesture * points // GESTURES)
        shown: list[tuple[float, int]] = []
        begin = time.perf_counter()
        path = [{"name": "", "loc": corner, "time": 0.0} for corner in corners]
        assert bpy.ops.latent.lasso_select(path=path, view="CAMERA") == {"FINISHED"}
        assert bpy.ops.latent.assign(name=f"c{gesture}") == {"FINISHED"}
        step = trainer.step
        while time.perf_counter() - begin < 5.0 and len(shown) < 6:
            pump.tick(trainer, context)
            if trainer.step != step:
                step = trainer.step
                shown.append((time.perf_counter() - begin, step))
            time.sleep(0.002)
        with sqlite3.connect(Path(cloud.latent.run_path) / "run.sqlite") as run:
            (applied,) = run.execute("SELECT applied_step FROM edits ORDER BY number DESC LIMIT 1").fetchone()
        spent.append(next(seconds for seconds, step in shown if step > applied))
    load("live.session").stop()
    bpy.data.objects.remove(cloud)
    return 1e3 * float(np.median(spent))


def main() -> None:
    """Measure at both sizes in this Blender."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=os.environ["LATENT_LASSO_ZIP"], repo="user_default", enable_on_install=True
    )
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    camera.location, camera.rotation_euler = (0, -45, 0), (np.pi / 2, 0, 0)
    scene = bpy.context.scene
    scene.collection.objects.link(camera)
    scene.camera = camera
    scene.render.resolution_x, scene.render.resolution_y = 1280, 720
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        preferences = bpy.context.preferences.addons[MODULE].preferences
        preferences.trainer_python = os.environ["LATENT_LASSO_TRAINER_PYTHON"]
        preferences.threads, preferences.runs_folder = 1, str(Path(folder) / "runs")
        for points, limit in LIMITS.items():
            title = f"gesture to the first moved snapshot, {points:,} x 64"
            rows.append(row(title, measure(points, Path(folder)), limit, "ms"))
    report(rows)


if __name__ == "__main__":
    main()
