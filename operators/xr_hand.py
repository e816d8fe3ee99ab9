"""The other buttons of the hands in VR: stick, squeeze, the last category again, the middle of the room."""

import bpy

from ..xr import hands, palette, placing
from ..xr import session as xr_session
from .assign import give
from .polls import has_cloud, has_selection

GROWTH = 1.02
"""How much a stick at its end sizes in one XR frame."""


class LATENT_OT_xr_stick(bpy.types.Operator):
    bl_idname = "latent.xr_stick"
    bl_label = "VR Stick"
    bl_description = "Push the stick of the drawing hand to size the brush or to say how far a loop reaches"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "XR_ACTION":
            return {"CANCELLED"}
        self._action = event.xr.action
        self._taken = False
        self._size(context, event)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if hands.running(context) is None:
            return {"CANCELLED", "PASS_THROUGH"}
        if event.type != "XR_ACTION" or event.xr.action != self._action:
            return {"PASS_THROUGH"}
        if event.value != "RELEASE":
            self._size(context, event)
            return {"RUNNING_MODAL"}
        if self._taken:
            palette.stick(context, 0.0, 0.0)
        return {"FINISHED"}

    def _size(self, context: bpy.types.Context, event: bpy.types.Event) -> None:
        held = context.window_manager.latent_xr
        up = float(event.xr.state[0])
        self._taken = held.palette_open and palette.stick(context, 0.0, up)
        if self._taken:
            return
        if held.tool == "BRUSH":
            held.radius *= GROWTH**up
        elif held.tool == "LOOP" and held.depth == "RANGE":
            held.range *= GROWTH**up


class LATENT_OT_xr_scale(bpy.types.Operator):
    bl_idname = "latent.xr_scale"
    bl_label = "Scale Room in VR"
    bl_description = "Squeeze both hands and move them apart or together to make the room larger or smaller"
    bl_options = {"INTERNAL"}

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "XR_ACTION":
            return {"CANCELLED"}
        self._action = event.xr.action
        self._apart = 0.0
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        state = hands.running(context)
        if state is None:
            return {"CANCELLED", "PASS_THROUGH"}
        if event.type != "XR_ACTION" or event.xr.action != self._action:
            return {"PASS_THROUGH"}
        if event.value == "RELEASE":
            return {"FINISHED"}
        self._apart = placing.scale_between_hands(context, state, self._apart)
        return {"RUNNING_MODAL"}


class LATENT_OT_xr_again(bpy.types.Operator):
    bl_idname = "latent.xr_again"
    bl_label = "Last Category Again"
    bl_description = "Give the selected points the category that was given last"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_selection(cls, context):
            return False
        if not context.window_manager.latent_xr.last_category:
            cls.poll_message_set("No category was given yet; open the palette and choose one")
            return False
        return True

    def execute(self, context: bpy.types.Context) -> set[str]:
        return give(self, context, context.window_manager.latent_xr.last_category, "")


class LATENT_OT_xr_recentre(bpy.types.Operator):
    bl_idname = "latent.xr_recentre"
    bl_label = "Recentre in VR"
    bl_description = "Stand in the middle again, with the room as large as it was at the start"
    bl_options = {"INTERNAL"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if hands.running(context) is None:
            cls.poll_message_set("No VR session is running; start one first")
            return False
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        xr_session.recentre(context)
        return {"FINISHED"}
