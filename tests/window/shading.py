"""How long the two ways to coloured points take in Blender's window, while the cloud moves."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bpy
import numpy as np
from scenario import Scenario, Steps

SIZES = (1_797, 10_000, 100_000)
FRAMES = 7


def frame_seconds(s: Scenario, cloud: Any, data: Any) -> float:
    """The median seconds from new positions to the drawn window."""
    positions = data.read_positions(cloud).ravel()
    rng, spent = np.random.default_rng(0), []
    for _ in range(FRAMES):
        positions += rng.normal(0, 0.02, len(positions)).astype(np.float32)
        begin = time.perf_counter()
        data.write_positions(cloud.data, positions)
        cloud.update_tag()
        bpy.ops.wm.redraw_timer(type="DRAW_WIN_SWAP", iterations=1)
        spent.append(time.perf_counter() - begin)
    return float(np.median(spent[2:]))


def play(s: Scenario) -> Steps:
    """The whole scenario."""
    yield from s.until(lambda: len(bpy.context.window_manager.windows) > 0, "the window")
    s.install()
    data, nodes = s.load("scene.cloud"), s.load("scene.nodes")
    yield 1.0
    found = []
    for size in SIZES:
        rng = np.random.default_rng(0)
        numbers = np.arange(size, dtype=np.int32)
        positions = rng.uniform(-9, 9, (size, 3)).astype(np.float32)
        cloud = data.create_cloud("shading", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
        cloud.latent.is_cloud = True
        s.load("scene.materials").dress(cloud, None)
        palette, category = s.load("core.palette"), s.load("core.categories").Category
        known = [category(n, str(n), palette.colour_for(n)) for n in range(1, 11)]
        s.load("scene.materials").write_palette(cloud, palette.table(known))
        data.write_ints(cloud.data, "shown_category", numbers % 11)
        context = s.view()
        with bpy.context.temp_override(**context):
            bpy.ops.view3d.view_all()
            space = context["area"].spaces.active
            for shape in ("Spheres", "Points"):
                nodes.set_input(cloud, "Shape", shape)
                for shading in ("SOLID", "MATERIAL"):
                    space.shading.type = shading
                    found.append({"points": size, "shape": shape, "shading": shading, "s": frame_seconds(s, cloud, data)})
                    s.note(found=found)
                    if shape == "Points":
                        s.picture(f"{size}-{shading}")
                    yield 0.1
        bpy.data.objects.remove(cloud)
    s.reach("measured")


scenario = Scenario("shading")
scenario.run(play)
