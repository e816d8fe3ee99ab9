"""What the user set, as Blender properties: clouds and categories in the .blend, status beside it.

Owns every PropertyGroup but those of the preferences (addon_preferences.py). Imports nothing else of the package: panels read
these, operators and the pump write them.
"""

from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

DEPTH_ITEMS = (
    ("ALL", "All", "Everything inside the loop, however deep"),
    ("SEEN", "Seen", "Only points that no nearer point covers from here"),
    ("RANGE", "Range", "Points inside the loop between a near and a far distance"),
)
RELATIVE = {"PATH_SUPPORTS_BLEND_RELATIVE"}
"""Of path properties that may begin with //, the folder of the .blend."""
MODE_ITEMS = (
    ("REPLACE", "Set", "The loop becomes the selection", "SELECT_SET", 0),
    ("ADD", "Extend", "Add the loop to the selection", "SELECT_EXTEND", 1),
    ("SUBTRACT", "Subtract", "Take the loop out of the selection", "SELECT_SUBTRACT", 2),
    ("TOGGLE", "Difference", "Turn the selection over inside the loop", "SELECT_DIFFERENCE", 3),
)
LAYER_ITEMS = (
    ("z", "Room", "Where the model puts each sample: the room itself"),
    ("p", "p", "Where neighbours and guesses live: 32 dimensions, reduced to three"),
    ("h", "h", "What the model makes of a sample first: 128 dimensions, reduced to three"),
)


class LatentCategory(bpy.types.PropertyGroup):
    """One category of one cloud. `category_id` is never reused and survives a rename; `name` is Blender's own."""

    category_id: IntProperty(name="Id", description="The number that stands for this category in the run")
    colour: FloatVectorProperty(
        name="Colour",
        description="The colour of this category's points",
        subtype="COLOR_GAMMA",
        size=3,
        min=0.0,
        max=1.0,
    )
    count: IntProperty(name="Points", description="How many points carry this category", options={"SKIP_SAVE"})


class LatentCloud(bpy.types.PropertyGroup):
    """What makes an object a cloud: its run, its data set, its categories, its forces, its place on the timeline."""

    is_cloud: BoolProperty(name="Is a Cloud", default=False)
    run_id: StringProperty(name="Run", description="Which run this cloud shows")
    run_path: StringProperty(
        name="Run Folder",
        description="The folder that keeps this cloud's whole history",
        subtype="DIR_PATH",
        options=RELATIVE,
    )
    dataset_kind: StringProperty(name="Kind", description="What kind of data this cloud was made from")
    dataset_notes: StringProperty(name="Notes", description="What was done to the data, one line each")
    dataset_source: StringProperty(name="Source", description="Where this cloud's data came from")
    categories: CollectionProperty(type=LatentCategory)
    active_category: IntProperty(name="Category", description="The category that a loop is assigned to", min=0)
    highest_category_id: IntProperty(
        name="Highest Id", description="The highest category number ever used here; numbers are never reused"
    )
    edits_known: IntProperty(
        name="Edits Known", description="How many label edits of the run this file has seen", min=0
    )
    records: IntProperty(name="Recorded Epochs", description="How many recorded epochs the timeline shows", min=0)
    first_frame: IntProperty(
        name="First Frame", description="The frame that shows the first recorded epoch", default=1
    )
    frames_per_record: FloatProperty(
        name="Frames per Epoch",
        description="How many frames one recorded epoch takes",
        default=2.0,
        min=0.01,
        soft_max=25.0,
    )
    attract: FloatProperty(
        name="Attract",
        description="How strongly points of one category pull each other",
        default=1.0,
        min=0.0,
        max=10.0,
        soft_max=4.0,
    )
    repel: FloatProperty(
        name="Repel",
        description="How strongly points of different categories push apart",
        default=1.0,
        min=0.0,
        max=10.0,
        soft_max=4.0,
    )
    neighbours: FloatProperty(
        name="Neighbours",
        description="How strongly points stay with those that resemble them, labelled or not",
        default=1.0,
        min=0.0,
        max=10.0,
        soft_max=4.0,
    )
    room: FloatProperty(
        name="Room",
        description="How strongly the whole cloud spreads to use the room",
        default=1.0,
        min=0.0,
        max=10.0,
        soft_max=4.0,
    )
    layer: EnumProperty(
        name="Layer",
        description="Which layer of the model the live cloud shows; what is recorded is always the room",
        items=LAYER_ITEMS,
        default="z",
    )


class LatentScene(bpy.types.PropertyGroup):
    """Tool settings of a scene: how the next loop selects."""

    depth: EnumProperty(name="Depth", description="How deep a loop reaches", items=DEPTH_ITEMS, default="ALL")
    near: FloatProperty(
        name="Near", description="Nearest distance from the eye that a loop reaches", default=0.0, subtype="DISTANCE"
    )
    far: FloatProperty(
        name="Far", description="Farthest distance from the eye that a loop reaches", default=40.0, subtype="DISTANCE"
    )
    orbit: BoolProperty(
        name="Orbit", description="Let the camera circle the room slowly in the video", default=True
    )
    accept_threshold: FloatProperty(
        name="At Least",
        description="How sure the model must be of a point before its prediction is offered as a label",
        default=0.95,
        min=0.0,
        max=1.0,
    )
    video_path: StringProperty(
        name="Video", description="Where the video is written", subtype="FILE_PATH", options=RELATIVE, default="//training.mp4"
    )


class LatentSeen(bpy.types.PropertyGroup):
    """How many edits of a run (`name` is its id) this session has seen. Undo does not turn it back, as it does the file."""

    edits: IntProperty(name="Edits", options={"SKIP_SAVE"})


class LatentOffer(bpy.types.PropertyGroup):
    """What can be accepted of a category (`name` is its name), or a place worth a look (`name` is its kind). Never saved."""

    category_id: IntProperty(name="Category")
    count: IntProperty(name="Points")
    error: FloatProperty(name="Error", description="The share that is probably wrong")
    sentence: StringProperty(name="Why")


class LatentStatus(bpy.types.PropertyGroup):
    """What the running trainer last said; panels read it, the pump writes it, it is never saved."""

    state: EnumProperty(
        name="State",
        items=(
            ("OFF", "Off", "No trainer is running"),
            ("STARTING", "Starting", "The trainer is starting"),
            ("LOADING", "Loading", "The trainer is reading the data"),
            ("TRAINING", "Training", "The cloud is moving"),
            ("PAUSED", "Paused", "The trainer waits"),
            ("WAITING", "Waiting", "The trainer cannot go on"),
            ("FAILED", "Failed", "The trainer ended"),
        ),
        options={"SKIP_SAVE"},
    )
    sentence: StringProperty(name="Status", options={"SKIP_SAVE"})
    problem: StringProperty(name="Problem", options={"SKIP_SAVE"})
    progress: FloatProperty(name="Progress", min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    run_id: StringProperty(name="Run", options={"SKIP_SAVE"})
    step: IntProperty(name="Step", options={"SKIP_SAVE"})
    epoch: FloatProperty(name="Epoch", options={"SKIP_SAVE"})
    steps_per_second: FloatProperty(name="Steps per Second", options={"SKIP_SAVE"})
    labelled: IntProperty(name="Labelled", options={"SKIP_SAVE"})
    selected: IntProperty(name="Selected", options={"SKIP_SAVE"})
    unsent: IntProperty(
        name="Unsaved Edits", description="Edits that the run has not written to disk yet", options={"SKIP_SAVE"}
    )
    fill: FloatProperty(name="Fill", description="How evenly the cloud uses the room", options={"SKIP_SAVE"})
    loss: FloatProperty(name="Loss", options={"SKIP_SAVE"})
    forces: StringProperty(name="Forces", description="What was measured, one line each", options={"SKIP_SAVE"})
    video: StringProperty(name="Video", options={"SKIP_SAVE"})
    errand: StringProperty(name="Errand", description="What is being exported, predicted or set up", options={"SKIP_SAVE"})
    errand_progress: FloatProperty(name="Progress", min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    errand_cancelled: BoolProperty(name="Cancelled", options={"SKIP_SAVE"})
    python: StringProperty(name="Python", description="What was found out about the trainer's Python", options={"SKIP_SAVE"})
    python_good: BoolProperty(name="Works", options={"SKIP_SAVE"})
    pythons: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    log_path: StringProperty(name="Log", subtype="FILE_PATH", options={"SKIP_SAVE"})
    acceptable: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    doubted: IntProperty(name="Doubted Labels", options={"SKIP_SAVE"})
    places: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    seen: CollectionProperty(type=LatentSeen, options={"SKIP_SAVE"})


CLASSES: tuple[type, ...] = (
    LatentCategory, LatentCloud, LatentScene, LatentSeen, LatentOffer, LatentStatus,
)

POINTERS: tuple[tuple[type, str, type], ...] = (
    (bpy.types.Object, "latent", LatentCloud),
    (bpy.types.Scene, "latent", LatentScene),
    (bpy.types.WindowManager, "latent_status", LatentStatus),
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
    addon = context.preferences.addons.get(__package__ or "latent_lasso")
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
