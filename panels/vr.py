"""The panel VR: into the room and out of it, and what the hands do there."""

import bpy

from ..properties import active_cloud, preferences, words
from .wrapping import sentence

SET = "latent_lasso"


class LATENT_PT_vr(bpy.types.Panel):
    bl_label = "VR"
    bl_idname = "LATENT_PT_vr"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Latent"
    bl_order = 5
    bl_options = {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return active_cloud(context) is not None

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        if not bpy.app.build_options.xr_openxr:
            sentence(layout, context, "This Blender was built without VR; use one from blender.org.", "INFO")
            return
        state, held = context.window_manager.xr_session_state, context.window_manager.latent_xr
        runs = state is not None and bpy.types.XrSessionState.is_running(context)
        layout.operator("latent.xr_start", text="Stop VR" if runs else "Start VR", icon="CAMERA_STEREO")
        if runs and state.actionmaps.find(state, SET) is None:
            sentence(layout, context, "This session began without our controls: stop VR and start it again.", "ERROR")
            return
        if held.problem:
            sentence(layout, context, held.problem, "ERROR")
        if held.refused:
            sentence(layout, context, words.label("The headset's software did not take: {names}.", names=held.refused), "INFO")
        if runs:
            sentence(layout, context, in_the_headset(context))
        layout.use_property_split = True
        row = layout.row()
        row.prop(held, "room")
        if runs:
            row.operator("latent.xr_recentre", text="", icon="PIVOT_CURSOR")
        layout.row().prop(held, "tool", expand=True)
        if held.tool == "BRUSH":
            layout.prop(held, "radius")
        elif held.tool == "LOOP":
            layout.prop(held, "depth")
            if held.depth == "RANGE":
                layout.prop(held, "range")
        layout.prop(held, "freeze")
        layout.prop(held, "haptics")
        recording = bool(held.recording)
        text = "Stop Recording" if recording else "Record Session"
        layout.operator("latent.xr_record", text=text, icon="REC", depress=recording)
        if recording:
            kept = "Kept in the run folder: where head and hands are, gestures, labels. No sound, no picture of you."
            sentence(layout, context, kept, "INFO")
        found = preferences(context)
        if found is not None:
            layout.row().prop(found, "dominant_hand", expand=True)


def in_the_headset(context: bpy.types.Context) -> str:
    """What the person inside does, for the one who watches outside."""
    held, status = context.window_manager.latent_xr, context.window_manager.latent_status
    page = words.label(", palette at {page}", page=held.page) if held.palette_open else ""
    return words.label("In the headset: {tool}, {count:,} selected{page}", tool=held.tool.lower(), count=status.selected, page=page)
