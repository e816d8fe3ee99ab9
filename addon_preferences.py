"""The preferences: what belongs to this computer and never to a .blend."""

import bpy
from bpy.props import CollectionProperty, EnumProperty, IntProperty, StringProperty


class LatentTrusted(bpy.types.PropertyGroup):
    """One file that may run as code in the trainer. `name` is its sha256."""

    path: StringProperty(name="Path", description="Where it was when it was trusted")


class LatentRecent(bpy.types.PropertyGroup):
    """A data set that was opened. `name` is its path."""

    settings: StringProperty(name="Settings", description="What Open Data Set was told, as JSON")


def python_chosen(self: bpy.types.AddonPreferences, context: bpy.types.Context) -> None:
    """Try a Python that a person chose at once, where there is a window to say in what became of it."""
    context.window_manager.latent_status.python = ""
    if self.trainer_python and context.window and not bpy.app.background and bpy.ops.latent.check_python.poll():
        bpy.ops.latent.check_python("INVOKE_DEFAULT")


class LatentPreferences(bpy.types.AddonPreferences):
    """What belongs to this computer and never to a .blend."""

    bl_idname = __package__ or "latent_lasso"

    trainer_python: StringProperty(
        name="Trainer's Python",
        description="A Python 3.11 or later with torch; the trainer runs there, never in Blender's own",
        subtype="FILE_PATH",
        update=python_chosen,
    )
    runs_folder: StringProperty(
        name="Runs",
        description="Where runs are kept until the .blend is saved; empty: your user data folder",
        subtype="DIR_PATH",
    )
    annotator: StringProperty(name="Annotator", description="Your name or initials, kept with every label you give")
    threads: IntProperty(
        name="Threads",
        description="How many threads the trainer uses; 0: all cores but one, so that Blender stays quick",
        default=0,
        min=0,
        max=256,
    )

    dominant_hand: EnumProperty(
        name="Drawing Hand",
        description="The hand that draws in VR; the other walks and holds the palette. From the next VR session on",
        items=(("RIGHT", "Right", "Draw with the right hand"), ("LEFT", "Left", "Draw with the left hand")),
    )

    trusted: CollectionProperty(type=LatentTrusted)
    recent: CollectionProperty(type=LatentRecent)

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        status = context.window_manager.latent_status
        row = layout.row(align=True)
        row.prop(self, "trainer_python")
        row.operator("latent.check_python", text="", icon="CHECKMARK")
        if status.errand:
            row = layout.row(align=True)
            row.progress(factor=status.errand_progress, text=status.errand)
            row.operator("latent.cancel_errand", text="", icon="X")
        elif status.python:
            layout.label(text=status.python, icon="CHECKMARK" if status.python_good else "ERROR")
        elif not self.trainer_python:
            layout.label(text="Without torch a cloud opens and takes labels, but does not move", icon="INFO")
        row = layout.row(align=True)
        row.operator("latent.setup_trainer", text="Set Up Trainer…", icon="IMPORT")
        row.operator("latent.copy_setup", text="", icon="COPYDOWN")
        layout.prop(self, "threads")
        layout.prop(self, "annotator")
        layout.row().prop(self, "dominant_hand", expand=True)
        layout.prop(self, "runs_folder")
        layout.label(text="Encoders of your own that may run as code")
        for index, item in enumerate(self.trusted):
            row = layout.row()
            row.label(text=f"{item.path}  ({item.name[:12]}…)", icon="FILE_SCRIPT")
            row.operator("latent.distrust_encoder", text="", icon="X").index = index
        layout.operator("latent.trust_encoder", text="Trust an Encoder…", icon="ADD").filepath = ""


CLASSES: tuple[type, ...] = (LatentTrusted, LatentRecent, LatentPreferences)
