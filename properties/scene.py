"""Tool settings of a scene: how the next loop selects, what the video shows."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, PointerProperty

from .film import LatentFilm
from .items import CURVE_ITEMS, DEPTH_ITEMS, MODE_ITEMS


def read_curves(self: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Curves are wanted: read them."""
    if self.show_curves and bpy.ops.latent.read_curves.poll():
        bpy.ops.latent.read_curves()


def redraw_viewports(_settings: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """A viewport shows how deep a loop reaches; a button in its header redraws the header alone."""
    for area in context.screen.areas if context.screen else ():
        if area.type == "VIEW_3D":
            area.tag_redraw()


class LatentScene(bpy.types.PropertyGroup):
    """Tool settings of a scene: how the next loop selects."""

    mode: EnumProperty(
        name="Mode",
        description="What the next loop does to the selection; Shift adds and Ctrl takes away whatever stands here",
        items=MODE_ITEMS,
        default="REPLACE",
    )
    brush_radius: FloatProperty(
        name="Brush Size",
        description="Radius of the brush around the mouse; its sphere is as deep as it is wide",
        default=40.0,
        min=2.0,
        max=1000.0,
        soft_max=300.0,
        subtype="PIXEL",
    )
    depth: EnumProperty(
        name="Depth", description="How deep a loop reaches", items=DEPTH_ITEMS, default="ALL", update=redraw_viewports
    )
    near: FloatProperty(
        name="Near",
        description="Nearest distance from the eye that a loop reaches",
        default=0.0,
        subtype="DISTANCE",
        update=redraw_viewports,
    )
    far: FloatProperty(
        name="Far",
        description="Farthest distance from the eye that a loop reaches",
        default=40.0,
        subtype="DISTANCE",
        update=redraw_viewports,
    )
    ask_name: BoolProperty(
        name="Ask for a Name",
        description="Ask what the points are as soon as a gesture without Shift or Ctrl has taken some; Enter asks at any time",
    )
    show_depth: BoolProperty(
        name="Picture of the Depth",
        description="Show at the foot of the viewport what a gesture takes, seen from the side",
        default=True,
        update=redraw_viewports,
    )
    show_curves: BoolProperty(
        name="Curves", description="Draw over the viewport how losses, agreement and labels went", update=read_curves
    )
    curves: EnumProperty(
        name="Curves", description="Which curves are drawn; Shift for several", items=CURVE_ITEMS, options={"ENUM_FLAG"},
        default={"LOSSES", "AGREEMENT", "LABELS"},
    )  # fmt: skip
    accept_threshold: FloatProperty(
        name="At Least",
        description="How sure the model must be of a point before its prediction is offered as a label",
        default=0.95,
        min=0.0,
        max=1.0,
    )
    film: PointerProperty(type=LatentFilm)
