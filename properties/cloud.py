"""A cloud and its categories, as they are saved in the .blend."""

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    IntVectorProperty,
    PointerProperty,
    StringProperty,
)

from . import words
from .arrows import LatentArrows
from .items import LAYER_ITEMS, RELATIVE
from .look import LatentLook


def renamed(self: bpy.types.PropertyGroup, name: str) -> None:
    """A name was typed into the list: it goes the operator's way, so that it is clean and unique and the run hears of it."""
    try:
        bpy.ops.latent.category_rename(cloud=self.id_data.name, category=self.category_id, name=name)
    except RuntimeError as error:
        sentence = words.refusal(error)
        if not bpy.app.background:
            bpy.context.window_manager.popup_menu(lambda menu, context: menu.layout.label(text=sentence), title="Rename")


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
    agreement: FloatProperty(
        name="Agreement",
        description="The share of its labels that the model, asked without them, does not surely call something else; -1 unknown",
        default=-1.0,
        options={"SKIP_SAVE"},
    )
    icon: IntProperty(name="Icon", description="Its shape in its colour; made anew in each session", options={"SKIP_SAVE"})
    title: StringProperty(
        name="Name",
        description="What the category is called. Double-click to give it another name; its points keep it",
        get=lambda self: self.name,
        set=renamed,
        options={"SKIP_SAVE"},
    )
    hidden: BoolProperty(name="Hidden", description="Its points are neither drawn nor taken by a loop")
    solo: BoolProperty(name="Solo", description="Only points of such categories are drawn and taken by a loop")
    locked: BoolProperty(name="Locked", description="Its points keep their label, whatever is assigned or cleared")


class LatentSelection(bpy.types.PropertyGroup):
    """A selection that was given a name; the mesh attribute "set NAME" holds its points."""

    count: IntProperty(name="Points", description="How many points were selected")


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
    run_place: StringProperty(name="Place", description="Where the run folder was when the file was saved, absolute")
    is_copy: BoolProperty(name="Is a Copy", description="It was duplicated from the cloud of its run, which was still there then")
    dataset_kind: StringProperty(name="Kind", description="What kind of data this cloud was made from")
    dataset_notes: StringProperty(name="Notes", description="What was done to the data, one line each")
    dataset_source: StringProperty(name="Source", description="Where this cloud's data came from")
    categories: CollectionProperty(type=LatentCategory)
    active_category: IntProperty(name="Category", description="The category that a loop is assigned to", min=0)
    selections: CollectionProperty(type=LatentSelection)
    active_selection: IntProperty(name="Selection", description="The named selection that is active in the list", min=0)
    unlabelled_hidden: BoolProperty(name="Unlabelled Hidden", description="Points without a label are neither drawn nor taken")
    highest_category_id: IntProperty(
        name="Highest Id", description="The highest category number ever used here; numbers are never reused"
    )
    edits_known: IntProperty(
        name="Edits Known", description="How many label edits of the run this file has seen", min=0
    )
    edits_sent: StringProperty(
        name="Edits Sent", description="The ids of edits of its own that were not acknowledged when the file was saved, one a line"
    )
    categories_known: IntProperty(
        name="Categories Known", description="Up to which revision of the run's categories this file follows them; -1: not noted",
        default=-1, min=-1,
    )
    records: IntProperty(name="Recorded Epochs", description="How many recorded epochs the timeline shows", min=0)
    own_scene: StringProperty(name="Scene", description="In which scene history is shown", options={"HIDDEN"})
    own_frames: IntVectorProperty(
        name="Own Frames", description="The scene's first and last frame before history took the timeline; 0 while live", size=2
    )
    trail_epochs: IntProperty(
        name="Epochs", description="How many recorded epochs back a trail reaches", default=20, min=1, max=60
    )
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
    look: PointerProperty(type=LatentLook)
    arrows: PointerProperty(type=LatentArrows)
