"""The Python that runs the trainer: how it is started, and what is wrong with it if it cannot. Standard library only.

A Python is looked at in a short child, never imported from: it may be broken in any way.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import InterpreterError
from ..core.text import reason

OLDEST = (3, 11)
TORCH = "torch==2.13.0"
PROBE_SECONDS = 30.0
IMPORT_SECONDS = 180.0
DROPPED = ("LD_PRELOAD", "BLENDER_SYSTEM_SCRIPTS", "BLENDER_SYSTEM_PYTHON", "VIRTUAL_ENV", "CONDA_PREFIX")

PROBE = """
import importlib.util, json, platform, struct, sys
def there(name):
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
print("LATENT" + json.dumps({"version": list(sys.version_info[:3]), "machine": platform.machine(),
    "bits": struct.calcsize("P") * 8, "numpy": there("numpy"), "torch": there("torch"),
    "base": getattr(sys, "_base_executable", None) or sys.executable, "venv": there("venv") and there("ensurepip")}))
"""
IMPORT = (
    "import torch; import json; card = torch.cuda.is_available() and torch.cuda.get_device_name(); "
    "print('LATENT' + json.dumps([torch.__version__, card or ('MPS' if torch.backends.mps.is_available() else '')]))"
)


@dataclass(frozen=True)
class PythonReport:
    """What a Python is. torch: its version, or empty where there is none; device: what it computes on besides the CPU."""

    path: str
    version: tuple[int, ...]
    machine: str
    numpy: bool
    torch: str
    device: str = ""


def command(python: str | Path, entry: Path) -> list[str]:
    """The command line that starts the trainer: isolated from the user's site and from the working directory."""
    return [str(python), "-I", str(entry), "serve"]


def child_environment() -> dict[str, str]:
    """This process's environment without what belongs to Blender's Python, and with UTF-8 everywhere."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") and name not in DROPPED
    }
    clean["PYTHONUTF8"] = "1"
    return clean


def check_starts(python: str | Path) -> PythonReport:
    """See that this Python can serve at all (it may lack torch: then the cloud opens but does not move).

    Raises InterpreterError with what to do: not there, not a Python, too old, of another machine, without numpy.
    """
    path = str(python)
    facts = facts_of(path)
    version = tuple(facts["version"])
    if version < OLDEST:
        raise InterpreterError(
            f"{path} is Python {version[0]}.{version[1]}; the trainer needs {OLDEST[0]}.{OLDEST[1]} or later, "
            "choose another one in the preferences."
        )
    if facts["bits"] != 64:
        raise InterpreterError("{path} is a {bits}-bit Python; torch needs a 64-bit one.", path=path, bits=facts["bits"])
    if not facts["numpy"]:
        raise InterpreterError(f'{path} has no numpy; install it with: "{path}" -m pip install numpy')
    return PythonReport(path, version, facts["machine"], True, "present" if facts["torch"] else "")


def facts_of(path: str) -> dict[str, Any]:
    """What a Python says of itself, as PROBE asks. Raises InterpreterError where there is none."""
    if not path:
        raise InterpreterError("No Python is chosen for the trainer; set one in the add-on's preferences.")
    if not Path(path).is_file():
        raise InterpreterError("There is no Python at {path}; choose another one in the add-on's preferences.", path=path)
    facts: dict[str, Any] = json.loads(run(path, ["-I", "-c", PROBE], PROBE_SECONDS))
    return facts


def check_torch(report: PythonReport) -> None:
    """See that torch is where the trainer will look for it, without importing it: that takes seconds.

    Raises InterpreterError with the remedy: no torch, torch only in the user site, a Python of another machine.
    """
    path = report.path
    if report.machine.lower() != platform.machine().lower():
        raise InterpreterError(
            f"{path} is made for {report.machine}, this computer is {platform.machine()}; "
            "install a Python of this computer's own kind."
        )
    if report.torch:
        return
    outside = json.loads(run(path, ["-c", PROBE], PROBE_SECONDS))
    if outside["torch"]:
        raise InterpreterError(
            f"{path} has torch only in your user folder, where the trainer does not look; make an environment "
            f'for it: "{path}" -m venv latent-trainer, then latent-trainer/bin/pip install {TORCH} numpy pillow'
        )
    raise InterpreterError(f'{path} has no torch; install it with: "{path}" -m pip install {TORCH}')


def broken_torch(path: str, reason: object) -> str:
    """The sentence for a torch that is there and does not import."""
    return (
        f"torch is installed in {path} but does not import ({reason}); "
        f'mend it with: "{path}" -m pip install --force-reinstall {TORCH}'
    )


def check_python(python: str | Path) -> PythonReport:
    """See that this Python can train: as check_starts, and torch imports. Raises InterpreterError with the remedy."""
    report = check_starts(python)
    check_torch(report)
    path = report.path
    try:
        version, device = json.loads(run(path, ["-I", "-c", IMPORT], IMPORT_SECONDS))
    except InterpreterError as error:
        raise InterpreterError(broken_torch(path, error.__cause__ or "it gave no reason")) from error
    return PythonReport(path, report.version, report.machine, True, version, device)


def run(path: str, arguments: list[str], seconds: float) -> str:
    """Run this Python and return what it printed behind the word LATENT. Raises InterpreterError."""
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            timeout=seconds,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InterpreterError(
            "{path} did not answer within {seconds:.0f} s; choose another Python.",
            path=path, seconds=seconds,
        ) from error
    except OSError as error:
        if error.errno in {errno.ENOEXEC, 86, 193}:  # 86: bad CPU type (macOS), 193: not a Windows program
            raise InterpreterError(
                f"{path} is not a program for this computer ({platform.machine()}); "
                "install a Python of this computer's own kind."
            ) from error
        raise InterpreterError(
            "{path} could not be started: {reason}; choose another Python.",
            path=path, reason=reason(error),
        ) from error
    output = done.stdout.decode(errors="replace")
    marked = [line for line in output.splitlines() if line.startswith("LATENT")]
    if done.returncode != 0 or not marked:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        cause = RuntimeError(words[-1][:200] if words else f"it ended with code {done.returncode}")
        raise InterpreterError(
            "{path} is not a working Python: {cause}; choose another one.",
            path=path, cause=cause,
        ) from cause
    return marked[-1][len("LATENT") :]
