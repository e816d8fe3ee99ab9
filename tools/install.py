"""`python3 -m tools.install`: pip-installs the working tree into the trainer's environment, when it changed.

Not editable, because an editable install would hide a module that the package forgot to name.
"""

from __future__ import annotations

import subprocess
import sys

from . import staging
from .layout import ENVIRONMENTS, ROOT, python_of
from .setup import stamps


def install() -> bool:
    """Bring the installed package up to date; whether anything had to be done. Raises SystemExit if pip fails."""
    folder = ENVIRONMENTS / "trainer"
    files = list(staging.shipped_files())
    names = "\n".join(str(path.relative_to(ROOT)) for path in files)
    expected = stamps.fingerprint(files, names)
    if stamps.is_finished(folder, "package", expected):
        return False
    command = [str(python_of("trainer")), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-build-isolation", "--force-reinstall", "--no-index", str(staging.copy())]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit("[install] pip could not install the working tree; its last lines above say why")
    (folder / ".package.stamp").write_text(expected, encoding="ascii")
    print("[install] latent_lasso is installed into .env/trainer", flush=True)
    return True


if __name__ == "__main__":
    sys.exit(0 if install() in (True, False) else 1)
