"""The way of the eye from where it is to a place: what it sees stays in view, and no jump loses one's bearings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import bpy
from mathutils import Vector

STRETCH = 2.5
"""Of the preference Smooth View: half a second where Blender's own is a fifth, for a place is farther than a turn."""


@dataclass
class Flight:
    """One viewport's way: from where it was to where it goes."""

    space: bpy.types.SpaceView3D
    place: Vector
    distance: float
    begin: Vector
    begin_distance: float

    def to(self, share: float) -> None:
        """Stand at a share 0..1 of the way: slow at both ends, the distance in equal ratios."""
        eased = share * share * (3.0 - 2.0 * share)
        view = self.space.region_3d
        view.view_location = self.begin.lerp(self.place, eased)
        view.view_distance = self.begin_distance * (self.distance / self.begin_distance) ** eased


def seconds(context: bpy.types.Context) -> float:
    """How long a flight takes: as the preference Smooth View has it, 0 for a jump."""
    return 0.0 if bpy.app.background else STRETCH * context.preferences.view.smooth_view / 1000.0


def flights(context: bpy.types.Context, place: Sequence[float], distance: float) -> list[Flight]:
    """A flight for each 3D viewport of the screen; one that looks through the camera leaves it first."""
    found = []
    for area in context.screen.areas if context.screen is not None else ():
        if area.type == "VIEW_3D":
            space = area.spaces.active
            view = space.region_3d
            if view.view_perspective == "CAMERA":
                view.view_perspective = "PERSP"
            here, away = Vector(view.view_location), max(view.view_distance, 1e-3)
            found.append(Flight(space, Vector(place), max(distance, 1e-3), here, away))
    return found
