"""A million positions into the mesh on Blender's main thread, against memcpy; the evaluation after it, apart."""

from __future__ import annotations

import bpy
import numpy as np

from bench.timing import in_turns, report, row
from latent_lasso.scene import cloud as cloud_data

POINTS = 1_000_000


def main() -> None:
    """Measure in this Blender."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    rng = np.random.default_rng(0)
    positions = rng.uniform(-10, 10, (POINTS, 3)).astype(np.float32)
    numbers = np.arange(POINTS, dtype=np.int32)
    cloud = cloud_data.create_cloud("bench", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
    flat, target = positions.ravel(), np.empty(POINTS * 3, dtype=np.float32)
    layer = bpy.context.view_layer
    layer.update()
    seconds = in_turns(
        {
            "memcpy": lambda: np.copyto(target, flat),
            "write": lambda: cloud_data.write_positions(cloud.data, flat),
        }
    )

    def evaluate() -> None:
        cloud.update_tag()
        cloud.data.update_tag()
        layer.update()

    evaluation = in_turns({"evaluate": evaluate}, rounds=5)["evaluate"]
    version = ".".join(str(part) for part in bpy.app.version[:2])
    limit = "<= 10" if bpy.app.version < (5, 0, 0) else "<= 5"
    report(
        [
            row(f"snapshot of 1M, Blender {version}, of memcpy", seconds["write"] / seconds["memcpy"], limit, "x"),
            row(f"... in milliseconds, Blender {version}", 1e3 * seconds["write"], "", "ms"),
            row(f"... its evaluation apart, Blender {version}, of memcpy", evaluation / seconds["memcpy"], "", "x"),
        ]
    )


if __name__ == "__main__":
    main()
