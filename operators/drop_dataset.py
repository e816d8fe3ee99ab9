"""Files dropped into the viewport become a cloud; a dropped sample offers the folder that it came from."""

from pathlib import Path

import bpy
from bpy.props import EnumProperty, StringProperty

from ..live import dropped
from ..properties import words
from .opening import open_dataset

TAKE = (
    ("FILE", "The File", "The file is the data set: a text, a line a sample"),
    ("FOLDER", "Its Folder", "All files of this kind in the folder"),
    ("ABOVE", "The Folder Above", "All files of this kind; the folders that they lie in become categories"),
)


class LATENT_OT_drop_dataset(bpy.types.Operator):
    bl_idname = "latent.drop_dataset"
    bl_label = "Open as a Cloud"
    bl_description = "Open a file as a cloud of points, or the folder that a picture, sound or text lies in"
    bl_options = {"INTERNAL"}

    filepath: StringProperty(name="Path", description="What was dropped", subtype="FILE_PATH", options={"SKIP_SAVE"})
    take: EnumProperty(name="Take", description="What becomes the cloud", items=TAKE, default="FILE", options={"SKIP_SAVE"})

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        path = Path(self.filepath)
        if not dropped.what(path):
            return self.execute(context)
        self.take = "ABOVE" if dropped.folder_above(path) else "FOLDER"
        return context.window_manager.invoke_props_dialog(self, title="Open as a Cloud", confirm_text="Open", width=360)

    def draw(self, context: bpy.types.Context) -> None:
        path = Path(self.filepath)
        kind, above = dropped.what(path), dropped.folder_above(path)
        column = self.layout.column()
        column.label(text=words.label("{name} is one {kind}; a cloud needs many. Take", name=path.name, kind=kind))
        column = column.column(align=True)
        if above:
            text = words.label("{name}, its folders as categories", name=above.name)
            column.prop_enum(self, "take", "ABOVE", text=text, icon="FILE_FOLDER")
        text = words.label("{name}, without categories", name=path.parent.name)
        column.prop_enum(self, "take", "FOLDER", text=text, icon="FILE_FOLDER")
        if kind == "text":
            text = words.label("{name}, each line a sample", name=path.name)
            column.prop_enum(self, "take", "FILE", text=text, icon="FILE_TEXT")

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = Path(bpy.path.abspath(self.filepath))
        target = {"FILE": path, "FOLDER": path.parent, "ABOVE": path.parent.parent}[self.take]
        return open_dataset(self, filepath=str(target))


class LATENT_FH_dataset(bpy.types.FileHandler):
    bl_idname = "LATENT_FH_dataset"
    bl_label = "Latent Cloud"
    bl_import_operator = "latent.drop_dataset"
    bl_file_extensions = ";".join(dropped.ENDINGS)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return context.area is not None and context.area.type == "VIEW_3D"
