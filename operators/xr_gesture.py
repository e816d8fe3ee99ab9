"""The trigger of the drawing hand: a loop in the air, a sweep of the brush, a touch; or a press on the palette."""

import time

import bpy

from ..core.errors import LatentError
from ..properties import active_cloud, words
from ..xr import drawing, hands, palette
from ..xr.gestures import Gesture, Stillness, Touch, tapped
from .polls import has_cloud

LOST_SECONDS, LONGEST = 3.0, 0.3
"""So long without an event of the hand: the session sleeps, and the gesture ends as it was. No step counts more than LONGEST."""


class LATENT_OT_xr_gesture(bpy.types.Operator):
    bl_idname = "latent.xr_gesture"
    bl_label = "Gesture in VR"
    bl_description = "Hold the controller's trigger and draw around points in the air, sweep through them, or touch one"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "XR_ACTION":
            self.report({"ERROR"}, "This draws with a VR controller; at the desk use Lasso Select.")
            return {"CANCELLED"}
        held, cloud = context.window_manager.latent_xr, active_cloud(context)
        self._hand, self._action = event.xr.user_path, event.xr.action
        state = hands.running(context)
        if state is None or drawing.is_lost(hands.pose(context, state, self._hand)):
            return {"CANCELLED"}
        drawing.lose(None)
        self._gesture = self._touch = None
        self._still = Stillness()
        if held.palette_open and palette.press(context, event.xr.controller_location, event.xr.controller_rotation):
            pass  # until the trigger is let go nothing begins
        elif held.tool == "TOUCH":
            self._touch = Touch(context, cloud, self._hand)
        else:
            self._gesture = Gesture(context, cloud, self._hand)
        self._seen, self._quiet = time.monotonic(), 0.0
        self._timer = context.window_manager.event_timer_add(0.25, window=context.window)
        context.window_manager.modal_handler_add(self)
        self._frame(context, event)
        return {"RUNNING_MODAL"}

    def _frame(self, context: bpy.types.Context, event: bpy.types.Event) -> None:
        if self._gesture is not None:
            self._gesture.frame(context, event.xr.controller_location)
        elif self._touch is not None:
            self._touch.frame(context)

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        state = hands.running(context)
        ours = event.type == "XR_ACTION" and event.xr.action == self._action and event.xr.user_path == self._hand
        now = time.monotonic()
        # a Blender that was busy for long heard nothing either, so a step counts no more than a little
        self._quiet = 0.0 if ours else self._quiet + min(now - self._seen, LONGEST)
        self._seen = now
        if state is None or self._quiet > LOST_SECONDS:
            self._let_go(context)
            return {"CANCELLED", "PASS_THROUGH"}
        if not ours:
            return {"PASS_THROUGH"}
        pose = hands.pose(context, state, self._hand)
        if self._still.is_lost(pose):
            drawing.lose(pose)
            self._let_go(context)
            return {"CANCELLED"}
        if event.value != "RELEASE":
            self._frame(context, event)
            return {"RUNNING_MODAL"}
        self._let_go(context)
        if self._gesture is not None:
            return self._finish(context, self._gesture)
        if self._touch is not None:
            self._touch.play(context)
        return {"CANCELLED"}  # nothing that undo would have to know

    def _finish(self, context: bpy.types.Context, gesture: Gesture) -> set[str]:
        cloud = gesture.find()
        if cloud is not None and gesture.is_tap() and tapped(context, cloud):
            return {"CANCELLED"}
        try:
            sentence = gesture.finish(context)
        except LatentError as error:
            refused = words.error(error)
            drawing.say(context, refused)
            hands.tick(context, hands.running(context), self._hand, 0.2, 1.0)
            self.report({"WARNING"}, refused)
            return {"CANCELLED"}
        drawing.say(context, sentence)
        self.report({"INFO"}, sentence)
        return {"FINISHED"}

    def cancel(self, context: bpy.types.Context) -> None:
        self._let_go(context)

    def _let_go(self, context: bpy.types.Context) -> None:
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        if self._gesture is not None:
            self._gesture.let_go()
