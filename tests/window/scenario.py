"""What scenarios share: run inside Blender's own window, step by step on a timer, and write down what happened.

A scenario is a generator that yields how many seconds to wait. It ends Blender when it is done or when it fails.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import bpy

MODULE = "bl_ext.user_default.latent_lasso"
Steps = Generator[float, None, None]
STARTED = {"FINISHED", "RUNNING_MODAL"}
"""What Train answers: one listens since the data opened, but for a tenth of a second in twenty, which lets autosave through."""


class Scenario:
    """The facts of one run, written as JSON whatever happens."""

    def __init__(self, name: str) -> None:
        self.name = name
        bpy.context.preferences.view.show_splash = False  # before the window first draws it
        bpy.context.preferences.view.smooth_view = 0  # no picture is taken, and no point looked for, on the way to a view
        self.work = Path(sys.argv[sys.argv.index("--") + 1])
        self.settings = json.loads((self.work / "settings.json").read_text(encoding="utf-8"))
        self.hurry = float(self.settings.get("hurry", 1.0))
        """What each pause is multiplied by: a small number is a machine on which little gets done in a pause."""
        self.facts: dict[str, Any] = {"blender": bpy.app.version_string, "reached": []}

    def note(self, **facts: Any) -> None:
        """Add facts and write them at once, so that a crash leaves what was known."""
        self.facts.update(facts)
        (self.work / "facts.json").write_text(json.dumps(self.facts, indent=1), encoding="utf-8")

    def reach(self, station: str) -> None:
        """Note that the scenario came this far."""
        self.note(reached=[*self.facts["reached"], station])

    def load(self, name: str) -> Any:
        """A module of the installed extension."""
        return importlib.import_module(f"{MODULE}.{name}")

    def picture(self, name: str) -> None:
        """A picture of the whole screen."""
        subprocess.run(["import", "-window", "root", str(self.work / f"{name}.png")], check=True, timeout=60)

    def view(self) -> dict[str, Any]:
        """The window, area and region of the 3D viewport, for a context override."""
        window = bpy.context.window_manager.windows[0]
        area = next(area for area in window.screen.areas if area.type == "VIEW_3D")
        region = next(region for region in area.regions if region.type == "WINDOW")
        return {"window": window, "screen": window.screen, "area": area, "region": region}

    def install(self, choose: bool = True) -> None:
        """Install the zip as a user does, and choose the trainer's Python, or leave that to the scenario."""
        bpy.ops.extensions.package_install_files(
            filepath=self.settings["zip"], repo="user_default", enable_on_install=True
        )
        preferences = bpy.context.preferences.addons[MODULE].preferences
        if choose:
            preferences.trainer_python = self.settings["trainer_python"]
        preferences.threads = 1
        preferences.runs_folder = str(self.work / "runs")
        for ob in list(bpy.data.objects):
            bpy.data.objects.remove(ob)

    def sidebar(self) -> Steps:
        """Show our tab of the sidebar."""
        area = self.view()["area"]
        area.spaces.active.show_region_ui = True
        region = next(region for region in area.regions if region.type == "UI")

        def shown() -> bool:
            """Whether the tab is there to be chosen: a region knows its tabs once it was drawn."""
            try:
                region.active_panel_category = "Latent"
            except TypeError:
                return False
            return True

        yield 0.5
        yield from self.until(shown, "the tab in the sidebar")
        yield 0.5

    def open_digits(self, seed: int = 3) -> Steps:
        """Open the digits as the button does, and wait for the cloud."""
        with bpy.context.temp_override(**self.view()):
            answer = bpy.ops.latent.open_dataset("EXEC_DEFAULT", kind="digits", seed=seed)
        assert answer == {"FINISHED"}, answer
        yield from self.until(lambda: self.cloud() is not None, "the cloud")
        with bpy.context.temp_override(**self.view()):
            bpy.ops.view3d.view_all()

    def cloud(self) -> Any:
        """The cloud, or None."""
        return next((ob for ob in bpy.data.objects if ob.latent.is_cloud), None)

    def trainer(self) -> Any:
        """The running trainer."""
        return self.load("live.session").running()

    def still(self) -> Steps:
        """Wait until the cloud that was opened, or paused, stands where the trainer has it, and the mesh has what is shown."""
        viewport = self.load("scene.viewport")

        def arrived() -> bool:
            trainer, eyes = self.trainer(), viewport.eyes()
            shown = trainer.glide is not None and trainer.glide._settled and trainer.prediction_shown
            return bool(trainer.state == "PAUSED" and shown and not (eyes and eyes.live))

        yield from self.until(arrived, "a cloud that stands still")
        yield 0.1  # and is drawn so

    def until(self, done: Callable[[], bool], what: str, seconds: float = 600.0) -> Steps:
        """Wait until something holds; software GL on a busy machine is slow, so generously."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
            yield 0.05

    def run(self, steps: Callable[[Scenario], Steps]) -> None:
        """Play the scenario on a timer, then end Blender."""
        playing = steps(self)

        def step() -> float | None:
            try:
                return max(0.001, self.hurry * next(playing))
            except StopIteration:
                self.reach("end")
            except BaseException:  # noqa: BLE001 - whatever it is goes into the record that pytest reads
                self.note(error=traceback.format_exc())
            if f"{MODULE}.live.session" in sys.modules:
                self.load("live.session").stop()
            bpy.app.timers.register(lambda: bpy.ops.wm.quit_blender() and None, first_interval=0.2)
            return None

        self.note()
        bpy.app.timers.register(step, first_interval=2.0, persistent=True)  # also over another file
