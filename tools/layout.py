"""Where this repository keeps what its tools make.

Owns the paths; imports nothing of the package.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The repository, which is also the folder of the package."""

ENVIRONMENTS = ROOT / ".env"
"""Everything the set-up makes; ignored by git and left out of the zip."""

OUT = ROOT / "out"
"""Everything demo, tests and benchmarks write; ignored likewise."""

REQUIREMENTS = ROOT / "tools" / "requirements"
STAGE = ENVIRONMENTS / "stage"
"""Holds one entry, `latent_lasso`, so that tools can import the working tree under the package's name."""

RESULTS = OUT / "test-results"

PACKAGES = ("core", "live", "operators", "panels", "properties", "scene", "training", "xr")
"""Sub-packages that ship, beside the modules at the top level."""


def python_of(environment: str) -> Path:
    """The interpreter of one of the environments that the set-up makes."""
    return ENVIRONMENTS / environment / "bin" / "python"


def version() -> str:
    """The version in the manifest, read without a TOML parser so that Python 3.9 can."""
    text = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    found = re.search(r'^version\s*=\s*"([^"]+)"', text, re.MULTILINE)
    if found is None:
        raise SystemExit('blender_manifest.toml has no version line; add one like: version = "0.1.0"')
    return found.group(1)


def zip_path() -> Path:
    """Where `make zip` puts the extension."""
    return OUT / f"latent_lasso-{version()}.zip"
