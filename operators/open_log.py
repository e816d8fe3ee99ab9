"""Show the trainer's log, which says what it did and why it ended."""

from pathlib import Path

import bpy

from ..live import session
from ..properties import words


class LATENT_OT_open_log(bpy.types.Operator):
    bl_idname = "latent.open_log"
    bl_label = "Open Log"
    bl_description = "Open the trainer's log in Blender's text editor"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if context.window_manager.latent_status.log_path:
            return True
        cls.poll_message_set("No trainer has run yet")
        return False

    def execute(self, context: bpy.types.Context) -> set[str]:
        trainer = session.running()
        path = trainer.log_path if trainer else Path(context.window_manager.latent_status.log_path)
        if not path.is_file():
            self.report({"ERROR"}, words.report("There is no log at {path}; it begins when a trainer starts.", path=path))
            return {"CANCELLED"}
        text = bpy.data.texts.get(path.name) or bpy.data.texts.new(path.name)
        text.clear()
        text.write(path.read_text(encoding="utf-8", errors="replace")[-200_000:])
        self.report({"INFO"}, words.report("The log is in the text editor as {name}", name=text.name))
        return {"FINISHED"}
