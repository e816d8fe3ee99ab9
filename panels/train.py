"""The panels Train and Forces: whether the cloud moves, how it goes, and what pulls at it."""

import bpy

from ..properties import active_cloud, words
from .wrapping import sentence


class LATENT_PT_train(bpy.types.Panel):
    bl_label = "Train"
    bl_idname = "LATENT_PT_train"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 2

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        status = context.window_manager.latent_status
        row = layout.row(align=True)
        row.scale_y = 1.3
        if status.state == "TRAINING":
            row.operator("latent.pause", icon="PAUSE")
        else:
            row.operator("latent.train", text="Restart" if status.state == "FAILED" else "Train", icon="PLAY")
        row.operator("latent.stop", text="", icon="SNAP_FACE")
        row = layout.row(align=True)
        row.operator("latent.advance", text="1 Step", icon="FRAME_NEXT").steps = 1
        row.operator("latent.advance", text="10 Steps", icon="FF").steps = 10
        row.operator("latent.branch", text="Branch", icon="DUPLICATE")
        if status.errand:
            layout.progress(factor=status.errand_progress, text=status.errand)
        if status.line:
            sentence(layout, context, status.line, "ERROR" if status.state == "FAILED" else "NONE")
        if status.problem:
            sentence(layout, context, status.problem, "INFO")
        if status.differing:
            for line in status.differing.splitlines():
                sentence(layout, context, line)
            row = layout.row(align=True)
            row.operator("latent.settle_labels", text="Recover the Run's").keep = "RUN"
            row.operator("latent.settle_labels", text="Keep the File's").keep = "FILE"
        if status.remedy not in ("", "latent.train"):  # Restart stands above
            layout.operator(status.remedy, text=status.remedy_text)
        if status.state != "OFF":
            grid = layout.grid_flow(row_major=True, columns=2, align=True)
            grid.label(text=words.label("Epoch {epoch:,.1f}", epoch=status.epoch))
            grid.label(text=words.label("Step {step:,}", step=status.step))
            grid.label(text=words.label("Loss {loss:.3g}", loss=status.loss))
            unsent = words.label("{unsent} edits on the way", unsent=status.unsent)
            grid.label(text=unsent if status.unsent else "All labels stored")
        layout.row(align=True).prop(active_cloud(context).latent, "layer", expand=True)
        row = layout.row(align=True)
        row.operator("latent.save_checkpoint", text="Save Checkpoint", icon="FILE_TICK")
        row.operator("latent.open_log", text="", icon="TEXT")


class LATENT_PT_forces(bpy.types.Panel):
    bl_label = "Forces"
    bl_idname = "LATENT_PT_forces"
    bl_parent_id = "LATENT_PT_train"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        settings = active_cloud(context).latent
        column = layout.column(align=True)
        column.prop(settings, "attract", slider=True)
        column.prop(settings, "repel", slider=True)
        column.prop(settings, "neighbours", slider=True)
        column.prop(settings, "room", slider=True)
        row = layout.row(align=True)
        row.operator("latent.measure_forces", icon="FORCE_FORCE")
        row.prop(settings.arrows, "keep", text="", icon="FILE_REFRESH")


class LATENT_PT_measured(bpy.types.Panel):
    bl_label = "Measured"
    bl_idname = "LATENT_PT_measured"
    bl_parent_id = "LATENT_PT_forces"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return bool(context.window_manager.latent_status.forces)

    def draw(self, context: bpy.types.Context) -> None:
        for line in context.window_manager.latent_status.forces.splitlines():
            sentence(self.layout, context, line)
