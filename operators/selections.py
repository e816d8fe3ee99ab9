"""Keep a selection under a name, select it again, forget it, and write the selected samples to a file."""

from pathlib import Path

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core.errors import LatentError
from ..live import selections
from ..properties import RELATIVE, active_cloud, words
from .polls import has_cloud, has_selection


class _Selection:
    """What these share: a cloud, and a refusal in one sentence."""

    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_cloud(cls, context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            sentence = self.act(active_cloud(context))
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        self.report({"INFO"}, sentence)
        return {"FINISHED"}


class LATENT_OT_selection_save(_Selection, bpy.types.Operator):
    bl_idname = "latent.selection_save"
    bl_label = "Save Selection"
    bl_description = (
        "Keep the selected points under a name, to come back to them: a clump to ask somebody about, a part to export. "
        "It is saved with the .blend, and changes no label"
    )

    name: StringProperty(name="Name", description="What the selection is called; one of that name is replaced")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_selection(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        return context.window_manager.invoke_props_dialog(self, title="Save Selection As", confirm_text="Save")

    def draw(self, context: bpy.types.Context) -> None:
        row = self.layout.row()
        row.activate_init = True  # so that one types at once
        row.prop(self, "name", text="")

    def act(self, cloud: bpy.types.Object) -> str:
        return words.report("Kept {count:,} points as {name}", count=selections.save(cloud, self.name), name=self.name.strip())


class LATENT_OT_selection_choose(_Selection, bpy.types.Operator):
    bl_idname = "latent.selection_choose"
    bl_label = "Select Again"
    bl_description = "Select the points that were kept under this name. Shift adds them to the selection"

    name: StringProperty(name="Name", description="What the selection is called")
    extend: BoolProperty(name="Extend", description="Keep what is selected", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.extend = event.shift
        return self.execute(context)

    def act(self, cloud: bpy.types.Object) -> str:
        return words.report("{count:,} points are selected", count=selections.choose(cloud, self.name, self.extend))


class LATENT_OT_selection_remove(_Selection, bpy.types.Operator):
    bl_idname = "latent.selection_remove"
    bl_label = "Forget Selection"
    bl_description = "Forget this name; its points and their labels stay as they are"

    name: StringProperty(name="Name", description="What the selection is called")

    def act(self, cloud: bpy.types.Object) -> str:
        selections.remove(cloud, self.name)
        return words.report("Forgot {name}", name=self.name)


class LATENT_OT_export_selection(_Selection, bpy.types.Operator):
    bl_idname = "latent.export_selection"
    bl_label = "Export Selection"
    bl_description = "Write the selected samples to a .csv: id, name, label, prediction, and how sure the model is of it"
    bl_options = {"REGISTER"}

    filepath: StringProperty(name="File", description="The .csv that is written", subtype="FILE_PATH", options=RELATIVE)
    filter_glob: StringProperty(default="*.csv", options={"HIDDEN"})

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return has_selection(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.filepath = self.filepath or "selection.csv"
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def act(self, cloud: bpy.types.Object) -> str:
        target = Path(bpy.path.abspath(self.filepath)).with_suffix(".csv")
        return words.report("Wrote {count:,} samples to {name}", count=selections.export(cloud, target), name=target.name)
