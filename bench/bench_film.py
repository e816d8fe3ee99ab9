"""One frame of the video as each engine renders it at each size, through the video's own operator, on software GL or what there is.

    python -m bench.bench_film [ENGINE:SIZE ...]

In a Blender wheel with the extension's zip, as the tests have it: what the operator takes, from the press to the picture, the
second Blender's start with it. The pictures are left in out/film, to be looked at.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import bpy
import numpy as np

from bench.timing import report, row
from tools.layout import OUT

SHOTS = ("WORKBENCH:HD", "WORKBENCH:4K", "EEVEE:HD", "EEVEE:4K", "CYCLES:HD", "CYCLES:4K")
MODULE = "bl_ext.user_default.latent_lasso"


def cloud_that_learned(folder: Path) -> None:
    """The digits with three categories, trained a while; nothing runs beside the render then."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=os.environ["LATENT_LASSO_ZIP"], repo="user_default", enable_on_install=True
    )
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.trainer_python = os.environ["LATENT_LASSO_TRAINER_PYTHON"]
    preferences.threads, preferences.runs_folder = 1, str(folder)
    bpy.ops.latent.open_dataset(kind="digits", wait=True, seed=1)
    mesh = bpy.context.active_object.data
    for number, name in enumerate(("first", "second", "third")):
        mesh.attributes["selected"].data.foreach_set("value", np.arange(len(mesh.vertices)) // 40 == number)
        bpy.ops.latent.assign(name=name)
    bpy.ops.latent.advance(steps=120)
    bpy.ops.latent.stop()


def spent() -> float:
    """Processor seconds of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(shots: list[str]) -> None:
    """Each frame once."""
    (OUT / "film").mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cloud_that_learned(Path(folder))
        film = bpy.context.scene.latent.film
        for shot in shots:
            film.engine, film.preset = shot.split(":")
            begin, before = time.monotonic(), spent()
            assert bpy.ops.latent.preview_video() == {"FINISHED"}
            took = time.monotonic() - begin
            image = next(image for image in bpy.data.images if image.name.startswith("Latent Preview"))
            target = OUT / "film" / f"{film.engine}-{film.preset}.png"
            image.file_format = "PNG"
            image.save(filepath=str(target))
            rows.append(row(f"{film.engine} {image.size[0]} x {image.size[1]}: a frame", took, "", "s"))
            rows.append(row("... processor time of the second Blender", spent() - before, "", "s"))
            print(rows[-2], rows[-1], flush=True)
    report(rows)


if __name__ == "__main__":
    main(sys.argv[1:] or list(SHOTS))
