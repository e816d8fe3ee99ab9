"""`python -m bench.rooms DATA LABELS OUT.jpg`: our room beside UMAP's, true classes coloured, labelled samples ringed."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

os.environ["MPLBACKEND"] = "agg"

import matplotlib.pyplot as plt
import numpy as np

from tools.staging import link

sys.path.insert(0, str(link()))

from latent_lasso.training.benchmark import measures, ours, rivals, splits
from latent_lasso.training.commands.arguments import reference_of

DARK, LIGHT = "#101216", "#d8dce4"
SEED, QUALITY = 0, 82


def panel(axes: Any, room: np.ndarray, split: splits.Split, title: str) -> None:
    """One room: points (N, 3) within the cube."""
    axes.set_facecolor(DARK)
    colours = plt.get_cmap("tab20" if split.classes > 10 else "tab10")
    numbers = np.unique(split.truth)
    given = split.given > 0
    size = float(np.clip(14000 / len(room), 2.0, 10.0))
    for place, number in enumerate(numbers):
        rows = split.truth == number
        axes.scatter(*room[rows].T, s=size, color=colours(place % colours.N), linewidths=0, alpha=0.85, depthshade=True)
    axes.scatter(*room[given].T, s=42, facecolors="none", edgecolors=LIGHT, linewidths=0.9, depthshade=False)
    side = measures.HALF_SIDE
    corners = np.array([[x, y, z] for x in (-side, side) for y in (-side, side) for z in (-side, side)])
    for a in range(8):
        for b in range(a + 1, 8):
            if np.count_nonzero(corners[a] != corners[b]) == 1:
                axes.plot(*corners[[a, b]].T, color=LIGHT, linewidth=0.4, alpha=0.35)
    axes.set_axis_off()
    # the same frame for both, so that sizes compare
    axes.set(xlim=(-1.1 * side, 1.1 * side), ylim=(-1.1 * side, 1.1 * side), zlim=(-1.1 * side, 1.1 * side))
    axes.set_box_aspect((1, 1, 1), zoom=1.08)
    axes.view_init(elev=18, azim=35)
    axes.set_title(title, color=LIGHT, fontsize=13, y=1.05)


def main() -> None:
    """Train, lay out, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("labels", type=float, help="a share of the cloud, or from 1 how many of each class")
    parser.add_argument("target", type=Path)
    parser.add_argument("--short", action="store_true")
    chosen = parser.parse_args()
    each = int(chosen.labels) if chosen.labels >= 1 else 0
    reference = reference_of(chosen.data, "auto", [])
    split = splits.make(reference, SEED, 0.0 if each else chosen.labels, each)
    settings = {"opening_steps": 12, "settle_steps": 12} if chosen.short else {}
    own = ours.offline(split, settings)["ours"]
    umap = rivals.umap(split)["umap_semi"]
    assert own.room is not None and umap.room is not None
    figure = plt.figure(figsize=(15, 7.4), dpi=100, facecolor=DARK)
    for place, (result, name) in enumerate(((own, "Latent Lasso"), (umap, "UMAP, told the same labels"))):
        room = result.room if name == "Latent Lasso" else measures.same_shape_in_cube(result.room)
        accuracy = float(np.mean(result.held == split.held_truth))
        axes = figure.add_subplot(1, 2, place + 1, projection="3d")
        panel(axes, room, split, f"{name}: {accuracy:.3f} of what was held out")
    figure.text(
        0.5,
        0.02,
        f"{Path(chosen.data).stem}: {len(split.truth):,} samples, {split.classes} classes, "
        f"{int((split.given > 0).sum())} labelled (ringed); seed {SEED}",
        color=LIGHT,
        ha="center",
        fontsize=11,
    )
    figure.subplots_adjust(0, 0.03, 1, 0.94, 0.0, 0)
    figure.savefig(chosen.target, facecolor=DARK, pil_kwargs={"quality": QUALITY, "optimize": True})


if __name__ == "__main__":
    main()
