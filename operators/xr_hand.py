"""The other buttons of the hands in VR: stick, squeeze, the last category again, the middle of the room."""

import bpy

from ..core.errors import LatentError
from ..live import assigning, difference, labels, session
from ..properties import active_cloud, words
from ..xr import drawing, hands, palette, placing
from ..xr import session as xr_session
from .assign import left
from .polls import has_cloud

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


class Told(bpy.types.Operator):
    """An operator of a button: what it did or could not do is said in the air, for no status bar is seen there."""

    def tell(self, context: bpy.types.Context, sentence: str, done: bool = True) -> set[str]:
        self.report({"INFO" if done else "WARNING"}, sentence)
        drawing.say(context, sentence)
        state = hands.running(context)
        if state is not None:
            hands.tick(context, state, hands.dominant(context), 0.1 if done else 0.2, 0.6 if done else 1.0)
        return {"FINISHED"} if done else {"CANCELLED"}


class LATENT_OT_xr_again(Told):
    bl_idname = "latent.xr_again"
    bl_label = "Last Category Again"
    bl_description = "Give the selected points the category that was given last"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud, number = active_cloud(context), context.window_manager.latent_xr.last_category
        if not number:
            return self.tell(context, words.report("No category was given yet; open the palette and choose one."), False)
        try:
            count, _kept = assigning.assign_selection(cloud, assigning.resolve(cloud, number, ""))
        except LatentError as error:
            return self.tell(context, words.error(error), False)
        name = labels.by_id(cloud, number).name
        return self.tell(context, words.report("{count:,} points are now {name}", count=count, name=name))


class LATENT_OT_xr_undo(Told):
    bl_idname = "latent.xr_undo"
    bl_label = "Take Back in VR"
    bl_description = "Take back the last label edit of this session, and say so in the headset"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        cloud, trainer = active_cloud(context), session.running()
        try:
            if trainer is None:
                raise LatentError("No trainer is running; press Train at the desk first.")
            count, kept = difference.undo_last(trainer, cloud)
        except LatentError as error:
            return self.tell(context, words.error(error), False)
        return self.tell(context, words.report("Took back {count:,} labels", count=count) + left(kept))


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
