"""Open a data set that was open before, with the same settings."""

from pathlib import Path

import bpy
from bpy.props import IntProperty

from ..live import recent
from ..properties import preferences, words
from .opening import open_dataset


class LATENT_OT_open_recent(bpy.types.Operator):
    bl_idname = "latent.open_recent"
    bl_label = "Open Recent Data Set"
    bl_description = "Open this data set again, with the settings of then, as a new run"

    index: IntProperty(name="Index", description="Which of them, 0 the newest", min=0, options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        prefs = preferences(context)
        if prefs is None or not prefs.recent:
            cls.poll_message_set("No data set has been opened on this computer yet")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        items = preferences(context).recent
        if self.index >= len(items):
            missing = "There are {count} recent data sets; there is no number {index}."
            self.report({"ERROR"}, words.report(missing, count=len(items), index=self.index))
            return {"CANCELLED"}
        item = items[self.index]
        if not Path(item.name).exists():
            self.report({"ERROR"}, words.report("{name} is not there any more; it was taken off the list.", name=item.name))
            items.remove(self.index)
            return {"CANCELLED"}
        known = bpy.ops.latent.open_dataset.get_rna_type().properties
        settings = recent.settings_of(item, {p.identifier: p for p in known if p.identifier != "rna_type"})
        return open_dataset(self, **settings)
