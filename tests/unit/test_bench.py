"""The learning benchmark in short: fair splits, measures beside oracles, tables that go on where they were."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from latent_lasso.core.errors import DataError
from latent_lasso.training.benchmark import lassos, learning, ours, propagation, splits
from latent_lasso.training.benchmark.table import Table, interval
from latent_lasso.training.cli import main
from latent_lasso.training.commands.arguments import settings_of
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.suggestions import suggest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kinds import audio, images

SHORT = ["--set=opening_steps=8", "--set=settle_steps=8", "--set=batch=32", "--set=labelled_batch=32"]
EVERYTHING = {name for method in learning.methods("offline") for name in method.gives}


def flowers(path, count=180, wild=()):
    """A table of three kinds with a number, a category and a label; rows in `wild` hold what no other row does."""
    random = np.random.default_rng(5)
    kind = np.arange(count) % 3
    x = random.normal(0, 4, (3, 5))[kind] + random.normal(0, 1, (count, 5))
    soil = np.array(["clay", "sand", "peat"])[random.integers(0, 3, count)]
    for row in wild:
        x[row], soil[row] = 1e4 + row, "lava"
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["a", "b", "c", "d", "e", "soil", "label"])
        writer.writerows([*x[row].round(3), soil[row], f"kind {kind[row]}"] for row in range(count))
    return DatasetRef("table", str(path))


def notes(path, wild=()):
    words = [["acorn", "bark", "leaf", "crown"], ["needle", "cone", "resin", "snow"]]
    random = np.random.default_rng(6)
    with path.open("w", encoding="utf-8") as stream:
        for row in range(80):
            text = " ".join(random.choice(words[row % 2], 6))
            text = "zebra quagga zebra" if row in wild else text
            stream.write(json.dumps({"text": text, "label": "oak" if row % 2 == 0 else "pine"}) + "\n")
    return DatasetRef("text", str(path))


def pairs(path, wild=()):
    """A Projector pair."""
    random = np.random.default_rng(7)
    x = random.normal(0, 1, (60, 4)) + 5 * (np.arange(60) % 2)[:, None]
    x[list(wild)] *= 1000
    np.savetxt(path.with_name("tensors.tsv"), x, delimiter="\t", fmt="%.4f")
    path.with_name("metadata.tsv").write_text("\n".join(f"kind {n % 2}" for n in range(60)) + "\n", encoding="utf-8")
    return DatasetRef("projector", str(path.with_name("tensors.tsv")))


@pytest.mark.parametrize("write", [flowers, notes, pairs])
def test_what_is_held_out_touches_no_scale_vocabulary_or_label(tmp_path, write):
    (tmp_path / "calm").mkdir()
    (tmp_path / "wild").mkdir()
    calm = write(tmp_path / "calm" / "data.csv" if write is not notes else tmp_path / "calm" / "data.jsonl")
    _, rows = splits.parted(splits.truth_of(open_dataset(calm)), np.random.default_rng(3))
    before = splits.make(calm, 3, 0.2)
    wild = write(tmp_path / "wild" / Path(calm.path).name, wild=rows)
    after = splits.make(wild, 3, 0.2)
    assert not np.array_equal(before.held, after.held)
    assert np.array_equal(before.cloud.features, after.cloud.features)
    assert np.array_equal(before.given, after.given) and np.array_equal(before.truth, after.truth)
    assert before.cloud.preprocessing.steps == after.cloud.preprocessing.steps
    for name, values in before.cloud.preprocessing.arrays.items():
        assert np.array_equal(values, after.cloud.preprocessing.arrays[name])


def test_the_length_of_sounds_is_that_of_the_cloud_alone(tmp_path):
    reference = DatasetRef("audio", str(audio(tmp_path)))
    whole = open_dataset(reference)
    part = splits.part_of(reference, whole, np.arange(0, whole.size, 2), None)
    usual = part.preprocessing.steps["seconds"]
    for row in range(1, whole.size, 2):
        path = Path(reference.path) / whole.media[row].file
        samples, rate = soundfile.read(path)
        soundfile.write(path, np.tile(samples, (8,) if samples.ndim == 1 else (8, 1)), rate)
    again = splits.part_of(reference, whole, np.arange(0, whole.size, 2), None)
    assert again.preprocessing.steps["seconds"] == usual and np.array_equal(again.features, part.features)


def test_splits_are_stratified_repeat_by_seed_and_leave_no_class_without_a_label(tmp_path):
    reference = flowers(tmp_path / "flowers.csv")
    made, again, other = (splits.make(reference, seed, 0.02) for seed in (0, 0, 1))
    assert np.array_equal(made.given, again.given) and not np.array_equal(made.held, other.held)
    assert (len(made.truth), len(made.held)) == (126, 54)
    assert np.bincount(made.truth).tolist() == [0, 42, 42, 42] and np.bincount(made.held_truth).tolist() == [0, 18, 18, 18]
    assert np.bincount(made.given).tolist() == [123, 1, 1, 1]
    assert np.bincount(splits.make(reference, 0, 0.0, 4).given).tolist() == [114, 4, 4, 4]
    inside = {line.tobytes() for line in made.cloud.features}
    assert not any(line.tobytes() in inside for line in made.held)


def test_a_table_of_every_method_is_made_goes_on_and_refuses_another_benchmark(tmp_path, capsys):
    flowers(tmp_path / "flowers.csv")
    target = tmp_path / "out.json"
    command = ["bench", "learning", "--data", str(tmp_path / "flowers.csv"), "--label-fraction=.1", "--json", str(target)]
    assert main([*command, *SHORT, "--seeds=1"]) == 0
    first = json.loads(target.read_text())
    capsys.readouterr()
    assert main([*command, *SHORT, "--seeds=2"]) == 0
    said = capsys.readouterr().out
    assert "seed 1, ours:" in said and "seed 0" not in said and "the best baseline" in said
    rows = {row["method"]: row for row in json.loads(target.read_text())}
    assert set(rows) == EVERYTHING - {"logistic_views"}
    for name, row in rows.items():
        assert row["seeds"] == [0, 1] and row["version"] and row["command"].startswith("latent-lasso bench learning")
        assert {"mean", "std"} <= set(row["held"]) and 0 <= row["transductive"]["mean"] <= 1 and row["cpu_seconds"]["mean"] > 0
        assert row["values"]["held"][0] == next(r for r in first if r["method"] == name)["values"]["held"][0]
        if name != "ours":
            apart = row["ours_minus_this"]["held"]
            pair = np.subtract(rows["ours"]["values"]["held"], row["values"]["held"])
            assert apart["mean"] == pytest.approx(pair.mean(), abs=1e-5) and apart["low"] <= apart["mean"] <= apart["high"]
    for name in ("ours", "umap", "umap_semi", "autoencoder", "supcon", "attract_repel"):
        assert {"trust", "silhouette", "fill", "room_fill"} <= set(rows[name])
    assert {"ece", "coverage95"} <= set(rows["ours_predictor"])
    best = rows["ours"]["best_baseline"]["held"]
    assert rows[best]["held"]["mean"] == max(row["held"]["mean"] for name, row in rows.items() if not name.startswith("ours"))
    assert main([*command, "--seeds=1", "--set=batch=16"]) == 1
    assert "another benchmark" in capsys.readouterr().err
    assert {row["method"] for row in json.loads(target.read_text())} == set(rows)


def test_labels_in_instalments_are_a_row_called_ours_too_and_pictures_have_views(tmp_path):
    target = tmp_path / "out.json"
    chosen = ["--methods=ours,logistic_views,supcon", "--mode=live", "--labels-per-class=3", "--seeds=1"]
    command = ["bench", "learning", "--data", str(images(tmp_path)), "--json", str(target)]
    assert main([*command, *chosen, *SHORT]) == 0
    rows = json.loads(target.read_text())
    assert [row["method"] for row in rows] == ["logistic_views", "supcon", "ours"]
    assert all(row["mode"] == "live" and row["labels_per_class"] == 3 for row in rows)


def test_a_scripted_person_is_simulated_in_three_rooms(tmp_path, capsys):
    flowers(tmp_path / "flowers.csv", 240)
    target = tmp_path / "out.json"
    command = ["simulate", "--data", str(tmp_path / "flowers.csv"), "--lassos=3", "--steps=4", "--seeds=1", *SHORT]
    assert main([*command, "--motion", "--effect", "--json", str(target)]) == 0
    rows = {row["method"]: row for row in json.loads(target.read_text())}
    assert set(rows) == {"ours", "ours_frozen", "umap_static"}
    for row in rows.values():
        assert 1 <= row["classes_3"]["mean"] <= 3 and 0 <= row["found_3"]["mean"] <= 1 and row["lassos"] == 3
    ours = rows["ours"]
    assert 0 < ours["motion_median_mean"]["mean"] <= ours["motion_p99_mean"]["mean"] <= ours["motion_max_mean"]["mean"]
    assert ours["motion_mirrored"]["mean"] == 0 and 0 <= ours["effect_both"]["mean"] <= 1
    assert ours["effect_lasso_both"]["mean"] <= min(ours[f"effect_lasso_{w}"]["mean"] for w in ("closer", "farther"))
    assert main([*command, "--motion", "--effect", "--json", str(target)]) == 0
    assert "seed 0" not in capsys.readouterr().out.split("\n\n")[-1].split("ours ")[-1]


def test_a_scripted_person_can_draw_where_suggestions_point(tmp_path):
    flowers(tmp_path / "flowers.csv", 240)
    target = tmp_path / "out.json"
    command = ["simulate", "--data", str(tmp_path / "flowers.csv"), "--lassos=3", "--steps=4", "--seeds=1", *SHORT]
    assert main([*command, "--follow=core", "--json", str(target)]) == 0
    assert all(row["follow"] == "core" for row in json.loads(target.read_text()))
    split = splits.make(DatasetRef("digits"), 0, 0.05)
    engine = ours.engine_of(split, {})
    ours.steps(engine, 20)
    rows = lassos.pointed_at(engine, "core")
    assert rows == suggest(engine)[0].rows.tolist()
    assert lassos.pointed_at(engine, "novel") is None and lassos.pointed_at(engine, "") is None
    session = lassos.Session(split.truth, 0)
    session.lasso(lassos.places(engine), rows)
    assert session.labels[rows[0]] > 0, "the loop is drawn around the place"


def test_half_of_the_classes_can_go_unnamed(tmp_path):
    flowers(tmp_path / "flowers.csv", 240)
    target = tmp_path / "out.json"
    command = ["simulate", "--unnamed", "--data", str(tmp_path / "flowers.csv"), "--seeds=1", "--json", str(target)]
    assert main([*command, *SHORT]) == 0
    rows = {row["method"]: row for row in json.loads(target.read_text())}
    assert set(rows) == {"ours", "ours_no_guesses"}
    assert all(0 <= row["auroc"]["mean"] <= 1 and row["seeds"] == [0] for row in rows.values())
    assert rows["ours_no_guesses"]["unknown_unnamed"]["mean"] <= rows["ours"]["unknown_unnamed"]["mean"]


def test_labels_spread_along_a_graph_to_their_own_side():
    points = np.random.default_rng(4).normal(0, 0.3, (60, 2)).astype(np.float32)
    points[30:] += 6
    given = np.zeros(60, np.int32)
    given[0], given[31], given[32] = 3, 8, 8
    known, mass = propagation.spread(propagation.neighbour_graph(points), given)
    assert known.tolist() == [3, 8] and np.allclose(mass.sum(1), 1)
    assert (known[mass.argmax(1)] == np.repeat([3, 8], 30)).all()


def test_a_paired_interval_is_student_s():
    found = interval([0.01, 0.03, 0.02, 0.04])
    half = 3.182446 * np.std([0.01, 0.03, 0.02, 0.04], ddof=1) / 2
    assert found["mean"] == pytest.approx(0.025) and found["high"] - found["mean"] == pytest.approx(half, abs=1e-5)


def test_a_table_refuses_a_file_that_is_none_and_keeps_it(tmp_path):
    path = tmp_path / "thesis.json"
    path.write_text('{"chapter": 1}')
    with pytest.raises(DataError, match="no file of this benchmark"):
        Table(path, {"data": "digits"})
    assert path.read_text() == '{"chapter": 1}'


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--label-fraction=2"], "--label-fraction between 0 and 1"),
        (["--label-fraction=.1", "--methods=magic"], "no method 'magic'"),
        (["--label-fraction=.1", "--set=colour=3"], "no training setting 'colour'"),
        (["--label-fraction=.1", "--set=forces.push=3"], "no force 'push'"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_sentence(arguments, said, capsys):
    assert main(["bench", "learning", "--data=digits", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_settings_of_an_ablation_are_read():
    assert settings_of(["p_weight=0", "forces.room=0.5", "batch=128", "encoder=a.py"]) == {
        "p_weight": 0,
        "forces": {"room": 0.5},
        "batch": 128,
        "encoder": "a.py",
    }


def test_a_data_set_without_categories_cannot_be_measured(tmp_path):
    np.save(tmp_path / "plain.npy", np.random.default_rng(0).normal(size=(20, 3)))
    with pytest.raises(DataError, match="fewer than two categories"):
        splits.make(DatasetRef("auto", str(tmp_path / "plain.npy")), 0, 0.1)


def test_nothing_of_the_truth_is_in_the_cloud_that_trains():
    made = splits.make(DatasetRef("digits"), 0, 0.05)
    assert made.cloud.truth is None and not made.cloud.labels.any()
