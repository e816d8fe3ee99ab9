"""`python3 -m tools.lint`: ruff on everything, mypy in three passes.

`core` and `training` are checked strictly with torch's own types. What runs inside Blender is checked twice,
against the API of the oldest and of the newest Blender that is supported.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass

from . import staging
from .layout import ROOT, python_of

INSIDE_BLENDER = ("scene", "live", "xr", "operators", "panels", "properties", "addon_preferences", "registration")

NOT_IN_BLENDER = (
    # Blender declares a property by an annotation that is a call.
    "--disable-error-code=valid-type",
    # Blender's own signatures name sets of literals where `set[str]` is the plain word for the same.
    "--disable-error-code=override",
    # The context's members may be None where there is no window; an assertion at every use would hide the rest.
    "--disable-error-code=union-attr",
    # The description of 4.5 says that a property's definition returns nothing.
    "--disable-error-code=func-returns-value",
    # What an attribute, a modifier or an object's data is depends on its type at run time; the stubs know the bases only.
    "--disable-error-code=attr-defined",
    "--disable-error-code=arg-type",
    "--disable-error-code=return-value",
    "--disable-error-code=assignment",
    # The stubs of gpu and of sockets lack arguments that the modules take.
    "--disable-error-code=call-arg",
    "--disable-error-code=index",
    # A mixin gives operators what the stubs say the base class has already.
    "--disable-error-code=misc",
)
"""Checks that cannot hold for code written against Blender's API, and why."""


@dataclass(frozen=True)
class Pass:
    """One run of mypy: its title, the environment whose packages it sees, the modules, more options."""

    title: str
    environment: str
    modules: tuple[str, ...]
    options: tuple[str, ...] = ()


PASSES = (
    # Silent, because the package's own __init__ leads to all that runs inside Blender.
    Pass(
        "core and training, strict", "trainer", ("core", "training"), ("--strict", "--follow-imports=silent")
    ),
    Pass("inside Blender 4.5", "types45", INSIDE_BLENDER, NOT_IN_BLENDER),
    Pass("inside Blender 5.2", "types52", INSIDE_BLENDER, NOT_IN_BLENDER),
)


def ruff() -> bool:
    """Whether ruff finds nothing in the whole repository."""
    command = [str(python_of("lint")), "-m", "ruff", "check", "--quiet", "--cache-dir", ".env/ruff", "."]
    clean = subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    print(f"[lint] ruff: {'clean' if clean else 'see above'}", flush=True)
    return clean


def mypy(check: Pass) -> bool:
    """Whether one pass of mypy finds nothing."""
    present = [m for m in check.modules if (ROOT / m / "__init__.py").exists() or (ROOT / f"{m}.py").exists()]
    command = [str(python_of("lint")), "-m", "mypy", "--config-file", "pyproject.toml", "--no-error-summary"]
    command += ["--python-executable", str(python_of(check.environment)), *check.options]
    command += ["--cache-dir", f".env/mypy-{check.environment}"]
    for module in present:
        command += ["-p" if (ROOT / module).is_dir() else "-m", f"latent_lasso.{module}"]
    environ = dict(os.environ, MYPYPATH=str(staging.link()))
    answer = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    # The staged link is the tree itself: name files as the person who mends them knows them.
    sys.stdout.write(answer.stdout.replace(".env/stage/latent_lasso/", "") + answer.stderr)
    clean = answer.returncode == 0
    print(f"[lint] mypy, {check.title}: {'clean' if clean else 'see above'}", flush=True)
    return clean


def lint() -> bool:
    """Run all of it, also after a failure, so that one run shows everything there is to mend."""
    return all([ruff(), *(mypy(check) for check in PASSES)])


if __name__ == "__main__":
    sys.exit(0 if lint() else 1)
