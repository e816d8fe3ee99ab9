"""Ways to a cloud besides the button: a dropped file, File > Import, and what was opened before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import MODULE, Load


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of 40 rows with two kinds of tree."""
    values = np.random.default_rng(0).normal(size=(40, 3))
    rows = [f"{a:.4f},{b:.4f},{c:.4f},{'oak' if i % 2 else 'elm'}" for i, (a, b, c) in enumerate(values)]
    path = tmp_path / "trees.csv"
    path.write_text("\n".join(["a,b,c,label", *rows]) + "\n", encoding="utf-8")
    return path


def pictures(folder: Path, count: int) -> list[Path]:
    """Small grey pictures as PGM, which need no library to be written."""
    folder.mkdir(parents=True)
    made = []
    for number in range(count):
        values = np.random.default_rng(number).integers(0, 256, (8, 8))
        path = folder / f"{number}.pgm"
        path.write_bytes(b"P5 8 8 255\n" + values.astype(np.uint8).tobytes())
        made.append(path)
    return made


def prefs() -> Any:
    return bpy.context.preferences.addons[MODULE].preferences


def test_a_dropped_file_opens_by_the_operator_of_its_handler(load: Load, table: Path) -> None:
    handler = bpy.types.LATENT_FH_dataset
    assert handler.bl_import_operator == "latent.drop_dataset"
    assert ".csv" in handler.bl_file_extensions.split(";")
    assert bpy.ops.latent.drop_dataset(filepath=str(table)) == {"FINISHED"}
    cloud = bpy.context.active_object
    assert len(cloud.data.vertices) == 40
    assert sorted(category.name for category in cloud.latent.categories) == ["elm", "oak"]


def test_what_opening_refuses_is_said_once_without_a_word_of_blenders_before_it(load: Load, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError) as refused:
        bpy.ops.latent.drop_dataset(filepath=str(tmp_path / "gone.csv"))
    assert load("properties.words").refusal(refused.value).startswith("There is nothing at"), str(refused.value)


def test_a_dropped_sample_opens_its_folder_or_the_folders_beside_it(load: Load, tmp_path: Path) -> None:
    sample = pictures(tmp_path / "leaves" / "ash", 5)[0]
    pictures(tmp_path / "leaves" / "yew", 7)
    assert bpy.ops.latent.drop_dataset(filepath=str(sample), take="FOLDER") == {"FINISHED"}
    assert len(bpy.context.active_object.data.vertices) == 5
    assert bpy.ops.latent.drop_dataset(filepath=str(sample), take="ABOVE") == {"FINISHED"}
    assert len(bpy.context.active_object.data.vertices) == 12
    assert sorted(c.name for c in bpy.context.active_object.latent.categories) == ["ash", "yew"]


def test_a_dropped_file_that_is_no_data_says_why(load: Load, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("", encoding="utf-8")
    with pytest.raises(RuntimeError, match=r"broken\.csv is empty") as raised:
        bpy.ops.latent.drop_dataset(filepath=str(broken))
    assert "Traceback" not in str(raised.value), "one sentence"
    assert not bpy.data.objects


def test_what_was_opened_comes_first_of_the_recent_and_opens_again_with_its_settings(
    load: Load, table: Path, tmp_path: Path
) -> None:
    prefs().recent.clear()
    with pytest.raises(RuntimeError):
        bpy.ops.latent.open_recent()
    assert bpy.ops.latent.open_dataset(kind="digits", wait=True) == {"FINISHED"}
    assert not prefs().recent, "the digits have a button"
    assert bpy.ops.latent.open_dataset(filepath=str(table), label="-", limit=20, seed=3) == {"FINISHED"}
    folder = tmp_path / "leaves"
    pictures(folder, 4)
    assert bpy.ops.latent.open_dataset(filepath=str(folder)) == {"FINISHED"}
    assert bpy.ops.latent.open_dataset(filepath=str(folder)) == {"FINISHED"}
    assert [item.name for item in prefs().recent] == [str(folder), str(table)]
    assert bpy.ops.latent.open_recent(index=1) == {"FINISHED"}
    cloud = bpy.context.active_object
    assert len(cloud.data.vertices) == 20
    assert not cloud.latent.categories, "the label column was left out then"
    assert [item.name for item in prefs().recent] == [str(table), str(folder)]


def test_the_list_of_recent_data_sets_is_short_and_drops_what_is_gone(load: Load, table: Path) -> None:
    prefs().recent.clear()
    recent = load("live.recent")
    for number in range(15):
        recent.note(prefs(), {"filepath": f"{table}{number}", "kind": "auto", "wait": True})
    assert len(prefs().recent) == recent.MOST
    assert prefs().recent[0].name.endswith("14") and "wait" not in prefs().recent[0].settings
    gone = prefs().recent[0].name
    with pytest.raises(RuntimeError, match="not there any more"):
        bpy.ops.latent.open_recent(index=0)
    assert gone not in [item.name for item in prefs().recent]
    prefs().recent[0].settings, prefs().recent[0].name = '["no settings"]', str(table)
    assert bpy.ops.latent.open_recent(index=0) == {"FINISHED"}, "what someone else wrote there is left out"


def test_file_import_has_a_line_and_loses_it_with_the_extension(load: Load) -> None:
    def lines() -> int:
        drawn = getattr(bpy.types.TOPBAR_MT_file_import.draw, "_draw_funcs", [])
        return sum(function.__module__ == f"{MODULE}.panels.menus" for function in drawn)

    assert lines() == 1
    bpy.ops.preferences.addon_disable(module=MODULE)
    assert lines() == 0
    bpy.ops.preferences.addon_enable(module=MODULE)
    assert lines() == 1
