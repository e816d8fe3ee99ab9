"""Judge new samples with a cloud's model, and show them as ghost points."""

from pathlib import Path
from typing import Any

import bpy
import numpy as np
from bpy.props import EnumProperty, StringProperty

from ..core.errors import DataError
from ..live import results
from ..live.errand import Errand
from ..properties import RELATIVE, active_cloud, preferences, words
from ..training.datasets.reference import DatasetRef
from .errands import ErrandOperator
from .open_dataset import KIND_ITEMS
from .polls import has_cloud

NOVEL = 0.95


class LATENT_OT_classify(ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.classify"
    bl_label = "Classify New Data"
    bl_description = (
        "Place new samples where the model sees them, as see-through points; they are not added to the run"
    )
    bl_options = {"REGISTER", "UNDO"}

    kind: EnumProperty(name="Kind", description="What the new data is", items=KIND_ITEMS, default="auto")
    filepath: StringProperty(
        name="Path", description="A file or folder like the run's own", subtype="FILE_PATH", options=RELATIVE
    )

    _target: Path | None = None
    _cloud = ""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def begin(self, context: bpy.types.Context) -> Errand:
        if not self.filepath:
            raise DataError("Choose a file or a folder of new samples.")
        cloud = active_cloud(context)
        self._cloud = cloud.name
        reference = DatasetRef(self.kind, bpy.path.abspath(self.filepath))
        errand, self._target = results.start_prediction(cloud, context, preferences(context), reference)
        return errand

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        cloud = bpy.data.objects.get(self._cloud)  # by name: undo may have replaced the object meanwhile
        if cloud is None:
            raise DataError(
                "The cloud is gone, so the new samples have no room to be shown in; take its deletion back, then try again."
            )
        assert self._target is not None
        stem = Path(bpy.path.abspath(self.filepath)).stem
        made = results.show_predicted(cloud, f"{stem} (new)", self._target)
        novelty = np.empty(len(made.data.vertices), dtype=np.float32)
        made.data.attributes["novelty"].data.foreach_get("value", novelty)
        novel = int(np.count_nonzero(novelty > NOVEL))
        placed = "Placed {samples:,} new samples, {none:,} of no category, {novel:,} unlike what the model knows"
        return words.report(placed, samples=facts["samples"], none=facts["none"], novel=novel)
