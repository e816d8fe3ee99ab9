"""Arrows that show what pulls, as they are saved in the .blend. A change is applied at once, by latent.apply_arrows."""

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    StringProperty,
)


def apply(self: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Show what was just set."""
    bpy.ops.latent.apply_arrows(cloud=self.id_data.name)


class LatentArrow(bpy.types.PropertyGroup):
    """One kind of arrow; `name` is what the panel calls it."""

    attribute: StringProperty(name="Attribute", description="Where the points keep these vectors")
    show: BoolProperty(name="Show", description="Draw these arrows, to see what this alone does", update=apply)
    colour: FloatVectorProperty(
        name="Colour", description="The colour of these arrows", subtype="COLOR_GAMMA", size=3, min=0.0, max=1.0, update=apply
    )


class LatentArrows(bpy.types.PropertyGroup):
    """The arrows of a cloud. Empty until forces are measured for the first time."""

    channels: CollectionProperty(type=LatentArrow)
    visible: BoolProperty(
        name="Arrows", description="Draw what was measured as arrows, in the viewport and in renders", default=True, update=apply
    )
    size: FloatProperty(
        name="Length", description="How long arrows are drawn: 1 lets nine of ten be short beside the room", default=1.0,
        min=0.01, soft_max=5.0, max=100.0, update=apply,
    )  # fmt: skip
    evenness: FloatProperty(
        name="Evenness", default=0.5, min=0.0, max=1.0, subtype="FACTOR", update=apply,
        description="0: twice the force is twice as long; more brings weak forces up beside strong ones; 1: all are as long",
    )  # fmt: skip
    in_front: BoolProperty(
        name="In Front", description="Draw arrows through the points that hide them, in the viewport", default=True, update=apply
    )
    most: IntProperty(
        name="At Most", description="How many points carry arrows: fewer can be told apart", default=120, min=1, max=1000,
        update=apply,
    )  # fmt: skip
    keep: BoolProperty(
        name="Keep Measuring",
        description="Measure again every few seconds while the cloud trains; it takes a twentieth of the time at most",
    )
    note: StringProperty(name="Scale", description="What the arrows' length stands for")
