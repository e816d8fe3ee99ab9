"""What was measured as arrows: which points carry them, how long they are, what the panel says about it."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrows import CHANNELS, LONGEST, MOTION, READABLE, spread_rows, usual
from ..properties import words
from ..scene import arrows as scene_arrows
from ..scene import cloud as cloud_data
from ..scene import nodes, playback

CORNER = 1.4
"""Times half its side: from the middle of a picture to where an arrow is seen."""


def attach(cloud: bpy.types.Object) -> None:
    """Give a cloud that was measured for the first time its arrows."""
    settings = cloud.latent.arrows
    if not settings.channels:
        for channel in CHANNELS:
            item = settings.channels.add()
            item.name, item.attribute = channel.label, channel.attribute
            item.show, item.colour = channel.shown, channel.colour
    scene_arrows.attach(cloud, [(channel.label, channel.attribute) for channel in CHANNELS])
    apply(cloud)


def apply(cloud: bpy.types.Object) -> None:
    """Draw what the settings say. Arrows belong to the present: while history plays none are drawn."""
    arrows = scene_arrows.object_of(cloud)
    if arrows is None or cloud.mode != "OBJECT":
        return
    settings = cloud.latent.arrows
    scene_arrows.show(arrows, settings.visible and not playback.is_history(cloud), settings.in_front)
    vectors = {item.attribute: cloud_data.read_vectors(cloud.data, item.attribute) for item in settings.channels}
    measured = np.flatnonzero(np.any([v.any(axis=1) for v in vectors.values()], axis=0))
    carrying = measured[spread_rows(cloud_data.read_positions(cloud)[measured], settings.most)]
    marked = np.zeros(len(cloud.data.vertices), dtype=np.bool_)
    marked[carrying] = True
    cloud_data.write_bools(cloud.data, scene_arrows.MARK, marked)
    shown = {item.attribute: vectors[item.attribute][carrying] for item in settings.channels if item.show}
    force = usual([v for name, v in shown.items() if name != MOTION])
    motion = usual([v for name, v in shown.items() if name == MOTION])
    length = READABLE * settings.size
    pictured = nodes.drawn_as(cloud) in ("Pictures", "Cards")
    for name, value in (
        ("Force", force),
        ("Motion", motion),
        ("Length", length),
        ("Power", 1.0 - settings.evenness),
        ("Longest", LONGEST * length),
        ("Start", nodes.point_radius(cloud) * (CORNER if pictured else 1.0)),
    ):
        scene_arrows.set_input(arrows, name, value)
    for item in settings.channels:
        scene_arrows.set_input(arrows, item.name, item.show)
        scene_arrows.paint(item.name, tuple(item.colour))
    settings.note = words.label(
        "On {shown:,} of {measured:,} measured points. "
        "{length:.2g} units long is a force of {force:.2g}, or a motion of {motion:.2g}.",
        shown=len(carrying),
        measured=len(measured),
        length=length,
        force=force,
        motion=motion,
    )
    cloud.data.update()
    cloud.update_tag()
    arrows.update_tag()
