"""The environments and how each is made: a virtual environment of one Python version, filled in layers.

A layer is a file of pinned requirements. `make demo` asks for the base layers only, `make test` for all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..layout import ENVIRONMENTS, REQUIREMENTS
from . import interpreters, stamps, system_libraries
from .problem import SetupProblem, say

PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r")
"""Nothing here says where packages come from: pip's own settings do."""


@dataclass(frozen=True)
class Layer:
    """One file of requirements, and what to say before a download that a user would wonder about."""

    requirements: str
    announcement: str = ""


@dataclass(frozen=True)
class Environment:
    """A virtual environment: its folder's name, its Python, its layers in order."""

    name: str
    python: str
    layers: tuple[Layer, ...]
    needs_display_libraries: bool = False


TRAINER = Environment(
    "trainer",
    "3.11",
    (
        Layer(
            "trainer",
            "torch 2.13.0, about 200 MB for the CPU build (several GB if pip's settings here lead to the CUDA build)",
        ),
        Layer("readers", "readers of data and writers of results, about 250 MB"),
        Layer("test", "test tools, about 25 MB"),
        Layer("bench", "UMAP, which the learning is compared with, about 70 MB"),
    ),
)
BLENDER_45 = Environment(
    "blender45",
    "3.11",
    (Layer("blender45", "Blender 4.5 LTS as a Python module, about 370 MB"), Layer("blender-test")),
    needs_display_libraries=True,
)
BLENDER_52 = Environment(
    "blender52",
    "3.13",
    (Layer("blender52", "Blender 5.2 LTS as a Python module, about 400 MB"), Layer("blender-test")),
    needs_display_libraries=True,
)
LINT = Environment("lint", "3.11", (Layer("lint", "ruff and mypy, about 30 MB"),))
TYPES_45 = Environment("types45", "3.11", (Layer("types45", "types of Blender 4.5, about 20 MB"),))
TYPES_52 = Environment("types52", "3.11", (Layer("types52", "types of Blender 5.2, about 20 MB"),))

ALL = {e.name: e for e in (TRAINER, BLENDER_45, BLENDER_52, LINT, TYPES_45, TYPES_52)}


def requirement_file(layer: Layer) -> Path:
    return REQUIREMENTS / f"{layer.requirements}.txt"


def expected_stamp(environment: Environment, layer: Layer, folder: Path) -> str:
    """Changes when the requirements, the Python version or the place of the environment do.

    The place counts because a virtual environment holds absolute paths and breaks when it is moved.
    """
    return stamps.fingerprint([requirement_file(layer)], environment.python, str(folder))


def is_ready(environment: Environment, layers: int, folder: Path) -> bool:
    """Whether the first `layers` layers are in place and the interpreter still exists."""
    return (
        not stamps.is_interrupted(folder)
        and (folder / "bin" / "python").exists()
        and all(
            stamps.is_finished(folder, layer.requirements, expected_stamp(environment, layer, folder))
            for layer in environment.layers[:layers]
        )
    )


def ensure(environment: Environment, layers: int | None = None, root: Path = ENVIRONMENTS) -> Path:
    """The environment, with at least its first `layers` layers (all by default); returns its interpreter.

    Raises SetupProblem with the command that mends it if the Python or a system library is missing, or pip fails.
    """
    count = len(environment.layers) if layers is None else layers
    folder = root / environment.name
    if environment.needs_display_libraries:
        system_libraries.ensure()
    if not is_ready(environment, count, folder):
        _build(environment, count, folder)
    return folder / "bin" / "python"


def _build(environment: Environment, count: int, folder: Path) -> None:
    base = environment.layers[0]
    if not is_ready(environment, 1, folder):
        python = interpreters.find(environment.python)
        if stamps.is_interrupted(folder):
            say(f"{environment.name}: an earlier set-up was interrupted, starting it over")
        if folder.exists():
            shutil.rmtree(folder)
        say(f"{environment.name}: Python {python.version} from {python.path}")
        stamps.begin(folder, base.requirements)
        _run([python.path, "-m", "venv", str(folder)], f"{python.path} could not make {folder}")
    for layer in environment.layers[:count]:
        expected = expected_stamp(environment, layer, folder)
        if stamps.is_finished(folder, layer.requirements, expected):
            continue
        if layer.announcement:
            say(f"{environment.name}: {layer.announcement}, unless pip has it cached")
        stamps.begin(folder, layer.requirements)
        _run(
            [str(folder / "bin" / "python"), *PIP_INSTALL, str(requirement_file(layer))],
            f"pip could not install tools/requirements/{layer.requirements}.txt",
        )
        stamps.finish(folder, layer.requirements, expected)


def _run(command: list[str], failure: str) -> None:
    # A Python that was started with settings of its own must not hand them on to the one it makes.
    environ = {
        k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")
    }
    if subprocess.run(command, env=environ, check=False, close_fds=False).returncode != 0:
        raise SetupProblem(
            f"{failure}; its last lines above say why, and running the same target again goes on from here"
        )
