"""`python3 -m tools.testing SUITE ...`: runs the named suites, each where it belongs, and closes with one result.

Every suite is a process of its own, because two Blenders cannot share one. Two run at a time, each on one thread, and tell what
they said when they are done. All of them run, also after a failure; then a last pytest reads their results again, so that its
closing line counts every test of the run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from xml.etree import ElementTree

from . import install, lint, package
from .layout import RESULTS, ROOT, python_of, zip_path

MINUTES = 60
"""A suite that takes longer hangs: it is ended and counts as failed. Beside another one it takes longer than alone."""
AT_A_TIME = 2


@dataclass(frozen=True)
class Suite:
    """Tests that run in one process: the environment they run in and their folder."""

    environment: str
    folder: str
    needs_zip: bool


SUITES = {
    "unit": Suite("trainer", "tests/unit", needs_zip=False),
    "blender45": Suite("blender45", "tests/blender", needs_zip=True),
    "blender52": Suite("blender52", "tests/blender", needs_zip=True),
    "window": Suite("trainer", "tests/window", needs_zip=True),
}


def environ_for(user_folder: str) -> Mapping[str, str]:
    """The environment of a suite: one thread, our zip and trainer, a Blender user folder of its own."""
    return dict(
        os.environ,
        LATENT_LASSO_ZIP=str(zip_path()),
        LATENT_LASSO_TRAINER_PYTHON=str(python_of("trainer")),
        BLENDER_USER_RESOURCES=user_folder,
        OMP_NUM_THREADS="1",
        PYTHONNOUSERSITE="1",
    )


def run(name: str, suite: Suite) -> int:
    """pytest's exit status; 124 for one that had to be ended. What it says is told when it is done."""
    print(f"[test] {name}: begun", flush=True)
    log = RESULTS / f"{name}.log"
    command = [str(python_of(suite.environment)), "-m", "pytest", suite.folder]
    command += [f"--junitxml={RESULTS / name}.xml", "-o", f"junit_suite_name={name}"]
    with tempfile.TemporaryDirectory(prefix="latent-lasso-") as user_folder, log.open("wb") as stream:
        try:
            status = subprocess.run(
                command, cwd=ROOT, env=environ_for(user_folder), timeout=MINUTES * 60, check=False, stdout=stream, stderr=stream
            ).returncode
        except subprocess.TimeoutExpired:
            stream.write(f"{name} did not end within {MINUTES} minutes\n".encode())
            status = 124
    print(f"\n[test] {name}\n{log.read_text(encoding='utf-8', errors='replace')}", flush=True)
    return status


def run_lint() -> int:
    """Lint as a suite: its passes are written down in the form in which pytest writes tests down."""
    print("\n[test] lint", flush=True)
    checks = {"ruff": lint.ruff(), **{f"mypy, {p.title}": lint.mypy(p) for p in lint.PASSES}}
    root = ElementTree.Element("testsuite", name="lint")
    for title, clean in checks.items():
        case = ElementTree.SubElement(root, "testcase", classname="lint", name=title)
        if not clean:
            ElementTree.SubElement(case, "failure", message="see the lint output above")
    ElementTree.ElementTree(root).write(RESULTS / "lint.xml")
    return 0 if all(checks.values()) else 1


def main(names: Sequence[str]) -> int:
    """Run the suites in the order given; the exit status is that of the closing pytest."""
    unknown = [name for name in names if name not in SUITES and name != "lint"]
    if unknown:
        print(f"[test] there is no suite called {unknown[0]}; there are lint, {', '.join(SUITES)}")
        return 2
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    install.install()
    if any(name in SUITES and SUITES[name].needs_zip for name in names):
        package.build()
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        runs = {name: pool.submit(run_lint) if name == "lint" else pool.submit(run, name, SUITES[name]) for name in names}
        statuses = {name: future.result() for name, future in runs.items()}
    (RESULTS / "suites.json").write_text(json.dumps(statuses), encoding="ascii")
    print("\n[test] all results", flush=True)
    closing = [
        str(python_of("trainer")),
        "-m",
        "pytest",
        "tests/closing",
        "-p",
        "no:cacheprovider",
        "-r",
        "fE",
    ]
    return subprocess.run(closing, cwd=ROOT, env=dict(os.environ), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
