"""The exact lasso at a million points and 200 corners, without projection, against memcpy, matplotlib and shapely."""

from __future__ import annotations

import numpy as np
import shapely
from matplotlib.path import Path as MatplotlibPath

from bench.timing import in_turns, report, row
from latent_lasso.core.lasso import points_in_lasso
from latent_lasso.core.projection import Projected
from latent_lasso.core.visibility import seen_from_here

POINTS, CORNERS = 1_000_000, 200


def main() -> None:
    """Measure, and see in passing that all three agree."""
    rng = np.random.default_rng(0)
    points = rng.uniform(0, (1280, 720), (POINTS, 2)).astype(np.float32)
    angle = np.linspace(0, 2 * np.pi, CORNERS, endpoint=False)
    # as a hand draws: round, with dents; the star below has every corner somewhere else, which no hand does
    waves = sum(rng.normal(0, 30 / k) * np.cos(k * angle + rng.uniform(0, 6.28)) for k in range(2, 12))
    radius = 260 + waves + rng.normal(0, 1.5, CORNERS)
    star_radius = rng.uniform(150, 340, CORNERS)
    star = np.column_stack([640 + star_radius * np.cos(angle), 360 + star_radius * np.sin(angle)])
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
        {
            "ours": lambda: points_in_lasso(points, polygon),
            "star": lambda: points_in_lasso(points, star),
            "memcpy": lambda: np.copyto(target, points),
        }
    )
    seen = Projected(points, rng.uniform(20, 50, POINTS).astype(np.float32), np.full(POINTS, 3.0, np.float32))
    inside = points_in_lasso(points, polygon * 0.5 + (320, 180))
    depth = in_turns({"loop": lambda: seen_from_here(seen, inside), "all": lambda: seen_from_here(seen)}, rounds=3)
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
            row("... a jagged star instead of a drawn loop", 1e3 * quick["star"], "", "ms"),
            row(f"only what is seen from here, of {np.count_nonzero(inside):,} in a loop", 1e3 * depth["loop"], "", "ms"),
            row("... of all 1M points", 1e3 * depth["all"], "", "ms"),
            row("the lasso against memcpy of the points", quick["ours"] / quick["memcpy"], "", "x"),
            row(
                "... matplotlib against ours",
                peers["matplotlib"] / quick["ours"],
                ">= 1",
                "x",
                differ=disagree["matplotlib"],
            ),
            row(
                "... shapely (prepared) against ours",
                peers["shapely"] / quick["ours"],
                ">= 1",
                "x",
                differ=disagree["shapely"],
            ),
        ]
    )


if __name__ == "__main__":
    main()
