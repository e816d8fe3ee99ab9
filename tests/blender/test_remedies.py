"""The status line and the one button that helps: no torch, a trainer that died, data or a run that was moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import MODULE, Load
from .test_forces import select


def status() -> Any:
    return bpy.context.window_manager.latent_status


def test_the_line_tells_when_the_last_label_was_taken_in(load: Load, cloud: Any) -> None:
    bpy.ops.latent.advance(steps=2)
    assert "label" not in status().line
    select(load, cloud, [1, 2])
    bpy.ops.latent.assign(name="one")
    bpy.ops.latent.advance(steps=2)
    load("live.pump").tick(load("live.session").running(), bpy.context)
    assert status().line.startswith("Paused at step 4; last label taken in ") and status().line.endswith(" ago")
    assert not status().remedy


def test_without_torch_the_button_sets_the_trainer_up(load: Load, tmp_path: Path) -> None:
    bpy.context.preferences.addons[MODULE].preferences.trainer_python = ""
    assert bpy.ops.latent.open_dataset(kind="digits", wait=True, seed=1) == {"FINISHED"}
    load("live.pump").tick(load("live.session").running(), bpy.context)
    assert "torch" in status().problem and status().remedy == "latent.setup_trainer"


def test_data_that_was_moved_is_found_by_the_button(load: Load, tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(40, 4)).astype(np.float32)
    was, now = tmp_path / "was.npy", tmp_path / "now.npy"
    np.save(was, values)
    assert bpy.ops.latent.open_dataset(filepath=str(was), wait=True, seed=1) == {"FINISHED"}
    cloud = bpy.context.view_layer.objects.active
    bpy.ops.latent.advance(steps=2)
    bpy.ops.latent.stop()
    was.rename(now)
    with pytest.raises(RuntimeError, match=r"was\.npy"):
        bpy.ops.latent.advance(steps=1)
    load("live.pump").tick(load("live.session").running(), bpy.context)
    assert status().remedy == "latent.find_data" and "does not move" in status().problem
    np.save(tmp_path / "other.npy", values + 1)
    with pytest.raises(RuntimeError, match="holds other data"):
        bpy.ops.latent.find_data(filepath=str(tmp_path / "other.npy"))
    assert bpy.ops.latent.find_data(filepath=str(now)) == {"FINISHED"}
    assert bpy.ops.latent.advance(steps=3) == {"FINISHED"}
    assert load("live.session").running().step == 5 and not status().remedy
    assert cloud.latent.run_id == load("live.session").running().run_id


def test_a_run_folder_that_was_moved_is_found_and_another_is_refused(load: Load, cloud: Any, tmp_path: Path) -> None:
    bpy.ops.latent.advance(steps=2)
    bpy.ops.latent.stop()
    run = load("live.paths").resolved(cloud.latent.run_path)
    run.rename(tmp_path / "moved.latent")
    with pytest.raises(RuntimeError, match="is not there"):
        bpy.ops.latent.train()
    assert status().remedy == "latent.find_run" and "is not there" in status().problem
    with pytest.raises(RuntimeError, match="no run"):
        bpy.ops.latent.find_run(directory=str(tmp_path))
    assert bpy.ops.latent.find_run(directory=str(tmp_path / "moved.latent")) == {"FINISHED"}
    assert not status().remedy and bpy.ops.latent.advance(steps=1) == {"FINISHED"}
