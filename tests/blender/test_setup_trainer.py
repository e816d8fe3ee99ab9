"""The trainer's Python, as the preferences offer it: made, tried, or as commands to copy."""

from __future__ import annotations

import os
import sys
import zipfile
from pathlib import Path
from typing import Any

import bpy
import pytest

from .conftest import MODULE, Load


def prefs() -> Any:
    return bpy.context.preferences.addons[MODULE].preferences


NO_CARD = """
class cuda:
    is_available = staticmethod(bool)
class backends:
    mps = cuda
"""


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package index in a folder, whose packages only say their version; pip knows of no other."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    for name, version in (("torch", "2.13.0"), ("numpy", "2.1.0"), ("pillow", "12.0")):
        folder = tmp_path / "index" / name
        folder.mkdir(parents=True)
        wheel = f"{name}-{version}-py3-none-any.whl"
        info = f"{name}-{version}.dist-info"
        with zipfile.ZipFile(folder / wheel, "w") as archive:
            archive.writestr(f"{name}.py", f'__version__ = "{version}"\n{NO_CARD if name == "torch" else ""}')
            archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
        (folder / "index.html").write_text(f'<a href="{wheel}">{wheel}</a>')
    return (tmp_path / "index").as_uri()


@pytest.fixture
def online(load: Load) -> Any:
    """Blender's switch for online access, on, and back where it was."""
    system = bpy.context.preferences.system
    before = system.use_online_access
    system.use_online_access = True
    yield system
    system.use_online_access = before


def test_the_trainer_is_set_up_and_chosen_and_the_one_before_goes(load: Load, online: Any, index: str) -> None:
    paths = load("live.paths")
    prefs().trainer_python = ""
    assert bpy.ops.latent.setup_trainer(base=sys.executable, readers=False, index=index) == {"FINISHED"}
    first = Path(prefs().trainer_python)
    assert first.is_file() and first.parents[1].parent == paths.environments()
    assert MODULE.rpartition(".")[2] in str(paths.environments()), "the extension's own folder of the user"
    status = bpy.context.window_manager.latent_status
    assert status.python_good and "torch 2.13.0, on the CPU" in status.python
    assert bpy.ops.latent.check_python() == {"FINISHED"} and "works" in status.python
    assert bpy.ops.latent.setup_trainer(base=sys.executable, readers=False, index=index) == {"FINISHED"}
    assert Path(prefs().trainer_python).is_file() and not first.exists()


def test_without_online_access_the_commands_can_be_had_but_nothing_is_fetched(load: Load, online: Any) -> None:
    online.use_online_access = False
    with pytest.raises(RuntimeError):
        bpy.ops.latent.setup_trainer(base=sys.executable)
    assert bpy.ops.latent.copy_setup(base=sys.executable, readers=False) == {"FINISHED"}
    lines = bpy.context.window_manager.clipboard.splitlines()
    if lines:  # without a window there may be no clipboard
        assert "-m venv" in lines[0] and "torch==2.13.0" in lines[1]


def test_what_cannot_be_set_up_or_used_says_why_and_changes_nothing(
    load: Load, online: Any, index: str, tmp_path: Path
) -> None:
    kept, folder = prefs().trainer_python, load("live.paths").environments()
    before = {path for path in folder.glob("*") if path.is_dir()}
    with pytest.raises(RuntimeError, match="There is no Python at"):
        bpy.ops.latent.setup_trainer(base=str(tmp_path / "python"), readers=False, index=index)
    with pytest.raises(RuntimeError, match="for this Python and computer"):
        bpy.ops.latent.setup_trainer(base=sys.executable, readers=True, index=index)
    assert prefs().trainer_python == kept
    assert {path for path in folder.glob("*") if path.is_dir()} == before
    status = bpy.context.window_manager.latent_status
    assert not status.python_good and "The log is" in status.python
    prefs().trainer_python = str(tmp_path / "python")
    with pytest.raises(RuntimeError, match="There is no Python at"):
        bpy.ops.latent.check_python()
    assert not status.python_good
