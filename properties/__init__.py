"""What the user set, as Blender properties: clouds and categories in the .blend, status beside it.

Owns every PropertyGroup but those of the preferences (addon_preferences.py). Imports nothing else of the package: panels read
these, operators and the pump write them. POINTERS says where each hangs.
"""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import PointerProperty

from .arrows import LatentArrow, LatentArrows
from .cloud import LatentCategory, LatentCloud, LatentSelection
from .film import LatentFilm
from .items import DEPTH_ITEMS, MODE_ITEMS, RELATIVE
from .look import LatentLook
from .scene import LatentScene
from .status import LatentOffer, LatentSeen, LatentStatus, LatentThumbnail
from .xr import LatentXr

__all__ = [
    "CLASSES",
    "DEPTH_ITEMS",
    "MODE_ITEMS",
    "POINTERS",
    "RELATIVE",
    "active_cloud",
    "category_by_id",
    "preferences",
    "register",
    "unregister",
]

CLASSES: tuple[type, ...] = (
    LatentArrow, LatentArrows, LatentCategory, LatentSelection, LatentLook, LatentCloud,
    LatentFilm, LatentScene, LatentSeen, LatentOffer, LatentThumbnail, LatentStatus, LatentXr,
)

POINTERS: tuple[tuple[type, str, type], ...] = (
    (bpy.types.Object, "latent", LatentCloud),
    (bpy.types.Scene, "latent", LatentScene),
    (bpy.types.WindowManager, "latent_status", LatentStatus),
    (bpy.types.WindowManager, "latent_xr", LatentXr),
)


def register() -> None:
    """Add the pointers; their classes are registered before."""
    for owner, name, group in POINTERS:
        setattr(owner, name, PointerProperty(type=group))


def unregister() -> None:
    """Take the pointers away again, last first."""
    for owner, name, _group in reversed(POINTERS):
        delattr(owner, name)


def preferences(context: bpy.types.Context) -> Any:
    """The preferences of this extension, or None where it runs without being enabled as an add-on."""
    addon = context.preferences.addons.get((__package__ or "latent_lasso.properties").rpartition(".")[0])
    return addon.preferences if addon else None


def active_cloud(context: bpy.types.Context) -> bpy.types.Object | None:
    """The cloud that operators act on: the active object if it is one, else the only cloud of the scene."""
    active = context.active_object
    if active is not None and active.latent.is_cloud:
        return active
    clouds = [ob for ob in context.scene.objects if ob.latent.is_cloud]
    return clouds[0] if len(clouds) == 1 else None


def category_by_id(cloud: Any, category_id: int) -> Any:
    """The category group with this id, or None."""
    return next((c for c in cloud.categories if c.category_id == category_id), None)
