"""What was measured as arrows: which points carry them, how long they are, what the panel says about it."""

from __future__ import annotations

import bpy
import numpy as np

from ..core.arrows import CHANNELS, LONGEST, MOTION, READABLE, spread_rows, stretch
from ..scene import arrows as scene_arrows
from ..scene import cloud as cloud_data
from ..scene import nodes, playback


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
    if scene_arrows.modifier_of(cloud) is None or cloud.mode != "OBJECT":
        return
    settings = cloud.latent.arrows
    scene_arrows.show(cloud, settings.visible and not playback.is_history(cloud))
    vectors = {item.attribute: cloud_data.read_vectors(cloud.data, item.attribute) for item in settings.channels}
    measured = np.flatnonzero(np.any([v.any(axis=1) for v in vectors.values()], axis=0))
    carrying = measured[spread_rows(cloud_data.read_positions(cloud)[measured], settings.most)]
    marked = np.zeros(len(cloud.data.vertices), dtype=np.bool_)
    marked[carrying] = True
    cloud_data.write_bools(cloud.data, scene_arrows.MARK, marked)
    shown = {item.attribute: vectors[item.attribute][carrying] for item in settings.channels if item.show}
    force = stretch([v for name, v in shown.items() if name != MOTION]) * settings.size
    motion = stretch([v for name, v in shown.items() if name == MOTION]) * settings.size
    for name, value in (
        ("Force Length", force),
        ("Motion Length", motion),
        ("Longest", LONGEST * READABLE * settings.size),
        ("Start", nodes.point_radius(cloud)),
    ):
        scene_arrows.set_number(cloud, name, value)
    for item in settings.channels:
        scene_arrows.set_channel(cloud, item.name, item.show, tuple(item.colour))
    settings.note = (
        f"Arrows on {len(carrying):,} of {len(measured):,} measured points. A room unit of arrow is a force of {1 / force:.2g}; "
        f"the next step is drawn {motion:,.0f} times as long as it moves."
    )
    cloud.data.update()
    cloud.update_tag()
