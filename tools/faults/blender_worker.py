"""Blender under the scripted labeller: the installed extension, without a window. Started by `blender_kills`.

Says on stdout, a JSON object a line: {"trainer": pid}, {"ready": labels}, {"ack": [id, gesture, samples, new]},
{"tick": [from, until]} for a long tick, {"done": labels}. A line on stdin asks it to settle and end.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import bpy
import numpy as np

MODULE = "bl_ext.user_default.latent_lasso"
CATEGORIES, MOST = 4, 40
STDOUT = os.dup(1)


def say(**values: Any) -> None:
    """One line in one write, so that a death cuts none in half."""
    os.write(STDOUT, (json.dumps(values) + "\n").encode())


def load(name: str) -> ModuleType:
    """A module of the installed extension."""
    return importlib.import_module(f"{MODULE}.{name}")


def set_up(archive: str, trainer_python: str, folder: Path) -> None:
    """The extension, installed once into the user folder."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    with contextlib.suppress(Exception):
        bpy.ops.preferences.addon_enable(module=MODULE)
    if MODULE not in bpy.context.preferences.addons:
        bpy.ops.extensions.package_install_files(filepath=archive, repo="user_default", enable_on_install=True)
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.trainer_python, preferences.threads = trainer_python, 1
    preferences.runs_folder = str(folder / "runs")


class Worker:
    """Ticks, labels, saves, until it is killed or asked to end."""

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        self.folder, self.rng = folder, rng
        self.blend = str(folder / "mine.blend")
        self.sent: dict[str, Any] = {}
        self.pid = 0
        self.longest = 0.0
        self.asked = threading.Event()

    @property
    def cloud(self) -> Any:
        """The one cloud of the file."""
        return next(ob for ob in bpy.data.objects if ob.latent.is_cloud)

    def open(self) -> None:
        """The file's cloud and its run, or new ones. A trainer that dies meanwhile is started again."""
        if Path(self.blend).exists():
            bpy.ops.wm.open_mainfile(filepath=self.blend)
            preferences = bpy.context.preferences.addons[MODULE].preferences
            load("live.starting").start_existing(self.cloud, preferences)
        else:
            load("live.starting").start_new(
                load("training.datasets.reference").DatasetRef("auto", str(self.folder / "points.npy")),
                "faults",
                bpy.context.preferences.addons[MODULE].preferences,
                1,
            )
        while not (self.running.opened and self.running.ready):
            self.tick()
        if not self.cloud.latent.categories:
            for number in range(1, CATEGORIES + 1):
                load("live.labels").new_category(self.cloud, f"c{number}")

    @property
    def running(self) -> Any:
        """The running trainer."""
        return load("live.session").running()

    def tick(self) -> None:
        """One tick of the extension, and what it did to the labels on their way."""
        begin = time.monotonic()
        trainer = self.running
        load("live.pump").tick(trainer, bpy.context)
        if trainer.failure:
            trainer.restart()
        if trainer.client.pid != self.pid:
            self.pid = trainer.client.pid
            say(trainer=self.pid)
        over = time.monotonic()
        if over - begin > min(self.longest, 1.0):  # a longer one may have been longest only because it was stopped meanwhile
            self.longest = max(self.longest, over - begin)
            say(tick=[begin, over])
        pending = trainer.book.pending if trainer.book else {}
        for edit_id in [known for known in self.sent if known not in pending]:
            edit = self.sent.pop(edit_id)
            say(ack=[edit_id, edit.gesture_id, edit.samples.tolist(), edit.new.tolist()])
        self.sent.update(pending)
        time.sleep(0.003)

    def label(self) -> None:
        """A person's assignment, by script."""
        points = len(self.cloud.data.vertices)
        mask = np.zeros(points, dtype=bool)
        mask[self.rng.choice(points, size=int(self.rng.integers(1, MOST)), replace=False)] = True
        load("live.labels").assign(self.cloud, mask, int(self.rng.integers(0, CATEGORIES + 1)))

    def labels(self) -> list[int]:
        """What the cloud shows."""
        return [int(value) for value in load("scene.cloud").read_ints(self.cloud.data, "category")]

    def settle(self) -> None:
        """Tick until all is stored."""
        self.tick()
        while not self.running.ready or self.running.book.pending:
            self.tick()

    def run(self) -> None:
        """Label until the end."""
        threading.Thread(target=self._listen, daemon=True).start()
        self.open()
        self.settle()
        say(ready=self.labels(), run=str(self.running.request.run_path))
        self.running.paused = False
        next_save = time.monotonic() + float(self.rng.uniform(0.0, 0.6))
        next_label = 0.0
        while not self.asked.is_set():
            now = time.monotonic()
            if now >= next_label:
                next_label = now + float(self.rng.uniform(0.0, 0.1))
                self.label()
            if now >= next_save:
                next_save = now + float(self.rng.uniform(0.5, 3.0))
                bpy.ops.wm.save_as_mainfile(filepath=self.blend)
            self.tick()
        self.settle()
        bpy.ops.wm.save_as_mainfile(filepath=self.blend)
        say(done=self.labels(), run=str(load("live.paths").resolved(self.cloud.latent.run_path)))
        load("live.session").stop()

    def _listen(self) -> None:
        sys.stdin.readline()
        self.asked.set()


if __name__ == "__main__":
    place, archive, trainer_python, seed = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    os.dup2(2, 1)  # what Blender prints is no line of ours
    set_up(archive, trainer_python, place)
    Worker(place, np.random.default_rng(seed)).run()
