"""Results for other tools: what comes out is what went in, and others can read it."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from latent_lasso.core.errors import DataError, StoreError
from latent_lasso.training import label_files
from latent_lasso.training.cells import plain, safe
from latent_lasso.training.cli import main
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.datasets.preprocessing import Preprocessing
from latent_lasso.training.exports import export
from latent_lasso.training.exports.card import escaped
from latent_lasso.training.exports.folders import file_name
from latent_lasso.training.run_view import RunView

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kind_samples import COUNT, NAMES
from kinds import KINDS, arrays, audio, images, text_jsonl

EVIL = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-2",
    "@sum",
    "'=quoted",
    "<script>alert(1)</script>",
    "a|b",
    "plain",
    "\x1b[31mred",
    "ü\tx",
]


def trained(path, run, *arguments, steps=12):
    assert (
        main(["train", str(path), "-o", str(run), "--steps", str(steps), "--threads", "1", *arguments]) == 0
    )
    return run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    return trained(arrays(folder), folder / "run", "--tensorboard")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".parquet"])
def test_labels_go_out_and_come_in_again_equal(tmp_path, run, suffix):
    export(run, "labels", tmp_path / f"labels{suffix}")
    view = RunView(run)
    wanted = {view.ids[n]: view.name_of(int(c)) for n, c in enumerate(view.labels) if c}
    assert label_files.read(tmp_path / f"labels{suffix}") == wanted
    again = trained(
        arrays(tmp_path),
        tmp_path / "again",
        "--labels",
        str(tmp_path / f"labels{suffix}"),
        "--option=label=-",
        steps=0,
    )
    other = RunView(again)
    assert {other.ids[n]: other.name_of(int(c)) for n, c in enumerate(other.labels) if c} == wanted


def test_each_label_says_who_gave_it_when_and_how(tmp_path, run):
    export(run, "labels", tmp_path / "labels.json")
    found = json.loads((tmp_path / "labels.json").read_text())
    assert found["samples"] == COUNT and [c["name"] for c in found["categories"]] == sorted(NAMES)
    for row in found["labels"]:
        assert row["source"] == "IMPORT" and row["edit"] and row["labelled_at"].endswith("+00:00")


@pytest.mark.parametrize("text", EVIL)
def test_a_formula_is_made_safe_and_comes_back_as_it_was(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(safe(text)) == text
    assert safe("plain") == "plain" and safe("it's") == "it's"


def test_names_from_outside_run_nowhere(tmp_path):
    x = np.random.default_rng(0).normal(size=(20, 4))
    np.savez(
        tmp_path / "evil.npz", x=x, y=np.array([EVIL[n % 10] for n in range(20)]), names=np.array(EVIL * 2)
    )
    run = trained(tmp_path / "evil.npz", tmp_path / "run", steps=6)
    export(run, "labels", tmp_path / "labels.csv")
    with (tmp_path / "labels.csv").open(encoding="utf-8") as stream:
        for row in csv.reader(stream):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for cell in row), row
    assert "\x1b" not in (tmp_path / "labels.csv").read_text()
    export(run, "model", tmp_path / "model")
    card = (tmp_path / "model" / "README.md").read_text()
    assert "<script>" not in card and "a|b" not in card and escaped("a|b") in card
    export(run, "projector", tmp_path / "projector")
    assert len((tmp_path / "projector" / "metadata.tsv").read_text().splitlines()) == 21


@pytest.mark.parametrize(
    "name", ["../../etc", "a/b", "..", "", "con", "NUL.txt", "x" * 300, "a\nb", "C:\\x", "."]
)
def test_a_category_of_any_name_becomes_one_folder_inside(tmp_path, name):
    made = file_name(name)
    assert made and "/" not in made and "\\" not in made and not made.startswith(".") and len(made) <= 101
    (tmp_path / made).mkdir()
    assert (tmp_path / made).resolve().parent == tmp_path.resolve()


def test_files_are_sorted_into_a_folder_for_each_category(tmp_path):
    root = images(tmp_path)
    run = trained(root, tmp_path / "run", steps=2)
    export(run, "folder", tmp_path / "sorted")
    for place in (tmp_path / "sorted").rglob("*.*"):
        assert place.read_bytes() == (root / place.parent.name / place.name).read_bytes()
    assert sorted(p.name for p in (tmp_path / "sorted").iterdir()) == sorted(NAMES)
    assert len(list((tmp_path / "sorted").rglob("*.*"))) == COUNT // 2
    with pytest.raises(StoreError, match="not empty"):
        export(run, "folder", tmp_path / "sorted")


def test_windows_of_sounds_are_cut_out_of_their_files(tmp_path):
    import soundfile

    run = trained(audio(tmp_path), tmp_path / "run", "--kind=audio", "--option=window=0.2", steps=2)
    export(run, "folder", tmp_path / "sorted")
    cut = sorted((tmp_path / "sorted").rglob("*.wav"))
    assert len(cut) == COUNT and all(abs(soundfile.info(p).duration - 0.2) < 0.06 for p in cut)


@pytest.mark.parametrize("suffix", [".npz", ".parquet"])
def test_coordinates_go_out_and_come_in_again_equal(tmp_path, run, suffix):
    export(run, "embeddings", tmp_path / f"e{suffix}")
    positions, prediction, confidence = RunView(run).newest()
    if suffix == ".npz":
        with np.load(tmp_path / "e.npz", allow_pickle=False) as file:
            assert np.array_equal(file["x"], positions) and np.array_equal(file["confidence"], confidence)
        data = open_dataset(DatasetRef("auto", str(tmp_path / "e.npz"), {"scaling": "none"}))
        assert np.array_equal(data.coordinates, positions) and np.array_equal(data.features, positions)
    else:
        import pyarrow.parquet as pq

        table = pq.read_table(tmp_path / "e.parquet")
        assert np.array_equal(np.stack([table[axis].to_numpy() for axis in "xyz"], 1), positions)
        view = RunView(run)
        assert table["prediction"].to_pylist() == [view.name_of(int(n)) for n in prediction]


def test_what_the_projector_reads_is_whole_and_this_program_reads_it_too(tmp_path):
    run = trained(KINDS["idx"][1](tmp_path), tmp_path / "run", steps=4)
    export(run, "projector", tmp_path / "p")
    from google.protobuf import text_format
    from PIL import Image
    from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

    config = text_format.Parse((tmp_path / "p" / "projector_config.pbtxt").read_text(), ProjectorConfig())
    px = config.embeddings[0].sprite.single_image_dim[0]
    sheet = np.asarray(Image.open(tmp_path / "p" / "sprite.png").convert("L"))
    assert sheet.shape == (6 * px, 6 * px)
    data = open_dataset(DatasetRef("auto", str(tmp_path / "p" / "tensors.tsv"), {"scaling": "none"}))
    assert np.allclose(data.features, RunView(run).newest()[0], rtol=1e-6)
    pictures = open_dataset(DatasetRef("auto", str(tmp_path / "trees-images-idx3-ubyte.gz"))).pictures
    assert np.array_equal(sheet[px : 2 * px, 2 * px : 3 * px], pictures[8, :, :, 0]), (
        "sample 8 is row 1, column 2 of 6"
    )


@pytest.mark.parametrize("name", ["arrays", "idx", "csv", "audio", "text jsonl"])
def test_the_onnx_model_agrees_with_torch(tmp_path, name):
    import onnxruntime

    from latent_lasso.training import placing

    kind, make, options = KINDS[name]
    path = make(tmp_path)
    if name == "text jsonl":  # texts of the same words are equally near, and rounding would say which of them votes
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for number, row in enumerate(rows):
            row["text"] += f" {row['text'].split()[0]}" * (number % 12) + f" {rows[number // 12]['text'].split()[1]}"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = trained(path, tmp_path / "run", "--kind", kind, steps=12)
    assert main(["export", str(run), "model", "-o", str(tmp_path / "m")]) == 0
    data = open_dataset(DatasetRef(kind, str(path), options))
    session = onnxruntime.InferenceSession(tmp_path / "m" / "model.onnx")
    raw = data.features
    fitted = Preprocessing.load(tmp_path / "m")
    if "mean" in fitted.arrays:
        raw = np.load(path)["x"].astype(np.float32) if name == "arrays" else None
        if raw is None:
            from latent_lasso.training.datasets import tfidf

            raw = tfidf.transform(
                [json.loads(line)["text"] for line in path.read_text().splitlines()], fitted
            )
    elif "from" in fitted.steps:
        raw = data.features * 255
    view = RunView(run)
    placer, _ = placing.load(run, view.meta)
    z, probability, novelty = placing.place(placer, data.features)
    found = dict(
        zip(
            ("z", "p", "probability", "novelty"),
            session.run(None, {"x": raw.astype(np.float32)}),
            strict=True,
        )
    )
    assert np.abs(found["z"] - z).max() < 1e-4 * max(1.0, np.abs(z).max())
    assert np.abs(found["probability"] - probability).max() < 1e-4
    # at most a rank of the memory may flip where two distances are equal to the last bit
    assert np.abs(found["novelty"] - novelty).max() <= 1.5 / len(data.ids)
    stored = {
        entry.key: entry.value
        for entry in __import__("onnx").load(tmp_path / "m" / "model.onnx").metadata_props
    }
    assert json.loads(stored["latent_lasso.categories"])[0] == ""


def test_the_model_card_says_what_the_run_says(tmp_path, run):
    export(run, "model", tmp_path / "m")
    card, view = (tmp_path / "m" / "README.md").read_text(), RunView(run)
    for words in (
        view.meta["run_id"],
        view.meta["dataset_hash"],
        "18 of 36 samples in 1 edits",
        "torch",
        "| 1 | fern | 6 |",
    ):
        assert words in card


def test_tensorboard_s_own_reader_reads_the_events(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(run / "events"))
    events.Reload()
    tags = events.Tags()["scalars"]
    assert {"loss/loss", "loss/neighbours", "rate", "samples/labelled"} <= set(tags)
    assert [event.value for event in events.Scalars("samples/labelled")][-1] == COUNT // 2
    assert events.Scalars("loss/loss")[-1].step == 12


def test_wrong_exports_are_told(tmp_path, run):
    for what, target, words in (
        ("labels", "labels.xlsx", r"written as \.csv, \.json, \.parquet"),
        ("folder", "sorted", "neither files nor pictures"),
        ("dreams", "x", "no export 'dreams'"),
    ):
        with pytest.raises(StoreError, match=words):
            export(run, what, tmp_path / target)
    with pytest.raises(StoreError, match="no run in"):
        export(tmp_path, "labels", tmp_path / "l.csv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,category\n1\n", "row 2 has no id or no category"),
        ("name,x\na,b\n", "row 2 has no id or no category"),
        ("id,category\n1,a\n1,b\n", "row 3 gives '1' another category"),
        ("[1, 2]", "row 2|no list|no id"),
    ],
)
def test_a_wrong_file_of_labels_is_told(tmp_path, text, words):
    path = tmp_path / ("labels.json" if text.startswith("[") else "labels.csv")
    path.write_text(text)
    with pytest.raises(DataError, match=words):
        label_files.read(path)


def test_labels_of_samples_that_are_not_there_are_told_and_nothing_is_trained(tmp_path, capsys):
    (tmp_path / "labels.csv").write_text("id,category\nnobody,oak\n")
    path = text_jsonl(tmp_path)
    assert (
        main(
            [
                "train",
                str(path),
                "-o",
                str(tmp_path / "r"),
                "--labels",
                str(tmp_path / "labels.csv"),
                "--steps",
                "1",
            ]
        )
        == 1
    )
    assert "1 of 1 labels are of samples that the run does not hold" in capsys.readouterr().err
