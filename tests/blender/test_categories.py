"""Whole categories: locked, hidden, shown alone, moved, merged, deleted; each one undo step that the trainer's book follows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load
from .test_hiding import named

A, B, REST = slice(0, 300), slice(300, 500), slice(500, 1797)


def ids(cloud: Any) -> list[int]:
    return [item.category_id for item in cloud.latent.categories]


def facts(load: Load, cloud: Any) -> tuple[Any, ...]:
    """What one act may change, as plain values."""
    listed = [(c.category_id, c.name, c.count, c.hidden, c.solo, c.locked) for c in cloud.latent.categories]
    labels = load("live.labels").read(cloud).tolist()
    return listed, labels, load("live.hiding").mask(cloud).tolist(), load("live.labels").selected(cloud).tolist()


def select(load: Load, cloud: Any, *parts: slice) -> None:
    mask = np.zeros(1797, dtype=bool)
    for part in parts:
        mask[part] = True
    load("live.labels").set_selected(cloud, mask)


@pytest.mark.parametrize(
    "act",
    [
        lambda a, b: bpy.ops.latent.category_hide(category=a),
        lambda a, b: bpy.ops.latent.category_hide(category=0),
        lambda a, b: bpy.ops.latent.category_solo(category=b),
        lambda a, b: bpy.ops.latent.category_lock(category=a),
        lambda a, b: bpy.ops.latent.category_select(category=b),
        lambda a, b: bpy.ops.latent.category_move(category=b, step="UP"),
        lambda a, b: bpy.ops.latent.category_rename(category=a, name="other"),
        lambda a, b: bpy.ops.latent.category_merge(category=a, into=b),
        lambda a, b: bpy.ops.latent.category_delete(category=b),
        lambda a, b: bpy.ops.latent.assign(category=b),
    ],
)
def test_each_act_is_one_step_that_undo_turns_back_and_the_trainer_follows(load: Load, cloud: Any, act: Any) -> None:
    named(load, cloud)
    select(load, cloud, slice(250, 600))
    trainer, blocking, name = load("live.session").running(), load("live.blocking"), cloud.name
    blocking.wait_acknowledged(trainer, bpy.context)
    bpy.ops.ed.undo_push(message="before")
    before = facts(load, cloud)
    assert act(*ids(cloud)) == {"FINISHED"}
    bpy.ops.ed.undo_push(message="after")
    after = facts(load, bpy.data.objects[name])
    assert after != before
    for turn, expected in ((bpy.ops.ed.undo, before), (bpy.ops.ed.redo, after)):
        turn()
        cloud = bpy.data.objects[name]
        blocking.wait_acknowledged(trainer, bpy.context)
        load("live.pump").tick(trainer, bpy.context)
        blocking.wait_acknowledged(trainer, bpy.context)
        assert facts(load, cloud) == expected
        assert trainer.book.sent.tolist() == expected[1]
        assert [c.id for c in trainer.categories_sent] == [number for number, *_ in expected[0]]
        assert [c.name for c in trainer.categories_sent] == [row[1] for row in expected[0]]


def test_a_locked_category_keeps_its_labels_and_says_how_many(load: Load, cloud: Any, tmp_path: Path, capfd: Any) -> None:
    given = named(load, cloud).copy()
    a, b = ids(cloud)
    bpy.ops.latent.category_lock(category=a)
    select(load, cloud, slice(200, 600))
    bpy.ops.latent.assign(category=b)
    assert "100 of a locked category keep their label" in capfd.readouterr().out
    given[300:600] = b
    assert np.array_equal(load("live.labels").read(cloud), given)
    bpy.ops.latent.clear_labels()
    assert "Cleared 300 labels; 100 of a locked" in capfd.readouterr().out
    given[300:600] = 0
    assert np.array_equal(load("live.labels").read(cloud), given)
    for refused in (
        lambda: bpy.ops.latent.category_delete(category=a),
        lambda: bpy.ops.latent.category_merge(category=a, into=b),
    ):
        with pytest.raises(RuntimeError, match="a is locked"):
            refused()
    file = tmp_path / "labels.csv"
    file.write_text("id,category\ndigit-0000,b\ndigit-1796,b\n", encoding="utf-8")
    bpy.ops.latent.import_labels(filepath=str(file))
    given[1796] = b
    assert np.array_equal(load("live.labels").read(cloud), given)
    select(load, cloud, slice(700, 710))
    bpy.ops.latent.assign(category=a)
    assert cloud.latent.categories[0].count == 310, "more can be given to it"
    bpy.ops.latent.category_lock(category=a, lock=False)
    bpy.ops.latent.category_merge(category=a, into_name="b")
    assert [(c.name, c.count) for c in cloud.latent.categories] == [("b", 311)]


def test_numbers_follow_the_list_and_names_typed_into_it_stay_clean(load: Load, cloud: Any) -> None:
    named(load, cloud)
    a, b = ids(cloud)
    cloud.latent.active_category = 1
    bpy.ops.latent.category_move(step="UP")
    assert ids(cloud) == [b, a] and cloud.latent.active_category == 0
    select(load, cloud, slice(600, 610))
    bpy.ops.latent.assign_number(number=1)
    assert (load("live.labels").read(cloud)[600:610] == b).all()
    with pytest.raises(RuntimeError, match="b is at the list's end already"):
        bpy.ops.latent.category_move(category=b, step="UP")
    item = cloud.latent.categories[1]
    for typed, expected in (("  wren\n ", "wren"), ("b", "wren"), ("", "wren"), ("Zaunkönig", "Zaunkönig")):
        item.title = typed
        assert item.name == item.title == expected
    trainer = load("live.session").running()
    assert [c.name for c in trainer.categories_sent] == ["b", "Zaunkönig"], "the run hears of it at once"


def test_the_selection_is_summed_up_and_categories_are_selected_whole(load: Load, cloud: Any) -> None:
    named(load, cloud)
    a, b = ids(cloud)
    status = bpy.context.window_manager.latent_status

    def told() -> tuple[int, list[tuple[str, int]]]:
        return status.selected, [(item.name, item.count) for item in status.chosen]

    bpy.ops.latent.category_select(category=a)
    assert told() == (300, [("a", 300)])
    bpy.ops.latent.category_select(category=b, extend=True)
    assert told() == (500, [("a", 300), ("b", 200)])
    bpy.ops.latent.category_hide(category=a)
    assert told() == (200, [("b", 200)])
    bpy.ops.latent.select_none(action="ALL")
    assert told() == (1497, [("Unlabelled", 1297), ("b", 200)])
    bpy.ops.latent.clear_labels()
    assert told() == (1497, [("Unlabelled", 1497)])
    bpy.ops.latent.show_all_categories()
    bpy.ops.latent.category_select(category=0)
    assert told() == (1497, [("Unlabelled", 1497)]) and status.unlabelled == 1497 and status.labelled == 300


def test_the_strip_names_some_of_the_selection_spread_evenly(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "numbers.npz"
    np.savez(path, x=np.random.default_rng(0).normal(size=(60, 4)), names=np.array([f"sample {n}" for n in range(60)]))
    bpy.ops.latent.open_dataset(filepath=str(path), wait=True)
    cloud, chosen = bpy.context.active_object, load("live.chosen")
    strip = bpy.context.window_manager.latent_status.strip
    for rows, expected in ((range(10, 54), range(10, 54, 4)), (range(3), range(3)), ((), ())):
        load("live.labels").set_selected(cloud, np.isin(np.arange(60), list(rows)))
        chosen.refresh_strip()
        assert len(strip) == min(12, len(rows)) and [item.icon for item in strip] == [0] * len(strip)
        if len(rows) <= 12:
            assert [item.sample for item in strip] == list(expected)
        else:
            assert (strip[0].sample, strip[-1].sample) == (10, 53) and max(np.diff([i.sample for i in strip])) <= 4
        assert all(item.name == f"sample {item.sample}" for item in strip)


def test_agreement_is_the_share_of_labels_that_the_model_does_not_doubt(load: Load, cloud: Any) -> None:
    given = named(load, cloud)
    a, b = ids(cloud)
    items = cloud.latent.categories
    assert [item.agreement for item in items] == [-1, -1], "nobody guessed yet"
    doubted = np.zeros(1797, dtype=np.int32)
    doubted[:30], doubted[300:400], doubted[900:950] = b, b, a
    load("scene.cloud").write_ints(cloud.data, "doubted", doubted)
    load("scene.cloud").write_ints(cloud.data, "prediction", given)
    load("live.labels").refresh_counts(cloud)
    assert [round(item.agreement, 4) for item in items] == [0.9, 1.0]
    bpy.ops.latent.select_doubted(category=a)
    assert np.flatnonzero(load("live.labels").selected(cloud)).tolist() == list(range(30))


def test_named_selections_are_kept_with_the_file_and_go_out_as_a_table(load: Load, cloud: Any, tmp_path: Path) -> None:
    given = named(load, cloud)
    cloud.latent.categories[0].name = "=SUM(A1)"
    with pytest.raises(RuntimeError, match="No point is selected"):
        bpy.ops.latent.selection_save(name="odd")
    select(load, cloud, slice(290, 310))
    bpy.ops.latent.selection_save(name=" odd ones ")
    select(load, cloud, slice(1000, 1005))
    bpy.ops.latent.selection_save(name="five")
    bpy.ops.latent.selection_choose(name="odd ones", extend=True)
    assert np.flatnonzero(load("live.labels").selected(cloud)).tolist() == [*range(290, 310), *range(1000, 1005)]
    table = tmp_path / "chosen.csv"
    bpy.ops.latent.export_selection(filepath=str(table))
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id,name,label,prediction,confidence" and len(lines) == 26
    assert lines[1].startswith("digit-0290,digit 290,'=SUM(A1),") and lines[-1].split(",")[2] == ""
    bpy.ops.latent.category_hide(category=0)
    bpy.ops.latent.selection_remove(name="five")
    file = str(tmp_path / "kept.blend")
    bpy.ops.wm.save_as_mainfile(filepath=file)
    bpy.ops.wm.open_mainfile(filepath=file)
    cloud = bpy.context.active_object
    assert [(item.name, item.count) for item in cloud.latent.selections] == [("odd ones", 20)]
    assert load("live.hiding").mask(cloud).sum() == 1297 == (given == 0).sum()
    bpy.ops.latent.selection_choose(name="odd ones")
    assert bpy.context.window_manager.latent_status.selected == 20
    with pytest.raises(RuntimeError, match="no selection named 'five'"):
        bpy.ops.latent.selection_choose(name="five")
