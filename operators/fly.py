"""The way of the eye to a place, smoothly; a key or the mouse's wheel stops it."""

import time

import bpy
from bpy.props import FloatProperty, FloatVectorProperty

from ..live import flying

STOPS = {"ESC", "MIDDLEMOUSE", "WHEELUPMOUSE", "WHEELDOWNMOUSE", "TRACKPADPAN", "TRACKPADZOOM", "NDOF_MOTION"}


class LATENT_OT_fly(bpy.types.Operator):
    bl_idname = "latent.fly"
    bl_label = "Fly There"
    bl_description = "Turn the 3D viewports to a place, as smoothly as the preferences say; Esc stops"
    bl_options = {"INTERNAL"}

    place: FloatVectorProperty(name="Place", size=3, subtype="XYZ")
    distance: FloatProperty(name="Distance", description="How far the eye stands off", default=5.0, min=0.0)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self._seconds = flying.seconds(context)
        if self._seconds <= 0:
            return self.execute(context)
        self._flights = flying.flights(context, self.place, self.distance)
        self._began = time.monotonic()
        status = context.window_manager.latent_status
        status.flight += 1  # the one before ends
        self._number = status.flight
        self._timer = context.window_manager.event_timer_add(1 / 60, window=context.window)
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        for flight in flying.flights(context, self.place, self.distance):
            flight.to(1.0)
        return {"FINISHED"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        newer = context.window_manager.latent_status.flight != self._number
        if newer or (event.type in STOPS and event.value in {"PRESS", "NOTHING"}):
            self.cancel(context)
            return {"CANCELLED"} if event.type == "ESC" else {"CANCELLED", "PASS_THROUGH"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        share = min(1.0, (time.monotonic() - self._began) / self._seconds)
        for flight in self._flights:
            flight.to(share)
        if share < 1.0:
            return {"PASS_THROUGH"}
        self.cancel(context)
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
