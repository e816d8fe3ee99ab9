"""The exact lasso at a million points and 200 corners, without projection, against memcpy, matplotlib and shapely."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path as MatplotlibPath

from bench.timing import in_turns, report, row
from latent_lasso.core.lasso import points_in_lasso

POINTS, CORNERS = 1_000_000, 200


def main() -> None:
    """Measure, and see in passing that all three agree."""
    rng = np.random.default_rng(0)
    points = rng.uniform(0, (1280, 720), (POINTS, 2)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    radius = rng.uniform(150, 340, CORNERS)
    polygon = np.column_stack([640 + radius * np.cos(angle), 360 + radius * np.sin(angle)])
    target = np.empty_like(points)
    path = MatplotlibPath(np.vstack([polygon, polygon[:1]]), closed=True)
    shape = shapely.Polygon(polygon)
    shapely.prepare(shape)
    wide = points.astype(np.float64)
    answers = {
        "ours": points_in_lasso(points, polygon),
        "matplotlib": path.contains_points(wide),
        "shapely": shapely.contains_xy(shape, wide[:, 0], wide[:, 1]),
    }
    quick = in_turns(
        {"ours": lambda: points_in_lasso(points, polygon), "memcpy": lambda: np.copyto(target, points)}
    )
    peers = in_turns(
        {
            "matplotlib": lambda: path.contains_points(wide),
            "shapely": lambda: shapely.contains_xy(shape, wide[:, 0], wide[:, 1]),
        },
        rounds=3,
    )
    disagree = {name: int(np.count_nonzero(mask != answers["ours"])) for name, mask in answers.items()}
    report(
        [
            row("lasso, 1M points x 200 corners", 1e3 * quick["ours"], "<= 40", "ms"),
            row("... against memcpy of the points", quick["ours"] / quick["memcpy"], "", "x"),
            row("... matplotlib against ours", peers["matplotlib"] / quick["ours"], ">= 1", "x", differ=disagree["matplotlib"]),
            row("... shapely (prepared) against ours", peers["shapely"] / quick["ours"], ">= 1", "x", differ=disagree["shapely"]),
        ]
    )


if __name__ == "__main__":
    main()
