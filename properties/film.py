"""What the video shows, as it is saved in the .blend with its scene."""

import bpy
from bpy.props import BoolProperty, EnumProperty, IntProperty, StringProperty

from .items import RELATIVE

PRESET_ITEMS = (
    ("DRAFT", "Draft", "640 × 360: quick, to see whether the film is right"),
    ("HD", "1080p", "1920 × 1080: for a talk or a web page"),
    ("4K", "4K", "3840 × 2160: for a large screen; four times the work of 1080p"),
    ("SQUARE", "Square", "1080 × 1080: for a post"),
    ("CUSTOM", "Own Size", "A size of your own"),
)
CAMERA_ITEMS = (
    ("ORBIT", "Orbit", "Circle the room slowly: movement shows depth"),
    ("STILL", "Still", "Look at the whole room from one place"),
    ("FOLLOW", "Follow a Category", "Keep the middle of one category in view as it moves"),
    ("HEADSET", "From Headset's Path", "Where the head was in the session that was recorded last (panel VR)"),
    ("SCENE", "Scene Camera", "The scene's own camera with its own animation"),
)
ENGINE_ITEMS = (
    ("CYCLES", "Cycles", "Runs everywhere, also without a screen or a graphics card"),
    ("EEVEE", "EEVEE", "Fast on a graphics card"),
    ("WORKBENCH", "Workbench", "Quick on a graphics card: shaded points in the categories' colours, without the samples' pictures"),
)


class LatentFilm(bpy.types.PropertyGroup):
    """The settings of a scene's video."""

    path: StringProperty(
        name="File", description="Where the video is written (.mp4)", subtype="FILE_PATH", options=RELATIVE,
        default="//training.mp4",
    )  # fmt: skip
    preset: EnumProperty(name="Size", description="How large the picture is", items=PRESET_ITEMS, default="HD")
    width: IntProperty(name="Width", description="Of the picture", default=1280, min=64, max=7680, subtype="PIXEL")
    height: IntProperty(name="Height", description="Of the picture", default=720, min=64, max=4320, subtype="PIXEL")
    fps: IntProperty(name="Frames per Second", description="More are smoother and take longer", default=24, min=1, max=120)
    seconds: IntProperty(
        name="Seconds", description="How long the whole run takes in the video", default=12, min=1, soft_max=120, max=3600
    )
    camera: EnumProperty(name="Camera", description="Where the video looks from", items=CAMERA_ITEMS)
    category: StringProperty(name="Category", description="The category that the camera follows")
    captions: BoolProperty(name="Captions", description="Write the name, the epoch and the number of labels", default=True)
    legend: BoolProperty(name="Legend", description="Show each category's colour and name once it has a label", default=True)
    arrows: BoolProperty(
        name="Force Arrows",
        description="Show the measured forces over the last second: they are of the present, of the past none are kept",
    )
    engine: EnumProperty(name="Engine", description="What computes the pictures", items=ENGINE_ITEMS)
