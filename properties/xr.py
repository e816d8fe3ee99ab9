"""What the hands hold in VR: the tool, its size, what is open. Of this session alone, never saved."""

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatProperty, IntProperty, StringProperty

from .items import DEPTH_ITEMS

HERE = {"SKIP_SAVE"}


class LatentXr(bpy.types.PropertyGroup):
    """The headset's settings and state; the panel, the palette and the hands read and write them."""

    tool: EnumProperty(
        name="Tool",
        description="What the trigger of the drawing hand does",
        items=(
            ("LOOP", "Loop", "Draw a loop in the air; what lies in the cone from your eyes through it is taken"),
            ("BRUSH", "Brush", "Sweep a ball through the cloud; what it passes is taken"),
            ("TOUCH", "Touch", "Point at one sample, or touch it, to see, hear or read it"),
        ),
        options=HERE,
    )
    radius: FloatProperty(
        name="Brush", description="Radius of the ball, as long as it looks in the headset", subtype="DISTANCE",
        default=0.08, min=0.01, max=0.5, options=HERE,
    )
    depth: EnumProperty(name="Depth", description="How deep a loop reaches", items=DEPTH_ITEMS, options=HERE)
    range: FloatProperty(
        name="Reach", description="How far a loop of depth Range reaches from your eyes", subtype="DISTANCE",
        default=1.5, min=0.1, max=10.0, options=HERE,
    )
    room: EnumProperty(
        name="Room Size",
        description="How large the cloud is in the headset at the start, and where. The cloud itself stays where it is",
        items=(
            ("AROUND", "Around Me", "The cloud fills about 3 by 3 by 2.5 metres around you; you stand in it"),
            ("TABLE", "On a Table", "The cloud stands before you, as large as what fits on a table"),
            ("AS_IS", "As It Is", "Where Blender's VR settings put you: one unit is one metre"),
        ),
        options=HERE,
    )
    freeze: BoolProperty(
        name="Freeze While I Draw", description="The cloud stands still while a hand draws, so that nothing slips out of the loop",
        default=True, options=HERE,
    )
    haptics: BoolProperty(
        name="Haptics", description="The controller ticks at a start, at each hundred points, and when a label is given",
        default=True, options=HERE,
    )
    palette_open: BoolProperty(name="Palette", description="The palette is shown at the other hand", options=HERE)
    page: StringProperty(name="Page", description="What the palette shows", default="labels", options=HERE)
    last_category: IntProperty(name="Last Category", description="The category given last; 0: none yet", options=HERE)
    touched: IntProperty(
        name="Touched", description="The point that is touched, its index in the mesh; -1: none", default=-1, options=HERE
    )
    named: BoolProperty(
        name="Named", description="The selection was just given a category: the next gesture begins anew", options=HERE
    )
    refused: StringProperty(
        name="Refused", description="Actions that the VR runtime did not take at the last start", options=HERE
    )
    problem: StringProperty(name="Problem", description="Why there is no session", options=HERE)
    recording: StringProperty(
        name="Recording", description="The file that what is done in the headset is written to; empty: nothing is", options=HERE
    )
    said: StringProperty(name="Said", description="The sentence shown at the drawing hand", options=HERE)
