"""The panel Data: open a data set, and see which one the cloud shows."""

import bpy

from ..properties import active_cloud, preferences, words
from .wrapping import sentence


class LATENT_PT_data(bpy.types.Panel):
    bl_label = "Data"
    bl_idname = "LATENT_PT_data"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 0

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        cloud = active_cloud(context)
        status = context.window_manager.latent_status
        if cloud is None:
            column = layout.column(align=True)
            column.label(text="A data set becomes a cloud of points.")
            column.label(text="Lasso some, say what they are.")
        column = layout.column()
        column.scale_y = 1.0 if cloud else 1.5
        column.operator("latent.open_dataset", text="Open Data Set…", icon="FILE_FOLDER").kind = "auto"
        prefs = preferences(context)
        if prefs and prefs.recent:
            layout.menu("LATENT_MT_recent", icon="FILE_FOLDER")
        row = layout.row()
        row.operator("latent.open_dataset", text="Try the Digits", icon="OUTLINER_OB_POINTCLOUD").kind = "digits"
        if prefs and not prefs.trainer_python and not status.errand:
            layout.operator("latent.setup_trainer", text="Set Up Trainer…", icon="IMPORT")
        if status.errand and cloud is None:
            row = layout.row(align=True)
            row.progress(factor=status.errand_progress, text=status.errand)
            row.operator("latent.cancel_errand", text="", icon="X")
        if status.state in {"STARTING", "LOADING"}:
            row = layout.row(align=True)
            row.progress(factor=status.progress, text=status.sentence)
            row.operator("latent.stop", text="", icon="X")
        elif status.state in {"OFF", "FAILED"} and status.sentence:
            sentence(layout, context, status.sentence, "ERROR" if status.state == "FAILED" else "INFO")
        if cloud is not None:
            column = layout.column(align=True)
            column.label(text=cloud.latent.dataset_source or cloud.name, icon="FILE")
            column.label(text=words.label("{count:,} points", count=len(cloud.data.vertices)))
            notes = [note for note in cloud.latent.dataset_notes.split("\n") if note]
            if notes:
                header, body = layout.panel("latent_data_notes", default_closed=True)
                header.label(text="What Was Done to the Data")
                if body is not None:
                    for note in notes[:30]:
                        sentence(body, context, note, "DOT")
