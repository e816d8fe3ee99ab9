"""Trails of the selected points, and one recorded epoch beside another."""

import bpy

from ..core.errors import LatentError
from ..live import comparing
from ..properties import active_cloud, words
from ..scene import comparing as shown
from ..scene import playback, trails
from .polls import has_cloud


class LATENT_OT_show_trails(bpy.types.Operator):
    bl_idname = "latent.show_trails"
    bl_label = "Show Trails"
    bl_description = "Draw where the selected points (500 at most) were over the last recorded epochs, also in renders"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            count = comparing.show_trails(active_cloud(context), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("{count:,} trails", count=count))
        return {"FINISHED"}


class LATENT_OT_compare_epoch(bpy.types.Operator):
    bl_idname = "latent.compare_epoch"
    bl_label = "Keep This Epoch in View"
    bl_description = (
        "Leave the epoch on the timeline standing as a faint cloud, to compare another one with it: scrub on, "
        "and lines show how far the selected points went"
    )
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_cloud(cls, context):
            return False
        if playback.is_history(active_cloud(context)):
            return True
        cls.poll_message_set("Press Show History first, and go to the epoch to compare with")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            name = comparing.compare(active_cloud(context), context)
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("{name} stays in view", name=name))
        return {"FINISHED"}


class LATENT_OT_remove_trails(bpy.types.Operator):
    bl_idname = "latent.remove_trails"
    bl_label = "Remove Trails"
    bl_description = "Remove the trails, and the epoch that was kept in view"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_cloud(cls, context):
            return False
        cloud = active_cloud(context)
        if trails.of_cloud(cloud) or shown.of_cloud(cloud):
            return True
        cls.poll_message_set("There are no trails, and no epoch is kept in view")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        comparing.remove(active_cloud(context))
        return {"FINISHED"}
