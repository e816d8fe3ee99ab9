"""Blender as a user has it: the extension installed from its zip, a fresh scene for each test."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

MODULE = "bl_ext.user_default.latent_lasso"

Load = Callable[[str], ModuleType]


@pytest.fixture(scope="session")
def installed() -> str:
    """Install the zip once, into the user folder that the runner made for this process."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(
        filepath=os.environ["LATENT_LASSO_ZIP"], repo="user_default", enable_on_install=True
    )
    return MODULE


@pytest.fixture
def load(installed: str, tmp_path: Path) -> Iterator[Load]:
    """A function that gives a module of the installed extension, in an empty scene."""
    import bpy

    def module(name: str) -> ModuleType:
        return importlib.import_module(f"{installed}.{name}")

    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True, load_ui=False)
    if MODULE not in bpy.context.preferences.addons:
        bpy.ops.preferences.addon_enable(module=MODULE)
    preferences = bpy.context.preferences.addons[MODULE].preferences
    preferences.trainer_python = os.environ["LATENT_LASSO_TRAINER_PYTHON"]
    preferences.threads = 1
    preferences.runs_folder = str(tmp_path / "runs")
    yield module
    module("live.session").stop()


@pytest.fixture
def cloud(load: Load) -> Any:
    """The digits, opened with a real trainer."""
    import bpy

    assert bpy.ops.latent.open_dataset(kind="digits", wait=True, seed=1) == {"FINISHED"}
    return bpy.context.active_object
