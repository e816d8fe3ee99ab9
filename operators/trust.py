"""Trust the user's own encoder on this computer, by path and hash, and take that back."""

import hashlib
from pathlib import Path

import bpy
from bpy.props import IntProperty, StringProperty

from ..properties import RELATIVE, preferences, words


def sha256_of(path: Path) -> str:
    """The file's hash; empty where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


class LATENT_OT_trust_encoder(bpy.types.Operator):
    bl_idname = "latent.trust_encoder"
    bl_label = "Trust This Encoder"
    bl_description = (
        "Let a file with your own encoder run as code in the trainer, as long as it is not changed"
    )

    filepath: StringProperty(
        name="File", description="The .py, .pt2 or .pt", subtype="FILE_PATH", options=RELATIVE
    )
    sha256: StringProperty(name="SHA-256", description="The hash of the file as you read it")

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if preferences(context) is None:
            cls.poll_message_set("Enable the extension as an add-on first")
            return False
        return True

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        if not self.filepath:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        self.sha256 = sha256_of(Path(bpy.path.abspath(self.filepath)))
        return context.window_manager.invoke_props_dialog(
            self, width=520, title="Run This Code?", confirm_text="Trust"
        )

    def draw(self, context: bpy.types.Context) -> None:
        column = self.layout.column(align=True)
        column.label(text="An encoder is code. It would run as you, with all your rights.", icon="ERROR")
        column.label(text="Trust it only if you wrote or read it.")
        column.separator()
        column.label(text=bpy.path.abspath(self.filepath), icon="FILE")
        column.label(text=words.label("sha256 {sha256}", sha256=self.sha256) if self.sha256 else "The file cannot be read")

    def execute(self, context: bpy.types.Context) -> set[str]:
        path = Path(bpy.path.abspath(self.filepath))
        found = sha256_of(path)
        if not found:
            self.report({"ERROR"}, words.report("The encoder {name} cannot be read; check its path.", name=path.name))
            return {"CANCELLED"}
        if found != self.sha256:
            # from the file browser there is no hash yet: show it, and ask
            if not bpy.app.background and not self.sha256:
                return bpy.ops.latent.trust_encoder("INVOKE_DEFAULT", filepath=str(path))
            self.report(
                {"ERROR"},
                words.report(
                    "The encoder {name} has another hash ({found}); read it again before you trust it.", name=path.name, found=found
                ),
            )
            return {"CANCELLED"}
        trusted = preferences(context).trusted
        item = trusted.get(found) or trusted.add()
        item.name, item.path = found, str(path)
        self.report({"INFO"}, words.report("{name} is trusted on this computer until it changes", name=path.name))
        return {"FINISHED"}


class LATENT_OT_distrust_encoder(bpy.types.Operator):
    bl_idname = "latent.distrust_encoder"
    bl_label = "Trust No More"
    bl_description = "This file is no longer run as code"

    index: IntProperty(name="Index", options={"HIDDEN"})

    def execute(self, context: bpy.types.Context) -> set[str]:
        preferences(context).trusted.remove(self.index)
        return {"FINISHED"}
