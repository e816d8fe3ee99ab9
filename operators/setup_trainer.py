"""The trainer's Python: make one with torch, try one that is there, or copy the commands that make one."""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core.errors import DataError, LatentError
from ..live import environment, paths, session
from ..live.errand import Task
from ..properties import preferences, words
from .errands import ErrandOperator

KEPT = ("It goes to the extension's folder in your user files;", "Blender's own Python stays as it is.")
NO_PYTHON = (
    "No Python from 3.11 to 3.14 was found that can make environments.",
    "Install one (on Debian with its venv package), or write its path here.",
)


def has_preferences(cls: type[bpy.types.Operator], context: bpy.types.Context) -> bool:
    """The extension is enabled as a user enables it, and nothing else is under way."""
    if preferences(context) is None:
        cls.poll_message_set("Enable the extension in Edit > Preferences > Add-ons first")
        return False
    if context.window_manager.latent_status.errand:
        cls.poll_message_set("Something else is under way; wait for it, or cancel it")
        return False
    return True


def told(context: bpy.types.Context, sentence: str, good: bool) -> None:
    """Keep what was found out about the Python where the preferences show it."""
    status = context.window_manager.latent_status
    status.python, status.python_good = sentence, good


def lines(layout: bpy.types.UILayout, said: tuple[str, ...], icon: str) -> None:
    """A sentence over several lines."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for number, line in enumerate(said):
        column.label(text=line, icon="BLANK1" if number else icon)


class Choices:
    """Which Python an environment is made from, and what it holds."""

    base: StringProperty(
        name="Base",
        description="The Python that the new environment stands on; empty: the newest that was found",
        options={"SKIP_SAVE"},
    )
    readers: BoolProperty(
        name="Readers",
        description="Also install what reads Parquet, Hugging Face folders, sounds and AnnData (about 250 MB)",
        default=True,
    )
    index: StringProperty(
        name="Package Index",
        description="An index of packages to use instead of pip's own, for example one with torch for CPUs only",
    )

    def look_for_pythons(self, context: bpy.types.Context) -> None:
        """List what was found, and choose the first of it."""
        found = context.window_manager.latent_status.pythons
        found.clear()
        for base in environment.bases():
            found.add().name = base.path
        if not self.base and found:
            self.base = found[0].name

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        status = context.window_manager.latent_status
        layout.prop_search(self, "base", status, "pythons", icon="CONSOLE", results_are_suggestions=True)
        if not status.pythons:
            lines(layout, NO_PYTHON, "ERROR")
        layout.prop(self, "readers")
        layout.prop(self, "index")

    def parts(self) -> tuple[str, Path, list[str], list[str]]:
        """(base, folder, packages, pip's options). Raises LatentError where no Python will do."""
        if self.base:
            base = environment.base_of(bpy.path.abspath(self.base)).path
        else:
            found = environment.bases()
            if not found:
                raise DataError("No Python from 3.11 to 3.14 was found that can make environments; install one, and choose it.")
            base = found[0].path
        packages = [*environment.NEEDED, *(environment.READERS if self.readers else ())]
        return base, paths.new_environment(), packages, ["--index-url", self.index] if self.index else []


class LATENT_OT_setup_trainer(Choices, ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.setup_trainer"
    bl_label = "Set Up Trainer"
    bl_description = "Make a Python environment with torch for the trainer. Blender's own Python is not touched"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not bpy.app.online_access:
            cls.poll_message_set("Allow Online Access in Preferences > System, or copy the commands and run them yourself")
            return False
        return has_preferences(cls, context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.look_for_pythons(context)
        self.nvidia = environment.has_nvidia()
        return context.window_manager.invoke_props_dialog(self, width=460, confirm_text="Set Up")

    def draw(self, context: bpy.types.Context) -> None:
        Choices.draw(self, context)
        lines(self.layout, environment.what_is_fetched(sys.platform, self.nvidia), "INTERNET")
        lines(self.layout, KEPT, "FILE_FOLDER")

    def begin(self, context: bpy.types.Context) -> Task:
        told(context, "", True)
        return environment.Making(*self.parts())

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        prefs = preferences(context)
        before = Path(prefs.trainer_python) if prefs.trainer_python else None
        prefs.trainer_python = facts["python"]
        context.preferences.is_dirty = True
        self.remove(before)
        version = ".".join(map(str, facts["version"]))
        made, device = "The trainer is set up: Python {version}, torch {torch}, on {device}", facts["device"] or "the CPU"
        sentence = words.report(made, version=version, torch=facts["torch"], device=device)
        told(context, sentence, True)
        trainer = session.running()
        return sentence + ("; stop the trainer that runs and press Train" if trainer is not None and trainer.remedy else "")

    def failed(self, context: bpy.types.Context, sentence: str) -> None:
        told(context, sentence, False)

    def remove(self, before: Path | None) -> None:
        """Take the environment away that this one takes the place of, if it is ours and nothing runs in it."""
        if before is None or session.running() is not None:
            return
        folder = next((path for path in before.parents if path.parent == paths.environments()), None)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


class LATENT_OT_copy_setup(Choices, bpy.types.Operator):
    bl_idname = "latent.copy_setup"
    bl_label = "Copy Commands"
    bl_description = "Copy the commands that set the trainer up, for a terminal, another day or another computer"

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        self.look_for_pythons(context)
        return context.window_manager.invoke_props_dialog(self, width=460, confirm_text="Copy")

    def execute(self, context: bpy.types.Context) -> set[str]:
        try:
            lines = environment.commands(*self.parts())
        except LatentError as error:
            self.report({"ERROR"}, words.error(error))
            return {"CANCELLED"}
        join = subprocess.list2cmdline if sys.platform == "win32" else shlex.join
        context.window_manager.clipboard = "\n".join(map(join, lines)) + "\n"
        self.report({"INFO"}, words.report("Copied; after that choose {python} as the trainer's Python", python=lines[1][0]))
        return {"FINISHED"}


class LATENT_OT_check_python(ErrandOperator, bpy.types.Operator):
    bl_idname = "latent.check_python"
    bl_label = "Check"
    bl_description = "Try the trainer's Python: whether it starts, and torch imports there"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if not has_preferences(cls, context):
            return False
        if not preferences(context).trainer_python:
            cls.poll_message_set("Choose a Python first, or set the trainer up")
            return False
        return True

    def begin(self, context: bpy.types.Context) -> Task:
        told(context, "", True)
        return environment.Checking(bpy.path.abspath(preferences(context).trainer_python))

    def finish(self, context: bpy.types.Context, facts: dict[str, Any]) -> str:
        version, device = ".".join(map(str, facts["version"])), facts["device"] or "the CPU"
        works = "Python {version} with torch {torch} works, on {device}"
        sentence = words.report(works, version=version, torch=facts["torch"], device=device)
        told(context, sentence, True)
        return sentence

    def failed(self, context: bpy.types.Context, sentence: str) -> None:
        told(context, sentence, False)
