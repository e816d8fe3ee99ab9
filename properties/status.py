"""What the running trainer last said, and what this session saw: written by the pump, read by panels, never saved."""

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    StringProperty,
)

from . import words


def named(self: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """A name was typed for the selection: assign it, as one step of undo, for Blender keeps none of what is set here."""
    name = self.naming.strip()
    if not name:
        return
    self.naming = ""
    try:
        bpy.ops.latent.name_selection("EXEC_DEFAULT", True, name=name)
    except RuntimeError as error:
        sentence = words.refusal(error)
        if not bpy.app.background:
            context.window_manager.popup_menu(lambda menu, _: menu.layout.label(text=sentence), title="Name Selection")


class LatentSeen(bpy.types.PropertyGroup):
    """What this session has seen of a run (`name` is its id), as in live/known.py. Undo turns back the file's, not this."""

    edits: IntProperty(name="Edits", options={"SKIP_SAVE"})
    sent: StringProperty(name="Sent", options={"SKIP_SAVE"})


class LatentOffer(bpy.types.PropertyGroup):
    """What can be accepted of a category (`name` is its name), or a place worth a look (`name` is its kind). Never saved."""

    category_id: IntProperty(name="Category")
    count: IntProperty(name="Points")
    error: FloatProperty(name="Error", description="The share that is probably wrong")
    sentence: StringProperty(name="Why")


class LatentThumbnail(bpy.types.PropertyGroup):
    """One of the selected samples (`name` is what it is called), for the strip. icon: its picture, 0 for none. Never saved."""

    run_id: StringProperty(name="Run")
    sample: IntProperty(name="Sample")
    icon: IntProperty(name="Icon")


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
    line: StringProperty(name="Status", description="What the trainer is doing, in one sentence", options={"SKIP_SAVE"})
    problem: StringProperty(name="Problem", options={"SKIP_SAVE"})
    differing: StringProperty(
        name="Differing", description="What the run and the file call differently, a line each", options={"SKIP_SAVE"}
    )
    remedy: StringProperty(name="Remedy", description="The operator that helps", options={"SKIP_SAVE"})
    remedy_text: StringProperty(name="Remedy", options={"SKIP_SAVE"})
    progress: FloatProperty(name="Progress", min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    run_id: StringProperty(name="Run", options={"SKIP_SAVE"})
    step: IntProperty(name="Step", options={"SKIP_SAVE"})
    epoch: FloatProperty(name="Epoch", options={"SKIP_SAVE"})
    steps_per_second: FloatProperty(name="Steps per Second", options={"SKIP_SAVE"})
    labelled: IntProperty(name="Labelled", options={"SKIP_SAVE"})
    unlabelled: IntProperty(name="Unlabelled", options={"SKIP_SAVE"})
    selected: IntProperty(name="Selected", options={"SKIP_SAVE"})
    naming: StringProperty(
        name="Name",
        description="What the selected points are; Enter assigns it, and makes a category of that name if there is none",
        options={"SKIP_SAVE"},
        update=named,
    )
    selection_of: StringProperty(name="Selection of", description="The cloud whose selection this is", options={"SKIP_SAVE"})
    chosen: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    strip: CollectionProperty(type=LatentThumbnail, options={"SKIP_SAVE"})
    unsent: IntProperty(
        name="Unsaved Edits", description="Edits that the run has not written to disk yet", options={"SKIP_SAVE"}
    )
    fill: FloatProperty(name="Fill", description="How evenly the cloud uses the room", options={"SKIP_SAVE"})
    loss: FloatProperty(name="Loss", options={"SKIP_SAVE"})
    forces: StringProperty(name="Forces", description="What was measured, one line each", options={"SKIP_SAVE"})
    curves: StringProperty(name="Curves", description="The newest number of each curve, a line each", options={"SKIP_SAVE"})
    video: StringProperty(name="Video", description="How the last video ended", options={"SKIP_SAVE"})
    filming: StringProperty(name="Filming", description="How far the second Blender is", options={"SKIP_SAVE"})
    filming_progress: FloatProperty(name="Progress", min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    filming_cancelled: BoolProperty(name="Cancelled", options={"SKIP_SAVE"})
    errand: StringProperty(name="Errand", description="What is being exported, predicted or set up", options={"SKIP_SAVE"})
    errand_progress: FloatProperty(name="Progress", min=0.0, max=1.0, subtype="FACTOR", options={"SKIP_SAVE"})
    errand_cancelled: BoolProperty(name="Cancelled", options={"SKIP_SAVE"})
    python: StringProperty(name="Python", description="What was found out about the trainer's Python", options={"SKIP_SAVE"})
    python_good: BoolProperty(name="Works", options={"SKIP_SAVE"})
    pythons: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    log_path: StringProperty(name="Log", subtype="FILE_PATH", options={"SKIP_SAVE"})
    acceptable: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    doubted: IntProperty(name="Doubted Labels", options={"SKIP_SAVE"})
    filtered_out: IntProperty(name="Hidden", description="How many points are hidden", options={"SKIP_SAVE"})
    flight: IntProperty(name="Flight", description="The number of the flight under way", options={"SKIP_SAVE"})
    columns: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    places: CollectionProperty(type=LatentOffer, options={"SKIP_SAVE"})
    seen: CollectionProperty(type=LatentSeen, options={"SKIP_SAVE"})
