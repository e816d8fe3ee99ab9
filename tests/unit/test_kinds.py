"""Every kind of data people have: from real files to a trained cloud, to exported labels, to new samples placed."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from latent_lasso.training.cli import main
from latent_lasso.training.datasets import DatasetRef, describe, open_dataset
from latent_lasso.training.datasets.preprocessing import Preprocessing

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from kind_samples import COUNT, label, pixels, sentence, sound, vectors
from kinds import KINDS, csv_table, text_jsonl, write_table


def opened(path, kind="auto", **options):
    return open_dataset(DatasetRef(kind, str(path), options))


def read_labels(path):
    with path.open(encoding="utf-8") as stream:
        return {row["id"]: row["category"] for row in csv.DictReader(stream)}


@pytest.mark.parametrize("name", KINDS)
def test_from_files_to_a_trained_cloud_to_exported_labels_and_new_samples(tmp_path, name):
    kind, make, options = KINDS[name]
    path, run = make(tmp_path), tmp_path / "run"
    arguments = [f"--option={key}={value}" for key, value in options.items()]
    data = opened(path, kind, **options)
    given = tmp_path / "given.csv"
    if not data.labels.any():  # some kinds carry no labels: then a file brings them
        given.write_text("id,category\n" + "".join(f"{data.ids[n]},{label(n)}\n" for n in range(COUNT)))
        arguments += ["--labels", str(given)]
    assert (
        main(
            ["train", str(path), "--kind", kind, "-o", str(run), "--steps", "8", "--threads", "1", *arguments]
        )
        == 0
    )
    assert main(["export", str(run), "labels", "-o", str(tmp_path / "out.csv")]) == 0
    out = read_labels(tmp_path / "out.csv")
    if data.labels.any():
        names = ["", *data.description.classes]
        wanted = {i: names[n] for i, n in zip(data.ids, data.labels.tolist(), strict=True) if n}
    else:
        wanted = {data.ids[n]: label(n) for n in range(COUNT) if label(n)}
    assert out == wanted and len(out) >= COUNT // 2
    assert main(["predict", str(run), str(path), "-o", str(tmp_path / "new.json"), "--kind", kind]) == 0
    new = json.loads((tmp_path / "new.json").read_text())
    assert [row["id"] for row in new] == data.ids
    assert {row["category"] for row in new} <= {"", *wanted.values()}
    assert all(0 <= row["confidence"] <= 1 and 0 <= row["novelty"] <= 1 for row in new)


@pytest.mark.parametrize("name", KINDS)
def test_a_description_agrees_with_what_is_loaded_and_preprocessing_applies_again(tmp_path, name):
    kind, make, options = KINDS[name]
    reference = DatasetRef(kind, str(make(tmp_path)), options)
    said, data = describe(reference), open_dataset(reference)
    assert (said.kind, said.samples) == (data.description.kind, data.size)
    assert data.description.notes or name in ("arrays", "embeddings")
    data.preprocessing.save(tmp_path)
    again = open_dataset(reference, None, Preprocessing.load(tmp_path))
    assert np.allclose(again.features, data.features, atol=1e-5) and again.ids == data.ids


def test_what_was_done_to_each_column_is_listed(tmp_path):
    notes = "\n".join(opened(csv_table(tmp_path)).description.notes)
    for words in (
        "height: number, scaled",
        "soil: category of 2 values",
        "seen: date, scaled",
        "label from column 'label'",
    ):
        assert words in notes
    assert "weight: number" in notes and "1 empty cells taken as the mean" in notes


def test_columns_become_numbers_as_they_are_listed(tmp_path):
    data = opened(csv_table(tmp_path))
    x = np.round(vectors(3), 3)
    height = (x[:, 0] - x[:, 0].mean()) / x[:, 0].std()
    assert np.allclose(data.features[:, 0], height, atol=1e-4)
    assert data.features[5, 2] == 0, "the empty cell lies at the mean"
    clay, sand = data.features[:, 3], data.features[:, 4]
    assert np.array_equal(clay > 0, np.arange(COUNT) % 2 == 0) and np.array_equal(sand > 0, clay == 0)
    assert np.isclose(clay.std() ** 2 + sand.std() ** 2, 1.0), "a category weighs as much as a number"


def test_a_column_can_be_chosen_for_labels_names_and_ids_or_left_out(tmp_path):
    path = csv_table(tmp_path)
    data = opened(path, label="soil", name="seen", id="id", ignore="weight, height")
    assert data.description.classes == ("clay", "sand") and data.names[0] == "2024-01-10"
    assert data.features.shape[1] == 1 + 1 + 2 or data.features.shape[1] == 1, data.description.notes
    assert not opened(path, label="-").labels.any()


def test_semicolons_with_decimal_commas_are_read_as_spreadsheets_here_write_them(tmp_path):
    plain, commas = write_table(tmp_path / "a.csv", ","), tmp_path / "b.csv"
    commas.write_text(plain.read_text().replace(",", ";").replace(".", ","))
    assert np.allclose(opened(plain).features, opened(commas).features)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text(
        "größe,label\n" + "".join(f"{n},{'grün' if n % 2 else 'rot'}\n" for n in range(9)), encoding=encoding
    )
    data = opened(path, **({"encoding": "latin-1"} if encoding == "latin-1" else {}))
    assert data.description.classes == ("grün", "rot")


@pytest.mark.parametrize("kind", ["npy", "csv", "images", "txt"])
def test_a_part_is_taken_at_random_with_a_seed_and_never_the_first(tmp_path, kind):
    if kind == "npy":
        np.save(tmp_path / "x.npy", np.arange(400.0).reshape(200, 2))
        path = tmp_path / "x.npy"
    elif kind == "csv":
        path = tmp_path / "x.csv"
        path.write_text("name,a,b\n" + "".join(f"{n},{n},{n % 7}\n" for n in range(200)))
    elif kind == "images":
        from PIL import Image

        path = tmp_path / "pictures"
        path.mkdir()
        for n in range(200):
            Image.fromarray(np.full((8, 8), n, np.uint8)).save(path / f"{n:03d}.png")
    else:
        path = tmp_path / "x.txt"
        path.write_text("".join(f"word{n % 9} word{n % 5} line{n}\n" for n in range(200)))
    one, two, other = (opened(path, limit=40, seed=seed) for seed in (3, 3, 4))
    assert one.size == 40 and one.names == two.names != other.names
    assert "40 of 200 samples, at random (seed 3)" in one.description.notes
    first = opened(path).names[:40]
    assert len(set(one.names) & set(first)) < 25


def test_coordinates_that_were_computed_before_are_where_the_room_begins(tmp_path):
    run = tmp_path / "run"
    _, make, options = KINDS["embeddings"]
    arguments = [f"--option={key}={value}" for key, value in options.items()]
    assert (
        main(["train", str(make(tmp_path)), "-o", str(run), "--steps", "0", "--threads", "1", *arguments])
        == 0
    )
    assert main(["export", str(run), "embeddings", "-o", str(tmp_path / "e.npz")]) == 0
    shown, wanted = np.load(tmp_path / "e.npz")["x"], vectors(3)
    for axis in range(3):
        assert np.corrcoef(shown[:, axis], wanted[:, axis])[0, 1] > 0.97


def test_tfidf_is_that_of_scikit_learn(tmp_path):
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [sentence(n) for n in range(COUNT)]
    data = opened(text_jsonl(tmp_path))
    reference = TfidfVectorizer(min_df=2, max_df=0.95).fit_transform(texts)
    similar = (reference @ reference.T).toarray()
    arrays = data.preprocessing.arrays
    raw = data.features / arrays["scale"] + arrays["mean"]
    assert np.allclose(raw @ raw.T, similar, atol=0.02)


def test_a_spectrogram_shows_each_tone_where_it_sounds_and_silence_as_nothing():
    from latent_lasso.training.datasets.spectrogram import hertz_to_mel, log_mel, mel_filters

    rate, filters = 16_000, mel_filters(16_000, 1024)
    for number, hertz in enumerate((300, 900, 2400)):
        picture = log_mel(sound(number, rate), rate, filters)
        edges = np.linspace(hertz_to_mel(40), hertz_to_mel(rate / 2), 66)
        assert abs(int(picture.mean(1).argmax()) - int(np.searchsorted(edges, hertz_to_mel(hertz)) - 1)) <= 1
        assert np.array_equal(picture, log_mel(sound(number, rate) * 0.01, rate, filters)) or np.allclose(
            picture, log_mel(sound(number, rate) * np.float32(0.01), rate, filters), atol=1e-3
        )
    assert not log_mel(np.zeros(6000, np.float32), rate, filters).any()


def test_windows_keep_their_file_and_time_and_cover_it(tmp_path):
    import soundfile

    root = tmp_path / "long"
    root.mkdir()
    soundfile.write(root / "a.wav", np.concatenate([sound(n, 8000, 1.0) for n in range(5)]), 8000)
    soundfile.write(root / "b.flac", sound(1, 8000, 0.3), 8000)
    data = opened(root, "audio", window=1.0, hop=0.5)
    assert data.ids[:3] == ["a.wav#0.000-1.000", "a.wav#0.500-1.500", "a.wav#1.000-2.000"]
    assert data.media[2].file == "a.wav" and (data.media[2].start, data.media[2].end) == (1.0, 2.0)
    assert [m.end for m in data.media if m.file == "a.wav"][-1] == 5.0 and data.ids[-1].startswith(
        "b.flac#0.000-0.300"
    )
    whole = opened(root)
    assert whole.ids == ["a.wav", "b.flac"] and whole.media[0].end == 0.0


def test_pictures_of_every_depth_show_the_same_and_turn_as_exif_says(tmp_path):
    data = opened(KINDS["images"][1](tmp_path))
    for place, key in enumerate(data.ids):
        number = int(Path(key).stem)
        grey = data.pictures[place].mean(2)
        wanted = pixels(16)[number].astype(float)
        tolerance = 0.85 if number % 5 == 4 else 0.999  # JPEG is lossy on noise
        assert np.corrcoef(grey.ravel(), wanted.ravel())[0, 1] > tolerance, key


def test_a_missing_library_is_named_with_the_line_that_installs_it(tmp_path, monkeypatch):
    path = csv_table(tmp_path)
    for module in [name for name in sys.modules if name.split(".")[0] == "pyarrow"]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    from latent_lasso.core.errors import DataError

    with pytest.raises(DataError, match="needs pyarrow in the trainer's Python; install it there with: pip install pyarrow"):
        opened(path)


def test_a_label_that_is_missing_in_the_first_lines_is_still_found(tmp_path):
    rows = [{"text": sentence(n)} | ({"label": label(n)} if n > 3 else {}) for n in range(COUNT)]
    (tmp_path / "late.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    data = opened(tmp_path / "late.jsonl")
    assert data.description.labelled == sum(1 for n in range(4, COUNT) if label(n))
