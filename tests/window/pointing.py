"""Pointing at points of the cloud with the mouse, as scenarios do, and noting the card that comes."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np
from bpy_extras.view3d_utils import location_3d_to_region_2d, region_2d_to_location_3d
from scenario import Scenario, Steps


def on_screen(s: Scenario) -> tuple[Any, Any]:
    """((N, 2) pixels of the viewport's region, (N,) depths) of the points."""
    seen, region = s.load("live.seen"), s.view()["region"]
    space = s.view()["area"].spaces.active.region_3d
    found = seen.projected(s.cloud(), bpy.context, seen.region_view(s.cloud(), region, space))
    return found.screen_xy, found.depth


def in_front(s: Scenario, place: Any) -> int:
    """The point that is drawn at a place: nearest to the eye of those whose disc covers it."""
    seen, region = s.load("live.seen"), s.view()["region"]
    space = s.view()["area"].spaces.active.region_3d
    found = seen.projected(s.cloud(), bpy.context, seen.region_view(s.cloud(), region, space))
    covers = np.hypot(*(found.screen_xy - place).T) <= found.radius_px
    rows = np.flatnonzero(covers)
    return int(rows[np.argmin(found.depth[rows])])


def hover(s: Scenario, place: Any, picture: str) -> Steps:
    """Move the mouse to a place of the region, and note the card that comes."""
    region, window = s.view()["region"], s.view()["window"]
    overlay = s.load("live.overlay")
    overlay._registered.card = None
    x, y = round(float(place[0])), round(float(place[1]))
    for step in (3, 0):
        window.event_simulate(type="MOUSEMOVE", value="NOTHING", x=region.x + x - step, y=region.y + y)
        yield 0.4
    overlay._registered.card = None
    region.tag_redraw()
    yield from s.until(lambda: overlay._registered.card is not None, f"the card {picture}")
    s.picture(picture)
    box, inside = overlay._registered.card, s.load("scene.sheets").free(s.view()["area"], region)
    row = overlay.looked_at(s.cloud())
    cards = s.facts.get("cards", {})
    cards[picture] = {
        "row": row,
        "front": in_front(s, np.array((x, y))),
        "place": [x, y],
        "box": [box.left, box.bottom, box.right, box.top] if box else None,
        "inside": [inside.left, inside.bottom, inside.right, inside.top],
    }
    s.note(cards=cards)


def bring(s: Scenario, row: int, place: tuple[float, float]) -> None:
    """Move the view sideways until a point lies at a place of the region."""
    region, space = s.view()["region"], s.view()["area"].spaces.active.region_3d
    for _ in range(3):
        point = s.cloud().matrix_world @ s.cloud().data.attributes["position"].data[row].vector
        here = location_3d_to_region_2d(region, space, point)
        along = region_2d_to_location_3d(region, space, here, point)
        space.view_location += along - region_2d_to_location_3d(region, space, place, point)
        space.update()
