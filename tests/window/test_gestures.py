"""Lasso, box and brush in Blender's own window: what lights up while a hand draws, and what is selected when it lets go."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.window.test_window import play

SCREEN = 800


def bright(picture: Path, region: list[int], middle: tuple[float, float], radius: float) -> float:
    """The mean brightness, 0 to 255, of the points in a circle around a pixel of the viewport (origin lower left).

    Points are what differs from the viewport's grey.
    """
    pixels = np.asarray(Image.open(picture).convert("RGB"), dtype=np.float64)
    y, x = np.mgrid[: pixels.shape[0], : pixels.shape[1]]
    across, up = x - region[0], SCREEN - 1 - y - region[1]
    inside = (across - middle[0]) ** 2 + (up - middle[1]) ** 2 < radius**2
    return float(pixels[inside].max(axis=1).mean())


def test_points_light_up_while_lasso_box_and_brush_are_drawn_and_are_selected_when_the_hand_lets_go() -> None:
    facts, work = play("gestures", vr=False)
    region = facts["region"]
    cx, cy = region[2] // 2, region[3] // 2
    for name in ("lasso", "added", "star", "box", "taken", "brush", "seen", "range", "adjusted"):
        assert facts[name] > 10 and facts[f"{name}_wrong"] == 0, name
    assert facts["brush"] < 0.7 * facts["flat"], "a brush is a sphere in depth, not all that lies under it"
    assert all(facts["keys"].values()), facts["keys"]
    assert facts["behind"] > 100, "a point behind another is not taken"
    plain, drawn = work / "plain.png", work / "lasso.png"
    left, right = (cx - 120, cy), (cx + 130, cy)
    assert bright(drawn, region, left, 90) > bright(plain, region, left, 90) + 5, "inside lights up"
    assert bright(drawn, region, right, 70) < bright(plain, region, right, 70) - 5, "outside turns grey"
    added = work / "lasso-added.png"
    assert bright(added, region, left, 90) > bright(plain, region, left, 90) + 5, "what Shift adds to stays lit"
    assert bright(added, region, right, 70) > bright(plain, region, right, 70) + 5
    star = work / "star.png"
    assert bright(star, region, (cx, cy), 50) < bright(plain, region, (cx, cy), 50) - 5, "crossed twice is outside"
    assert bright(star, region, (cx + 120, cy), 20) > bright(plain, region, (cx + 120, cy), 20) + 5
    assert bright(work / "box.png", region, (cx, cy), 40) > bright(plain, region, (cx, cy), 40) + 5
    assert bright(work / "box-taken.png", region, (cx, cy), 40) < bright(plain, region, (cx, cy), 40) - 5
    slab = work / "slab.png"
    assert bright(slab, region, (cx, cy), 150) < bright(plain, region, (cx, cy), 150) - 10, "what lies outside the range is grey"


def test_a_lasso_by_the_x_server_s_own_mouse_selects_what_lies_in_it() -> None:
    facts, work = play("hands", vr=False, hands=True)
    assert facts["corners"] >= 20 and facts["selected"] > 50
    assert facts["wrong"] == 0
    assert facts["missed"] <= 0.03 * facts["selected"], "the loop that was meant, to a pixel or two"
    assert (work / "hands.png").stat().st_size > 20_000
