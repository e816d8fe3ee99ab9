"""Acts on whole categories of a million points, on Blender's main thread, against memcpy of the positions: the installed zip."""

from __future__ import annotations

import importlib
import os
from typing import Any

import bpy
import numpy as np

from bench.timing import in_turns, report, row

MODULE = "bl_ext.user_default.latent_lasso"
POINTS, CATEGORIES = 1_000_000, 10


def load(name: str) -> Any:
    """A module of the installed extension."""
    return importlib.import_module(f"{MODULE}.{name}")


def main() -> None:
    """Measure in this Blender."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=os.environ["LATENT_LASSO_ZIP"], repo="user_default", enable_on_install=True
    )
    numbers = np.arange(POINTS, dtype=np.int32)
    positions = np.random.default_rng(0).uniform(-10, 10, (POINTS, 3)).astype(np.float32)
    cloud = load("scene.cloud").create_cloud("bench", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
    cloud.latent.is_cloud = True
    labels, categories = load("live.labels"), load("live.categories")
    known = [labels.new_category(cloud, str(number)) for number in range(CATEGORIES)]
    labels.write(cloud, (numbers % (CATEGORIES + 1)).astype(np.int32))
    some, target, turn = numbers % 3 == 0, np.empty_like(positions), [0]

    def alternate() -> int:
        turn[0] += 1
        return turn[0]

    seconds = in_turns(
        {
            "memcpy": lambda: np.copyto(target, positions),
            "assign a third": lambda: labels.assign(cloud, some, known[alternate() % 2]),
            "hide a category": lambda: categories.hide(cloud, known[5], alternate() % 2 == 0),
            "show one alone": lambda: categories.solo(cloud, known[6], alternate() % 2 == 0, False),
            "select a category": lambda: categories.select(cloud, known[alternate() % 4], False),
            "count for the panel": lambda: labels.refresh_counts(cloud),
        },
        rounds=9,
    )
    version = ".".join(str(part) for part in bpy.app.version[:2])
    copy = seconds.pop("memcpy")
    report([row(f"1M points, {what} ({version})", spent / copy, "<= 100", "memcpy") for what, spent in seconds.items()])


if __name__ == "__main__":
    main()
