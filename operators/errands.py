"""What the operators that start an errand share: wait in the background, tick with a progress bar in a window."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.props import BoolProperty

from ..core.errors import LatentError
from ..live import status
from ..live.errand import Task
from ..properties import words

TICK_SECONDS = 0.1


class ErrandOperator:
    """begin() starts the errand, finish() takes its facts and returns a sentence; both may raise LatentError."""

    _errand: Task | None = None
    _timer: bpy.types.Timer | None = None

    wait: BoolProperty(
        name="Wait",
        description="Return only when it is done; always so without a window",
        default=False,
        options={"SKIP_SAVE", "HIDDEN"},
    )

    def begin(self, context: bpy.types.Context) -> Task:
        raise NotImplementedError

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        raise NotImplementedError

    def failed(self, context: bpy.types.Context, sentence: str) -> None:
        """What else is to be done with the sentence that is reported."""

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            self._errand = self.begin(context)
            if self.wait or bpy.app.background:
                sentence = self.finish(context, self._errand.wait(lambda _share, _text: None))
                self.report({"INFO"}, sentence)
                return {"FINISHED"}
        except LatentError as error:
            self.failed(context, words.error(error))
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        manager = context.window_manager
        manager.latent_status.errand_cancelled = False
        self._timer = manager.event_timer_add(TICK_SECONDS, window=context.window)
        manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        shown = context.window_manager.latent_status
        assert self._errand is not None
        if shown.errand_cancelled:
            self.cancel(context)
            self.report({"INFO"}, "Cancelled")
            return {"CANCELLED", "PASS_THROUGH"}
        if not self._errand.finished:
            shown.errand, shown.errand_progress = self._errand.text, self._errand.share
            status.redraw_sidebars(context)
            return {"PASS_THROUGH"}
        self._end(context)
        try:
            self.report({"INFO"}, self.finish(context, self._errand.result()))
        except LatentError as error:
            self.failed(context, words.error(error))
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED", "PASS_THROUGH"}
        return {"FINISHED", "PASS_THROUGH"}

    def cancel(self, context: bpy.types.Context) -> None:
        if self._errand is not None:
            self._errand.cancel()
        self._end(context)

    def _end(self, context: bpy.types.Context) -> None:
        if self._timer is not None:
            context.window_manager.event_timer_remove(self._timer)
            self._timer = None
        context.window_manager.latent_status.errand = ""
        status.redraw_sidebars(context)
