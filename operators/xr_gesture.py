"""The trigger of the drawing hand: a loop in the air, a sweep of the brush, a touch; or a press on the palette."""

import time

import bpy

from ..core.errors import LatentError
from ..live import air, session
from ..properties import active_cloud, words
from ..xr import hands, palette
from .polls import has_cloud


class LATENT_OT_xr_gesture(bpy.types.Operator):
    bl_idname = "latent.xr_gesture"
    bl_label = "Gesture in VR"
    bl_description = "Hold the controller's trigger and draw a loop in the air around points to select them"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "XR_ACTION":
            self.report({"ERROR"}, "This draws with a VR controller; at the desk use Lasso Select.")
            return {"CANCELLED"}
        held = context.window_manager.latent_xr
        if held.palette_open and palette.press(context, event.xr.controller_location, event.xr.controller_rotation):
            self._stroke = None
            context.window_manager.modal_handler_add(self)
            return {"RUNNING_MODAL"}
        self._hand = event.xr.user_path
        self._action = event.xr.action
        self._stroke = air.Stroke()
        self._started = time.monotonic()
        self._take(context, event)
        trainer = session.running()
        if trainer is not None and held.freeze:
            # the cloud stands still while a hand draws
            trainer.hold_positions(True, "hand")
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def _take(self, context: bpy.types.Context, event: bpy.types.Event) -> None:
        state = context.window_manager.xr_session_state
        self._stroke.add(event.xr.controller_location, state.viewer_pose_location)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "XR_ACTION":
            return {"PASS_THROUGH"}
        if self._stroke is None:  # the palette took the press; until it is let go nothing begins
            return {"FINISHED"} if event.value == "RELEASE" else {"RUNNING_MODAL"}
        if event.xr.action != self._action or event.xr.user_path != self._hand:
            return {"PASS_THROUGH"}
        self._take(context, event)
        if event.value != "RELEASE":
            return {"RUNNING_MODAL"}
        self._let_go()
        cloud = active_cloud(context)
        state = hands.running(context)
        taking = state is not None and hands.squeezed(context, state, self._hand)
        mode = "SUBTRACT" if taking else "REPLACE" if context.window_manager.latent_xr.named else "ADD"
        try:
            count = air.select(cloud, context, self._stroke, mode, time.monotonic() - self._started, session.running())
        except LatentError as error:
            self.report({"WARNING"}, error.sentence)
            return {"CANCELLED"}
        self.report({"INFO"}, words.report("{count:,} points selected", count=count))
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        self._let_go()

    def _let_go(self) -> None:
        trainer = session.running()
        if trainer is not None:
            trainer.hold_positions(False, "hand")
