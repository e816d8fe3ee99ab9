"""Curves in Blender: read from the run that trains, from a file that was opened again, and written as a table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import bpy
import pytest

from .conftest import Load
from .test_forces import label_and_train, select


def test_curves_follow_the_run_and_marks_say_where_labels_came(load: Load, cloud: Any) -> None:
    bpy.context.scene.latent.show_curves = True
    bpy.ops.latent.advance(steps=10)
    label_and_train(load, cloud)
    select(load, cloud, [0, 4])
    bpy.ops.latent.measure_forces()
    bpy.ops.latent.save_checkpoint()
    bpy.ops.latent.read_curves()
    held = load("scene.chart").shown()
    assert held.run_id == cloud.latent.run_id and held.curves["labels"].values[-1] == 20
    assert [text for _, text in held.marks] == ["first +20"]
    assert 0 < held.marks[0][0] < held.last_epoch
    noted = load("training.curves").read(load("live.paths").resolved(cloud.latent.run_path))
    assert held.curves["room"].values[-1] == [row.values["room"] for row in noted if "room" in row.values][-1]
    assert any(name.startswith("gradient ") for name in held.curves), "forces were measured"
    assert "labels 20" in bpy.context.window_manager.latent_status.curves


def test_curves_are_there_again_when_the_file_is_opened_again(load: Load, cloud: Any, tmp_path: Path) -> None:
    bpy.context.scene.latent.show_curves = True
    label_and_train(load, cloud)
    bpy.ops.latent.save_checkpoint()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "saved.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "saved.blend"))
    held = load("scene.chart").shown()
    assert held is not None and held.curves["labels"].values[-1] == 20 and held.marks


def test_the_table_of_curves_is_written_and_a_bad_place_is_a_sentence(load: Load, cloud: Any, tmp_path: Path) -> None:
    bpy.ops.latent.advance(steps=6)
    bpy.ops.latent.save_checkpoint()
    assert bpy.ops.latent.export_curves(filepath=str(tmp_path / "c.csv")) == {"FINISHED"}
    with (tmp_path / "c.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[-1]["step"] == "6" and float(rows[-1]["fill"]) > 0 and float(rows[-1]["loss"]) > 0
    with pytest.raises(RuntimeError, match="choose another place"):
        bpy.ops.latent.export_curves(filepath=str(tmp_path / "none" / "c.csv"))


def test_a_slider_reaches_the_trainer_within_a_few_steps_and_is_recorded(load: Load, cloud: Any) -> None:
    import sqlite3

    bpy.ops.latent.advance(steps=3)
    trainer, blocking = load("live.session").running(), load("live.blocking")
    run = load("live.paths").resolved(cloud.latent.run_path) / "run.sqlite"
    # it stands at a step that is known: of one that goes on, Blender knows only where it was a moment ago
    trainer.paused, trainer.lease_until, trainer.lease_granted = False, 9, 0.0
    blocking.wait_until(trainer, bpy.context, lambda: trainer.step == 9, "some steps", 600.0)
    cloud.latent.attract = 2.5
    set_at, trainer.lease_until, trainer.lease_granted = trainer.step, None, 0.0
    load("live.pump").tick(trainer, bpy.context)
    blocking.wait_until(trainer, bpy.context, lambda: trainer.step > set_at + 8, "more steps", 600.0)
    trainer.pause()
    with sqlite3.connect(run) as db:
        rows = db.execute("SELECT step, attract, repel FROM forces ORDER BY rowid").fetchall()
    assert rows[-1][1:] == (2.5, 1.0) and rows[-1][0] <= set_at + 8
