"""`python3 -m tools.package`: builds the extension with Blender's own builder and validates it.

The validator checks the tags only against a list, so the one of each Blender that is set up is handed to it.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from .layout import ENVIRONMENTS, OUT, ROOT, python_of, zip_path

BUILDER = "scripts/addons_core/bl_pkg/cli/blender_ext.py"
TAGS = "scripts/modules/_bpy_internal/extensions/tags.py"


def builders() -> list[tuple[Path, Path, Path]]:
    """(interpreter, builder, list of tags) of every Blender that is set up, the newest first."""
    found = []
    for environment in ("blender52", "blender45"):
        for builder in (ENVIRONMENTS / environment).glob(f"lib/python*/site-packages/bpy/*/{BUILDER}"):
            version = builder.parents[4]
            found.append((python_of(environment), builder, version / TAGS))
    return found


def build() -> Path:
    """The zip, built and validated. Raises SystemExit with the builder's own words when it refuses."""
    tools = builders()
    if not tools:
        raise SystemExit("[zip] no Blender is set up; run: make setup")
    OUT.mkdir(exist_ok=True)
    target = zip_path()
    python, builder, tags = tools[0]
    build_options = ["--source-dir", str(ROOT), "--output-filepath", str(target), f"--valid-tags={tags}"]
    _run([str(python), str(builder), "build", *build_options])
    for python, builder, tags in tools:
        _run([str(python), str(builder), "validate", f"--valid-tags={tags}", str(target)])
    with zipfile.ZipFile(target) as archive:
        files = len(archive.namelist())
    size = target.stat().st_size / 1000
    print(
        f"[zip] {target.relative_to(ROOT)}: {size:,.0f} kB, {files} files, valid for "
        f"{' and '.join('Blender ' + builder.parents[4].name for _, builder, _ in tools)}",
        flush=True,
    )
    return target


def _run(command: list[str]) -> None:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SystemExit(f"[zip] Blender's builder refused:\n{answer.stdout}{answer.stderr}")


if __name__ == "__main__":
    build()
    sys.exit(0)
