"""The modal timer that advances the trainer, and the buttons that pause and stop it."""

import time

import bpy
from bpy.props import BoolProperty

from ..core.errors import LatentError
from ..live import pump, remedies, session, starting, status
from ..properties import active_cloud, preferences, words
from .polls import has_cloud, has_trainer

TICK_SECONDS = 1 / 30
"""Between ticks: the cloud glides at this rate, whatever the trainer's."""
RELAY_SECONDS = 20.0
"""The modal operator finishes after this long and is started again: Blender saves no autosave while one runs."""
GAP_SECONDS = 0.1
"""The gap between two of them, long enough for the autosave to slip through."""


class LATENT_OT_train(bpy.types.Operator):
    bl_idname = "latent.train"
    bl_label = "Train"
    bl_description = "Let the cloud move: start or go on with the training of the active cloud"

    begin: BoolProperty(
        name="Begin",
        description="Start training; without it, only listen to a trainer that is opening data",
        default=True,
        options={"SKIP_SAVE", "HIDDEN"},
    )

    _timer: bpy.types.Timer | None = None
    _started = 0.0

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return session.running() is not None or has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if self.begin and not self._begin(context):
            return {"CANCELLED"}
        return self._listen(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        return self.invoke(context, None)

    def _begin(self, context: bpy.types.Context) -> bool:
        """Have a trainer running on the active cloud. False, with the reason reported, where that cannot be."""
        trainer = session.running()
        cloud = active_cloud(context)
        try:
            another = trainer is not None and cloud is not None and cloud.latent.run_id != trainer.run_id
            if trainer is not None and trainer.failure and not another:
                trainer.restart()
            elif trainer is None or (another and (trainer.opened or trainer.failure)):
                trainer = starting.start_existing(cloud, preferences(context))
            trainer.paused, trainer.lease_granted = False, 0.0
        except LatentError as error:
            remedies.when_starting(cloud, error, context)
            self.report({"ERROR"}, words.error(error))
            return False
        return True

    def _listen(self, context: bpy.types.Context) -> set[str]:
        if bpy.app.background:
            self.report({"WARNING"}, "Without a window nothing calls the trainer regularly; use bpy.ops.latent.advance instead.")
            return {"CANCELLED"}
        trainer = session.running()
        if trainer is None:
            return {"CANCELLED"}
        if trainer.ticking:
            return {"FINISHED"}
        trainer.ticking = True
        manager = context.window_manager
        self._timer = manager.event_timer_add(TICK_SECONDS, window=context.window)
        self._started = time.monotonic()
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        # everything passes: the mouse, the keyboard, other modal operators and VR are none of ours
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        trainer = session.running()
        if trainer is None:
            self._end(context)
            return {"FINISHED", "PASS_THROUGH"}
        pump.tick(trainer, context)
        if time.monotonic() - self._started > RELAY_SECONDS:
            self._end(context)
            session.relay(restart_listening, GAP_SECONDS)
            return {"FINISHED", "PASS_THROUGH"}
        return {"PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        # the window closed or another file comes: go on in another window if the trainer still runs then
        self._end(context)
        session.relay(restart_listening, GAP_SECONDS)

    def _end(self, context: bpy.types.Context) -> None:
        trainer = session.running()
        if trainer is not None:
            trainer.ticking = False
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None


def restart_listening() -> float | None:
    """Start the modal operator again, in whichever window lasts: one that shows a render or a dialog does not."""
    trainer = session.running()
    if trainer is None or trainer.ticking:
        return None
    for window in bpy.context.window_manager.windows:
        if not window.screen.is_temporary:
            with bpy.context.temp_override(window=window):
                bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
            return None
    return GAP_SECONDS  # none yet: ask again


class LATENT_OT_pause(bpy.types.Operator):
    bl_idname = "latent.pause"
    bl_label = "Pause"
    bl_description = "Let the cloud stand still; labels are still taken in and stored"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        session.running().pause()
        return {"FINISHED"}


class LATENT_OT_stop(bpy.types.Operator):
    bl_idname = "latent.stop"
    bl_label = "Stop Trainer"
    bl_description = "End the trainer; it writes a checkpoint first, and Train goes on from there"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_trainer(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        trainer = session.running()
        pump.tick(trainer, context)
        if trainer.opened is None and trainer.predecessor is not None:
            session.fall_back()  # what was being opened is given up; the cloud before it goes on
        else:
            session.stop()
            status.publish_off(context, "Stopped; Train goes on from here")
            waiting = len(trainer.book.pending) if trainer.book is not None else 0
            if waiting:
                said = words.report(
                    "Stopped; {waiting:,} edits did not reach the disk. They are in this file: save it, and Train stores them.",
                    waiting=waiting,
                )
                status.publish_off(context, said)
        return {"FINISHED"}
