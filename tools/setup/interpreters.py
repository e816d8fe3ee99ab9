"""Finds a Python of a wanted version: on PATH, in pyenv, through uv; or names the command that installs it.

A candidate counts only after it ran and said its version, because a pyenv shim may exist for a version that is
not selected, and only if it can make environments, because Debian ships `venv` apart.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import system_libraries
from .problem import SetupProblem, say

_QUESTION = (
    "import sys, importlib.util as u\n"
    "print('%d.%d' % sys.version_info[:2])\n"
    "print(getattr(sys, '_base_executable', None) or sys.executable)\n"
    "print(int(u.find_spec('venv') is not None and u.find_spec('ensurepip') is not None))\n"
)


@dataclass(frozen=True)
class Interpreter:
    """A Python that ran: its `major.minor`, its real path, and whether it can make environments."""

    version: str
    path: str
    makes_environments: bool


def ask(candidate: str) -> Interpreter | None:
    """Run a candidate and read what it says of itself; None if it does not run."""
    try:
        answer = subprocess.run(
            [candidate, "-I", "-c", _QUESTION], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = answer.stdout.split("\n")
    if len(lines) < 3:
        return None
    return Interpreter(lines[0], lines[1], lines[2] == "1")


def candidates(version: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Paths that may be a Python of this version, most deliberate choice first."""
    named = environ.get("LATENT_LASSO_PYTHON" + version.replace(".", ""))
    if named:
        yield named
    search = environ.get("PATH", os.defpath)
    for folder in search.split(os.pathsep):
        program = shutil.which(f"python{version}", path=folder)
        if program:
            yield program
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        yield sys.executable
    for name in ("python3", "python"):
        program = shutil.which(name, path=search)
        if program:
            yield program
    yield from _pyenv(version, environ)
    yield from _uv(version, search)


def _pyenv(version: str, environ: Mapping[str, str]) -> Iterator[str]:
    root = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/nonexistent")) / ".pyenv")
    folders = sorted(root.glob(f"versions/{version}.*"), key=_patch_number, reverse=True)
    for folder in folders:
        yield str(folder / "bin" / "python")


def _patch_number(folder: Path) -> int:
    last = folder.name.rsplit(".", 1)[-1]
    return int(last) if last.isdigit() else -1


def _uv(version: str, search: str) -> Iterator[str]:
    uv = shutil.which("uv", path=search)
    if uv is None:
        return
    answer = subprocess.run([uv, "python", "find", version], capture_output=True, text=True, check=False)
    if answer.returncode == 0 and answer.stdout.strip():
        yield answer.stdout.strip()


def find(version: str, environ: Mapping[str, str] | None = None) -> Interpreter:
    """A working Python of this version that can make environments.

    Raises SetupProblem with the command to run if there is none.
    """
    environ = os.environ if environ is None else environ
    search = environ.get("PATH", os.defpath)
    found, lame = _first(candidates(version, environ), version)
    if found is not None:
        return found
    uv = shutil.which("uv", path=search)
    if lame is not None and shutil.which("apt-get", path=search):
        system_libraries.install([f"python{version}-venv"], f"{lame.path} cannot make environments")
        found, lame = _first([lame.path], version)
    elif lame is None and uv is not None:
        say(f"uv fetches Python {version}, about 35 MB")
        subprocess.run([uv, "python", "install", version], check=False)
        found, lame = _first(_uv(version, search), version)
    if found is None:
        raise SetupProblem(missing(version, lame, environ))
    return found


def _first(candidates: Iterable[str], version: str) -> tuple[Interpreter | None, Interpreter | None]:
    """The first that runs and makes environments, and the first that only runs."""
    lame: Interpreter | None = None
    for candidate in candidates:
        found = ask(candidate)
        if found is None or found.version != version:
            continue
        if found.makes_environments:
            return found, lame
        lame = lame or found
    return None, lame


def missing(version: str, lame: Interpreter | None, environ: Mapping[str, str]) -> str:
    """The sentence for a Python that is not there, with the command for what this machine has."""
    search = environ.get("PATH", os.defpath)
    if lame is not None:
        return (
            f"Python {version} at {lame.path} cannot make environments; "
            f"run: sudo apt-get install -y python{version}-venv"
        )
    if shutil.which("pyenv", path=search):
        command = f"pyenv install {version}"
    else:
        command = (
            f"{sys.executable} -m pip install --user uv && {sys.executable} -m uv python install {version}"
        )
    variable = "LATENT_LASSO_PYTHON" + version.replace(".", "")
    return f"Python {version} was not found on PATH, in pyenv or in uv; run: {command}  (or set {variable} to its path)"
