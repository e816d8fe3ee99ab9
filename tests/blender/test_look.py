"""Looking closer: the same colours from nodes and numbers, columns of the data, settings that act at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load

CHOICES = ("GUESSES", "CATEGORY", "PREDICTION", "CONFIDENCE", "DISAGREEMENT", "NOVELTY", "MARGIN", "LOSS", "COLUMN")


def made(load: Load, count: int = 60) -> Any:
    """A cloud with labels, guesses, doubts and a column, and no trainer."""
    data, rng = load("scene.cloud"), np.random.default_rng(0)
    numbers = np.arange(count, dtype=np.int32)
    positions = rng.normal(size=(count, 3)).astype(np.float32)
    cloud = data.create_cloud("looked at", numbers, positions, numbers * 0 - 1, bpy.context.scene.collection)
    cloud.latent.is_cloud = True
    load("scene.materials").dress(cloud, None)
    for name in ("a", "b", "c"):
        load("live.labels").new_category(cloud, name)
    given = np.where(numbers % 4 == 0, numbers % 3 + 1, 0).astype(np.int32)
    load("live.labels").write(cloud, given)
    data.write_ints(cloud.data, "prediction", (numbers % 3 + 1).astype(np.int32))
    data.write_ints(cloud.data, "doubted", np.where((given > 0) & (numbers % 8 == 0), 3, 0).astype(np.int32))
    for name in ("confidence", "novelty", "margin"):
        data.write_floats(cloud.data, name, rng.uniform(size=count).astype(np.float32))
    column = rng.normal(10.0, 3.0, size=count).astype(np.float32)
    column[5] = np.nan
    data.write_floats(cloud.data, "column", column)
    cloud.latent.look.column_held = "width"
    return cloud


def by_nodes(cloud: Any) -> Any:
    """(N, 3): the colours that the node group gives, of the evaluated points."""
    for instance in bpy.context.evaluated_depsgraph_get().object_instances:
        data = instance.object.data
        if instance.object.original == cloud and isinstance(data, bpy.types.PointCloud):
            found = np.empty(len(data.points) * 4, np.float32)
            data.attributes["colour"].data.foreach_get("color", found)
            return found.reshape(-1, 4)[:, :3]
    raise AssertionError("the cloud evaluates to no points")


def test_nodes_and_numbers_give_each_point_the_same_colour_whatever_is_shown(load: Load) -> None:
    cloud = made(load)
    look = cloud.latent.look
    look.shape, look.column = "POINTS", "width"
    seen = {}
    for choice in CHOICES:
        look.colour_by = choice
        bpy.context.view_layer.update()
        colours = load("scene.colours").plain(cloud)
        assert np.abs(colours - by_nodes(cloud)).max() < 0.004, choice
        seen[choice] = colours
    for number, choice in enumerate(CHOICES):
        for other in CHOICES[number + 1 :]:
            assert np.abs(seen[choice] - seen[other]).max() > 0.05, f"{choice} looks like {other}"
    grey = load("core.palette").linear(load("core.palette").UNLABELLED)
    assert np.allclose(seen["COLUMN"][5], grey, atol=1e-5), "an empty cell has no colour of its own"
    unlabelled = load("live.labels").read(cloud) == 0
    assert np.allclose(seen["LOSS"][unlabelled], grey, atol=1e-5)
    assert not np.allclose(seen["DISAGREEMENT"][0], seen["DISAGREEMENT"][4]), "doubted and not"


def test_size_and_shape_act_at_once_and_are_saved(load: Load, tmp_path: Path) -> None:
    cloud = made(load)
    look, nodes = cloud.latent.look, load("scene.nodes")
    look.point_size, look.shape, look.points_above = 0.5, "CARDS", 10
    assert nodes.point_radius(cloud) == pytest.approx(0.5) and nodes.get_input(cloud, "Shape") == "Cards"
    assert nodes.drawn_as(cloud) == "Points", "a cloud above the limit is drawn as points"
    look.colour_by = "NOVELTY"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "look.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "look.blend"))
    again = bpy.data.objects["looked at"]
    assert again.latent.look.colour_by == "NOVELTY" and nodes.get_input(again, "Colour By") == "Novelty"


def test_a_node_group_of_an_older_version_is_built_anew_and_keeps_its_settings(load: Load) -> None:
    cloud = made(load)
    nodes = load("scene.nodes")
    cloud.latent.look.point_size = 0.7
    tree = bpy.data.node_groups[nodes.GROUP]
    tree["version"] = 1
    tree.nodes.clear()
    cloud.latent.look.colour_by = "MARGIN"
    cloud.latent.look.shape = "POINTS"
    bpy.context.view_layer.update()
    assert nodes.point_radius(cloud) == pytest.approx(0.7)
    assert np.abs(load("scene.colours").plain(cloud) - by_nodes(cloud)).max() < 0.004


def table(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    rows = [f"tree {i},{rng.normal(20, 5):.2f},{('wet', 'dry')[i % 2]},2024-0{i % 9 + 1}-11" for i in range(40)]
    path = folder / "trees.csv"
    path.write_text("\n".join(["name,height,soil,seen", *rows]) + "\n", encoding="utf-8")
    return path


def wait(load: Load, done: Any) -> None:
    load("live.blocking").wait_until(load("live.session").running(), bpy.context, done, "an answer", 600.0)


def test_a_column_of_the_data_colours_the_cloud_and_a_sample_tells_its_cells(load: Load, tmp_path: Path) -> None:
    path = table(tmp_path)
    assert bpy.ops.latent.open_dataset(filepath=str(path), wait=True) == {"FINISHED"}
    cloud, trainer = bpy.context.active_object, load("live.session").running()
    listed = bpy.context.window_manager.latent_status.columns
    wait(load, lambda: len(listed) > 0)
    assert [item.name for item in listed] == ["height", "soil", "seen"]
    look = cloud.latent.look
    look.colour_by = "COLUMN"
    look.column = "height"
    wait(load, lambda: look.column_held == "height")
    written = [float(line.split(",")[1]) for line in path.read_text().splitlines()[1:]]
    assert np.allclose(load("scene.cloud").read_floats(cloud.data, "column"), written, atol=1e-3)
    assert min(written) <= look.low < look.high <= max(written)
    look.column = "soil"
    wait(load, lambda: look.column_held == "soil")
    assert look.column_names.split("\n") == ["dry", "wet"]
    colours = load("scene.colours").plain(cloud)
    assert np.allclose(colours[0], colours[2]) and not np.allclose(colours[0], colours[1])
    facts = load("live.facts")
    assert facts.of_sample(trainer, 3) is None
    wait(load, lambda: facts.of_sample(trainer, 3) is not None)
    assert facts.of_sample(trainer, 3).cells == [f"{written[3]:.5g}", "dry", "2024-04-11"]


def test_a_card_says_what_the_mesh_and_the_data_know(load: Load, tmp_path: Path) -> None:
    assert bpy.ops.latent.open_dataset(filepath=str(table(tmp_path)), wait=True) == {"FINISHED"}
    cloud, hovering = bpy.context.active_object, load("live.hovering")
    mask = np.arange(40) == 7
    load("live.labels").set_selected(cloud, mask)
    bpy.ops.latent.assign(name="old")
    load("scene.cloud").write_ints(cloud.data, "prediction", np.ones(40, np.int32))
    load("scene.cloud").write_floats(cloud.data, "confidence", np.full(40, 0.75, np.float32))
    looking = hovering.Looking()
    hovering.look_at(looking, cloud, 3)
    hovering.card_of(looking, cloud, 3)
    wait(load, lambda: load("live.session").running().facts.get(3) is not None)
    card = hovering.card_of(looking, cloud, 3)
    assert card.title == "tree 3" and [name for name, _ in card.cells] == ["height", "soil", "seen"]
    said = [(line.text, line.value) for line in card.beside]
    assert ("No label", "") in said and ("old", "guess, 75%") in said
    assert ("old", "tree 7") in said, "the nearest label is named"
    samples = load("scene.cloud").read_ints(cloud.data, "sample")
    load("scene.cloud").write_ints(cloud.data, "sample", np.roll(samples, 1))
    assert hovering.row_of(looking, cloud) == 4, "a sample is found where its point went"


def test_a_sample_is_found_by_name_or_id_and_a_mistake_gets_a_sentence(load: Load, cloud: Any) -> None:
    looking = load("live.looking")
    assert looking.find(cloud, "digit 12") == 12 and looking.find(cloud, "DIGIT-0340") == 340
    assert ("digit 1796", "digit-1796") in looking.named_like(cloud, "1796")
    assert looking.named_like(cloud, "100%") == [] and looking.named_like(cloud, "digit_1") == []
    assert bpy.ops.latent.go_to_sample(sample="digit 7") == {"FINISHED"}
    assert not load("live.labels").selected(cloud).any()
    with pytest.raises(RuntimeError, match="holds 'elephant'"):
        bpy.ops.latent.go_to_sample(sample="elephant")
    with pytest.raises(RuntimeError, match="doubts no label"):
        bpy.ops.latent.go_to_disagreement()
    given, doubted = np.zeros(1797, np.int32), np.zeros(1797, np.int32)
    given[[10, 20]] = 1
    doubted[[10, 20]] = 2
    load("live.labels").new_category(cloud, "a")
    load("live.labels").write(cloud, given)
    load("scene.cloud").write_ints(cloud.data, "doubted", doubted)
    assert load("live.looking").next_disagreement(cloud) == 10


def test_a_legend_counts_what_is_shown_and_ends_with_how_many_more(load: Load) -> None:
    cloud = made(load)
    legends, labels = load("scene.legends"), load("live.labels")
    look, listed = cloud.latent.look, labels.listed(cloud)
    found = legends.of(cloud, "Category", "Category", listed, look)
    assert [(row.name, row.count) for row in found.rows] == [("a", "5"), ("b", "5"), ("c", "5"), ("Unlabelled", "45")]
    assert found.more == 0
    found = legends.of(cloud, "Disagreement", "", listed, look)
    assert [row.count for row in found.rows] == ["5", "10", "45"]
    for number in range(30):
        labels.new_category(cloud, f"more {number}")
    found = legends.of(cloud, "Category", "", labels.listed(cloud), look)
    assert len(found.rows) == legends.MOST_ROWS and found.more == 18
    assert [row.name for row in found.rows[:3]] == ["a", "b", "c"]
    look.column = "width"
    look.colour_by = "COLUMN"
    found = legends.of(cloud, "Given", "width", listed, look)
    assert found.scale == (f"{look.low:.3g}", f"{look.high:.3g}") and found.rows[0].count == "1"


def test_a_filter_hides_what_it_leaves_out_and_lets_a_new_label_go(load: Load) -> None:
    cloud = made(load)
    look, labels, data = cloud.latent.look, load("live.labels"), load("scene.cloud")

    def shown() -> Any:
        return np.flatnonzero(~data.read_bools(cloud.data, "hidden"))

    given = labels.read(cloud)
    look.show_only = "UNLABELLED"
    assert np.array_equal(shown(), np.flatnonzero(given == 0))
    labels.set_selected(cloud, np.arange(60) == 1)
    bpy.ops.latent.assign(category=cloud.latent.categories[0].category_id)
    assert 1 not in shown(), "a point that was just named goes"
    look.show_only = "DISAGREEING"
    doubted = data.read_ints(cloud.data, "doubted")
    given = labels.read(cloud)
    assert np.array_equal(shown(), np.flatnonzero((given > 0) & (doubted > 0) & (doubted != given)))
    look.show_only = "ALL"
    look.filter_by = "NOVELTY"
    assert (look.filter_from, look.filter_to) == (0.0, 1.0) and len(shown()) == 60
    look.filter_from = 0.5
    assert np.array_equal(shown(), np.flatnonzero(data.read_floats(cloud.data, "novelty") >= 0.5))
    look.filter_by = "COLUMN"
    column = data.read_floats(cloud.data, "column")
    assert look.filter_from == pytest.approx(float(np.nanmin(column))) and 5 not in shown(), "an empty cell has no value"
    look.column_names = "dry\nwet"
    data.write_floats(cloud.data, "column", (np.arange(60) % 2).astype(np.float32))
    look.filter_value = "We"
    assert np.array_equal(shown(), np.arange(1, 60, 2))
    with pytest.raises(load("core.errors").LatentError, match="hidden"):
        load("live.looking").go_to_row(cloud, 0, bpy.context)
    look.filter_by = "NONE"
    assert len(shown()) == 60 and "filtered" not in cloud.data.attributes
