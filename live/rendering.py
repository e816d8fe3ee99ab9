"""A video rendered by a second Blender, frame by frame into a folder beside it, so that Blender's window stays free.

Owns the folder NAME.frames and the child process. The folder holds scene.blend as it was when the render began, the recorded
epochs that it plays (kept_past.py), job.json and the frames that are done; it goes when the video is there. What ends a render
early leaves it, and the next one goes on from it.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import bpy

from ..core import outside_json
from ..core.errors import StoreError
from ..core.text import reason
from ..properties import words
from ..scene import render_frames
from ..training import interpreter
from . import kept_past
from .errand import Task

JOB = "job.json"
SCENE = "scene.blend"
ENCODING = 0.03
"""The share of the work that joining the frames takes."""


def target_of(path: str) -> Path:
    """The video's file: `path`, with the ending .mp4 where it has another or none."""
    return Path(path if path.lower().endswith(".mp4") else f"{path}.mp4")


def folder_of(path: str) -> Path:
    """Where the frames of a video are until it is whole."""
    target = target_of(path)
    return target.with_name(target.stem + ".frames")


def is_unfinished(path: str) -> bool:
    """Whether an earlier render of this video ended early."""
    return bool(path) and (folder_of(path) / JOB).is_file()


def discard(folder: Path) -> None:
    """Remove a folder of frames. Raises StoreError for a folder that is none of ours."""
    if not folder.exists():
        return
    ours = folder.is_dir() and (not any(folder.iterdir()) or all((folder / name).is_file() for name in (JOB, SCENE)))
    if not ours:
        raise StoreError("{folder} is in the way and holds something else; choose another file for the video.", folder=folder)
    shutil.rmtree(folder)


def prepare(folder: Path, scene: bpy.types.Scene, first: int, last: int, video: Path | None) -> None:
    """Make the folder anew, with a copy of the file as it is now. Raises StoreError where it cannot be written.

    video: None renders pictures alone.
    """
    discard(folder)
    try:
        if video is not None and video.is_dir():
            raise StoreError("The video cannot be written to {path}: it is a folder; choose another file.", path=video)
        folder.mkdir(parents=True)
        job = {"scene": scene.name, "first": first, "last": last, "video": str(video.absolute()) if video else ""}
        # the copy comes first: a folder with a job has everything that the job needs
        with kept_past.in_folder(folder.absolute()):
            bpy.ops.wm.save_as_mainfile(filepath=str(folder / SCENE), copy=True, check_existing=False)
        (folder / JOB).write_text(json.dumps(job), encoding="utf-8")
    except (OSError, RuntimeError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        reason = getattr(error, "strerror", None) or str(error).strip()
        raise StoreError(
            "The video cannot be written to {path}: {reason}; choose another file.",
            path=video or folder,
            reason=reason,
        ) from error


def job_of(folder: Path) -> dict[str, Any]:
    """What is to be rendered in a folder that prepare() made, beside which and nowhere else the video is written.

    Raises StoreError where it is no such folder, or was made to look like one: its video lies elsewhere, or it holds links.
    """
    try:
        if any(entry.is_symlink() for entry in os.scandir(folder)):
            raise ValueError("it holds links")
        job: dict[str, Any] = outside_json.parse((folder / JOB).read_text(encoding="utf-8"))
        video, first, last = job["video"], job["first"], job["last"]
        if video and (folder_of(video).resolve() != folder.resolve() or target_of(video) != Path(video)):
            raise ValueError("its video lies elsewhere")
        if not (type(first) is type(last) is int and first <= last):
            raise ValueError("its frames are none")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("{folder} holds no render to go on with; render the video anew.", folder=folder) from error
    return job


def command(folder: Path) -> list[str]:
    """The command line of the second Blender; the bpy module has none of its own and is run by its Python."""
    script = str(Path(render_frames.__file__))
    if not bpy.app.binary_path:
        return [sys.executable, script, str(folder)]
    quiet = ["--background", "--factory-startup", "--python-exit-code", "9"]
    return [bpy.app.binary_path, *quiet, "--python", script, "--", str(folder)]


class Render(Task):
    """A second Blender at work on a folder of frames. rendered: the frames done anew, skipped: those that were there."""

    def __init__(self, folder: Path) -> None:
        """Start on a folder that prepare() made, or go on with it. Raises StoreError where that cannot be."""
        self.folder = folder
        self.job = job_of(folder)
        self.frames = self.job["last"] - self.job["first"] + 1
        self.rendered: list[int] = []
        self.skipped: list[int] = []
        self.text = "Starting a second Blender"
        self._began = 0.0
        self._done = False
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last: deque[str] = deque(maxlen=20)
        try:
            self._process = subprocess.Popen(
                command(folder),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=interpreter.child_environment(),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise StoreError(
                "A second Blender could not be started ({reason}); close other programs, then render again.",
                reason=reason(error),
            ) from error
        self._thread = threading.Thread(target=self._listen, name="latent-render", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line.decode("utf-8", errors="replace").rstrip())

    @property
    def pid(self) -> int:
        """The second Blender's process id."""
        return self._process.pid

    @property
    def finished(self) -> bool:
        """Whether it ended; takes the newest progress in on the way."""
        while not self._said.empty():
            line = self._said.get()
            if line.startswith(render_frames.SAYS):
                self._take(json.loads(line.removeprefix(render_frames.SAYS)))
            elif line:
                self._last.append(line)
        return self._process.poll() is not None and not self._thread.is_alive() and self._said.empty()

    def _take(self, facts: dict[str, Any]) -> None:
        if "frame" in facts:
            (self.rendered if facts["rendered"] else self.skipped).append(facts["frame"])
            done = len(self.rendered) + len(self.skipped)
            self.share = done / self.frames * (1.0 - ENCODING)
            self.text = words.label("Frame {done:,} of {frames:,}", done=done, frames=self.frames) + self._left(done)
        elif "opened" in facts:
            self._began = time.monotonic()
        elif "joining" in facts:
            self.share, self.text = 1.0 - ENCODING, "Joining the frames"
        elif "done" in facts:
            self._done = True

    def _left(self, done: int) -> str:
        """How long the rest takes at the pace so far; nothing before a frame was rendered."""
        if not self.rendered:
            return ""
        seconds = round((time.monotonic() - self._began) / len(self.rendered) * (self.frames - done))
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
        return words.label(", {clock} left", clock=clock)

    def result(self) -> dict[str, Any]:
        """The video (or for a picture alone the frame) as `path`, and how many frames. Raises StoreError where it broke."""
        self._thread.join()
        assert self.finished
        if not self._done:
            said = next((line for line in reversed(self._last) if "Error" in line), self._last[-1] if self._last else "")
            raise StoreError(
                "The second Blender ended with {returncode} after {done:,} of {frames:,} frames ({said}); Continue Video goes on "
                "from there.",
                returncode=self._process.returncode,
                done=len(self.rendered) + len(self.skipped),
                frames=self.frames,
                said=said[:160],
            )
        path = Path(self.job["video"]) if self.job["video"] else self.folder / f"{self.job['first']:06d}.png"
        if self.job["video"]:
            shutil.rmtree(self.folder, ignore_errors=True)
        return {"path": str(path), "frames": self.frames, "rendered": len(self.rendered)}

    def cancel(self) -> None:
        """End it. The frames that are done stay for the next run."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._thread.join()
