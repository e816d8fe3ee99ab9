"""An environment for the trainer: a virtual environment with torch, made in children. Blender's own Python stays as it is.

Only wheels are installed, so that nothing that is fetched runs while it is being installed. No bpy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import InterpreterError, LatentError, TrainerError
from ..core.text import reason
from ..training import interpreter
from .errand import Task

NEEDED = (interpreter.TORCH, "numpy>=1.26", "pillow>=11")
READERS = ("pyarrow>=17", "soundfile>=0.13", "soxr>=0.5", "anndata>=0.11", "h5py>=3.11")
"""For Parquet and Hugging Face folders, sounds, and single cells."""
NEWEST = (3, 14)
"""The newest Python that the torch of interpreter.TORCH is built for."""
LEAST_FREE = 3 * 2**30
"""Bytes that torch and its readers take on a disk, with room to unpack."""
RAW_PROGRESS = (24, 1)
"""The first pip that can say its progress in numbers."""
PROGRESS = re.compile(r"^Progress (\d+) of (\d+)$")
FETCHING = re.compile(r"^\s*(?:Downloading|Using cached) (\S+?)(?:-py\S*|-cp\S*)?\.?(?:whl)?(?:\.metadata)? \(([\d.]+) ([kMG]?B)\)")
UNITS = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9}
EXPECTED = 4.5e8
"""Bytes that torch for CPUs and the readers are to fetch; a build for a GPU is larger, and the bar waits near its end."""
REASONS = (
    (("No space left", "not enough space"), "The disk is full; free some space and set the trainer up again."),
    (
        ("Temporary failure", "NewConnectionError", "Max retries", "unreachable", "Name or service", "getaddrinfo"),
        "The package index cannot be reached; check the connection, or set a proxy in pip's own settings.",
    ),
)
NOTHING_FOR = re.compile(r"No matching distribution found for (\S+)")
LINES = 50


@dataclass(frozen=True)
class Base:
    """A Python that an environment can be made from."""

    path: str
    version: tuple[int, ...]


def candidates() -> Iterator[str]:
    """Paths that may be a Python: those on PATH and in the usual places, then the one that Blender brings."""
    folders = [*os.environ.get("PATH", os.defpath).split(os.pathsep), "/usr/local/bin", "/opt/homebrew/bin", "/usr/bin"]
    if sys.platform == "win32":
        programs = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Programs" / "Python"
        folders += [str(path) for path in sorted(programs.glob("Python3*"), reverse=True)]
    names = [f"python{major}.{minor}" for major, minor in ((3, m) for m in range(NEWEST[1], interpreter.OLDEST[1] - 1, -1))]
    for name in (*names, "python3", "python"):
        for folder in folders:
            program = shutil.which(name, path=folder)
            if program:
                yield program
    yield sys.executable


def bases() -> list[Base]:
    """Pythons that can make an environment for torch, each once, Blender's own last."""
    found: dict[str, Base] = {}
    for path in dict.fromkeys(candidates()):
        try:
            base = base_of(path)
        except InterpreterError:
            continue  # a shim that leads nowhere, a Python without venv: there is nothing to offer
        found.setdefault(os.path.realpath(base.path), base)
    return list(found.values())


def base_of(path: str) -> Base:
    """What an environment made with this Python would stand on. Raises InterpreterError with the reason why it cannot be."""
    facts = interpreter.facts_of(path)
    version = tuple(facts["version"])
    if not interpreter.OLDEST <= version[:2] <= NEWEST or facts["bits"] != 64:
        raise InterpreterError(
            "{path} is a {bits}-bit Python {major}.{minor}; torch needs a 64-bit one from {oldest} to {newest}.",
            path=path, bits=facts["bits"], major=version[0], minor=version[1],
            oldest="{}.{}".format(*interpreter.OLDEST), newest="{}.{}".format(*NEWEST),
        )
    if not facts["venv"]:
        sentence = "{path} cannot make environments; install its venv module (python{major}.{minor}-venv on Debian and Ubuntu)."
        raise InterpreterError(sentence, path=path, major=version[0], minor=version[1])
    return Base(str(facts["base"]), version)


def has_nvidia() -> bool:
    """Whether this computer has an NVIDIA card with its driver, for which torch is built with CUDA."""
    places = (Path("/proc/driver/nvidia/version"), Path(os.environ.get("SYSTEMROOT", "")) / "System32" / "nvcuda.dll")
    return any(place.is_file() for place in places) or shutil.which("nvidia-smi") is not None


def what_is_fetched(platform: str, nvidia: bool) -> tuple[str, str]:
    """What pip will fetch of torch there (a value of sys.platform), in two lines: its own index holds one build a platform."""
    if platform == "linux":
        large = "pip's own index has torch with CUDA for Linux: about 3 GB."
        more = "It will use your NVIDIA card." if nvidia else "Without an NVIDIA card, an index for CPUs saves most of that."
        return large, more
    small = "About 200 MB are fetched."
    if platform == "darwin":
        return small, "It will use the graphics of an Apple processor."
    more = "For your NVIDIA card, give an index with torch for CUDA." if nvidia else "It is torch for CPUs."
    return small, more


def python_in(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def commands(base: str, folder: Path, packages: Sequence[str], options: Sequence[str] = ()) -> list[list[str]]:
    """What makes the environment, as a person could type it."""
    install = [str(python_in(folder)), "-m", "pip", "install", "--only-binary=:all:", *options, *packages]
    return [[base, "-m", "venv", str(folder)], install]


class Making(Task):
    """An environment that is being made. Half of one is never left behind: it is removed when it fails or is cancelled."""

    def __init__(self, base: str, folder: Path, packages: Sequence[str], options: Sequence[str] = ()) -> None:
        """folder: of the environment, not there yet; beside it lies the log. Raises TrainerError where there is no space."""
        self.folder, self.log_path = folder, folder.with_suffix(".log")
        self._steps = commands(base, folder, packages, options)
        self._last: deque[str] = deque(maxlen=LINES)
        self._child: subprocess.Popen[str] | None = None
        self._cancelled = threading.Event()
        self._problem: LatentError | None = None
        self._facts: dict[str, Any] = {}
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(folder.parent).free
            self._log = self.log_path.open("w", encoding="utf-8")
        except OSError as error:
            raise TrainerError(
                "{folder} cannot be written ({reason}); choose another folder in the preferences.",
                folder=folder.parent, reason=reason(error),
            ) from error
        if free < LEAST_FREE:
            raise TrainerError(
                "{folder} has {free:.1f} GiB free and torch needs {needed:.0f}; free some space first.",
                folder=folder.parent, free=free / 2**30, needed=LEAST_FREE / 2**30,
            )
        self._thread = threading.Thread(target=self._work, name="latent-environment", daemon=True)
        self._thread.start()

    @property
    def finished(self) -> bool:
        """Whether it ended."""
        return not self._thread.is_alive()

    def result(self) -> dict[str, Any]:
        """python: the path of the new Python; version, torch, device. Raises LatentError where it failed or was cancelled."""
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        return self._facts

    def cancel(self) -> None:
        """End it and take away what is half made."""
        self._cancelled.set()
        child = self._child
        if child is not None and child.poll() is None:
            child.kill()
        self._thread.join()

    def _work(self) -> None:
        try:
            make, install = self._steps
            self.text = "Making an environment"
            self._run(make)
            python = install[0]
            self.share, self.text = 0.05, "Looking for torch"
            self._run([*install, "--no-input", "--disable-pip-version-check", *self._progress_bar(python)])
            self.share, self.text = 0.95, "Trying torch"
            report = interpreter.check_python(python)
            self.share = 1.0
            self._facts = {"python": python, "version": report.version, "torch": report.torch, "device": report.device}
        except LatentError as error:
            self._problem = error
        except OSError as error:
            self._problem = TrainerError("The environment could not be made ({reason}); free some space.", reason=reason(error))
        finally:
            if not self._facts:
                shutil.rmtree(self.folder, ignore_errors=True)
            self._log.close()

    def _progress_bar(self, python: str) -> list[str]:
        """How this environment's pip is asked for progress that a program can read."""
        said = subprocess.run(
            [python, "-m", "pip", "--version"], capture_output=True, text=True, check=False, env=interpreter.child_environment()
        ).stdout
        found = re.match(r"pip (\d+)\.(\d+)", said)
        new = found is not None and (int(found[1]), int(found[2])) >= RAW_PROGRESS
        return ["--progress-bar=raw"] if new else ["--progress-bar=off"]

    def _run(self, command: list[str]) -> None:
        """Run a step, its words into the log. Raises TrainerError where it fails or was cancelled."""
        self._log.write(f"{' '.join(command)}\n")
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=interpreter.child_environment() | {"PYTHONUNBUFFERED": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self._cancelled.is_set():  # between two steps
            self._child.kill()
        assert self._child.stdout is not None
        name, size, whole = "", 0.0, 0.0
        for line in self._child.stdout:
            done, fetching = PROGRESS.match(line), FETCHING.match(line)
            if done:
                share = int(done[1]) / max(1, int(done[2]))
                self.text = f"Fetching {name}: {share:.0%}"
                self._fetched(whole + size * share)
                continue
            self._log.write(line)
            self._log.flush()
            self._last.append(line.strip())
            if fetching:
                name, whole = f"{fetching[1]} ({fetching[2]} {fetching[3]})", whole + size
                size = float(fetching[2]) * UNITS[fetching[3]]
                self.text = f"Fetching {name}"
                self._fetched(whole)
            elif line.startswith("Installing collected packages"):
                self.share, self.text = 0.85, "Installing"
        code = self._child.wait()
        if self._cancelled.is_set():
            raise TrainerError("Setting up the trainer was cancelled.")
        if code:
            raise TrainerError(self._sentence(code))

    def _fetched(self, count: float) -> None:
        """Show how much of what is expected has come, in bytes."""
        self.share = 0.05 + 0.75 * min(1.0, count / EXPECTED)

    def _sentence(self, code: int) -> str:
        """Why a step failed, for a person."""
        said = "\n".join(self._last)
        missing = NOTHING_FOR.search(said)
        if missing:
            return f"There is no {missing[1]} for this Python and computer; choose another Python. The log is {self.log_path}."
        for words, sentence in REASONS:
            if any(word in said for word in words):
                return f"{sentence} The log is {self.log_path}."
        errors = [line for line in self._last if line.lower().startswith("error")]
        reason = (errors or list(self._last) or [f"it ended with {code}"])[-1][:200]
        return f"The environment could not be made ({reason}); its log is {self.log_path}."


class Checking(Task):
    """A Python that is being tried: whether the trainer starts there and torch imports, which takes seconds."""

    def __init__(self, python: str) -> None:
        self.text = "Trying torch"
        self._python = python
        self._problem: LatentError | None = None
        self._report: interpreter.PythonReport | None = None
        self._thread = threading.Thread(target=self._work, name="latent-check", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self._report = interpreter.check_python(self._python)
        except LatentError as error:
            self._problem = error

    @property
    def finished(self) -> bool:
        """Whether it ended."""
        return not self._thread.is_alive()

    def result(self) -> dict[str, Any]:
        """version, torch, device. Raises InterpreterError with the remedy."""
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        assert self._report is not None
        return {"version": self._report.version, "torch": self._report.torch, "device": self._report.device}

    def cancel(self) -> None:
        """The short child ends by itself; nobody waits for what it says."""
