"""The shared libraries that a bpy wheel needs from a Debian or Ubuntu machine.

Looks first (ldconfig and dpkg-query take milliseconds) and does nothing where all are there. Installs with apt-get
when root; otherwise stops with the line to run.
"""

from __future__ import annotations

import os
import shutil
import subprocess

from .problem import SetupProblem, say

LIBRARIES = {
    "libX11.so.6": "libx11-6",
    "libXrender.so.1": "libxrender1",
    "libXfixes.so.3": "libxfixes3",
    "libXi.so.6": "libxi6",
    "libXext.so.6": "libxext6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
}
"""What the wheel links to, and the package that holds it."""

DRIVER = "libgl1-mesa-dri"
"""Software GL for rendering without a GPU; it is loaded by name at run time, so dpkg has to be asked."""


def missing_packages() -> list[str]:
    """Packages to install; empty where everything is there or where there is no way to tell."""
    known = _known_libraries()
    if known is None:
        return []
    packages = [package for library, package in LIBRARIES.items() if library not in known]
    if shutil.which("dpkg-query") and not _is_installed(DRIVER):
        packages.append(DRIVER)
    return packages


def _known_libraries() -> set[str] | None:
    program = shutil.which("ldconfig", path=os.environ.get("PATH", os.defpath) + ":/sbin:/usr/sbin")
    if program is None:
        return None
    answer = subprocess.run([program, "-p"], capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        return None
    return {line.split()[0] for line in answer.stdout.splitlines()[1:] if line.strip()}


def _is_installed(package: str) -> bool:
    question = ["dpkg-query", "-W", "-f=${db:Status-Abbrev}", package]
    answer = subprocess.run(question, capture_output=True, text=True, check=False)
    return answer.stdout.startswith("ii")


def install_line(packages: list[str]) -> str:
    """The command that installs these packages."""
    return "apt-get install -y --no-install-recommends " + " ".join(packages)


def ensure() -> None:
    """Everything a bpy wheel needs from the system is there when this returns.

    Raises SetupProblem with the exact line to run when it is not and this user may not install it.
    """
    packages = missing_packages()
    if packages:
        install(packages, "Blender needs system libraries")


def install(packages: list[str], reason: str) -> None:
    """Install Debian packages when root; otherwise, or without apt-get, stop with the line to run."""
    line = install_line(packages)
    apt = shutil.which("apt-get")
    if apt is None:
        raise SetupProblem(
            f"{reason} that this system calls something else than Debian does; their Debian names: "
            + " ".join(packages)
        )
    if os.geteuid() != 0:
        raise SetupProblem(f"{reason}; run: sudo {line}")
    say(f"{reason}: {' '.join(packages)}")
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run([apt, "-qq", "update"], env=quiet, check=False)
    if subprocess.run(line.split(), env=quiet, check=False).returncode != 0:
        raise SetupProblem(f"apt-get could not install them; mend what it says above, then run: {line}")
