"""Begin a new run from the epoch that is shown, beside the old one."""

from pathlib import Path
from typing import Any

import bpy

from ..core.errors import TrainerError
from ..live import blocking, branching
from ..live.errand import Errand
from ..properties import active_cloud, preferences
from .errands import ErrandOperator
from .polls import has_cloud


class LATENT_OT_branch(ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.branch"
    bl_label = "Branch from Here"
    bl_description = (
        "Go another way from the epoch that is shown: a new run with the labels given until then, as a cloud beside this one, "
        "which stays as it is"
    )
    bl_options = {"REGISTER"}

    _target: Path | None = None
    _cloud = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def begin(self, context: bpy.types.Context) -> Errand:
        cloud = active_cloud(context)
        self._cloud = cloud.name
        errand, self._target = branching.start(cloud, context, preferences(context))
        return errand

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        cloud = bpy.data.objects.get(self._cloud)  # by name: undo may have replaced the object meanwhile
        if cloud is None or self._target is None:
            raise TrainerError("The cloud is gone; its branch lies in {target}.", target=self._target)
        trainer = branching.open_beside(cloud, self._target, preferences(context))
        if bpy.app.background:
            blocking.wait_opened(trainer, context)
        else:
            bpy.ops.latent.train("INVOKE_DEFAULT", begin=False)
        return branching.in_words(facts)
