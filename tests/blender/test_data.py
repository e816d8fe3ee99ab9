"""Data and results as a user of Blender meets them: every kind opens, bad files change nothing, results come out."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import bpy
import numpy as np
import pytest

from .conftest import Load

KINDS = (
    "arrays", "embeddings", "csv", "tsv", "parquet", "idx", "images", "audio", "audio windows", "text lines",
    "text jsonl", "text csv", "text files", "text, local embedding", "huggingface images", "huggingface text",
    "huggingface audio", "huggingface table", "h5ad", "h5ad genes", "projector",
)  # fmt: skip


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Files of every kind, written by the trainer's Python, which has the libraries for it."""
    folder = tmp_path_factory.mktemp("kinds")
    script = Path(__file__).resolve().parents[1] / "kinds.py"
    subprocess.run(
        [os.environ["LATENT_LASSO_TRAINER_PYTHON"], str(script), str(folder)], check=True, capture_output=True
    )
    made: dict[str, Any] = json.loads((folder / "kinds.json").read_text())
    assert set(made) == set(KINDS), "every kind is opened here too"
    return made


def open_kind(made: dict[str, Any], **more: Any) -> set[str]:
    return bpy.ops.latent.open_dataset(
        kind=made["kind"], filepath=made["path"], wait=True, **{**made["options"], **more}
    )


def labelled(load: Load, cloud: Any) -> int:
    return int(np.count_nonzero(load("live.labels").read(cloud)))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_opens_as_a_cloud_with_its_labels_and_pictures(
    load: Load, files: dict[str, Any], name: str
) -> None:
    assert open_kind(files[name]) == {"FINISHED"}
    cloud = bpy.context.active_object
    assert len(cloud.data.vertices) == (72 if name == "audio windows" else 36)
    expected = {
        "embeddings": 0,
        "text lines": 0,
        "idx": 36,
        "huggingface audio": 36, "huggingface table": 36,
        "audio windows": 36,
    }.get(name, 18)
    assert labelled(load, cloud) == expected
    assert {c.name for c in cloud.latent.categories} <= {"oak", "pine", "fern", "0", "1", "2"}
    pictured = name in ("idx", "images", "audio", "audio windows", "huggingface images", "huggingface audio")
    assert (load("scene.nodes").get_input(cloud, "Shape") == "Pictures") == pictured
    positions = load("scene.cloud").read_positions(cloud)
    assert np.isfinite(positions).all() and np.abs(positions).max() <= 10 and positions.std() > 1


def test_a_table_trains_is_labelled_and_its_labels_come_out(
    load: Load, files: dict[str, Any], tmp_path: Path
) -> None:
    open_kind(files["csv"], label="-")
    cloud = bpy.context.active_object
    assert "soil: category of 2 values" in cloud.latent.dataset_notes
    load("live.labels").set_selected(cloud, np.arange(36) < 7)
    bpy.ops.latent.assign(name="=evil")
    bpy.ops.latent.advance(steps=8)
    assert bpy.ops.latent.export(what="labels", filepath=str(tmp_path / "labels.csv")) == {"FINISHED"}
    with (tmp_path / "labels.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["id"] for row in rows] == [f"tree-{n}" for n in range(7)]
    assert {row["category"] for row in rows} == {"'=evil"} and {row["source"] for row in rows} == {"SCRIPT"}


def test_labels_from_a_file_are_one_edit_that_undo_takes_back(
    load: Load, files: dict[str, Any], tmp_path: Path
) -> None:
    open_kind(files["csv"], label="-")
    cloud = bpy.context.active_object
    (tmp_path / "labels.csv").write_text("id,category\ntree-3,ash\ntree-9,'=elm\n", encoding="utf-8")
    assert bpy.ops.latent.import_labels(filepath=str(tmp_path / "labels.csv")) == {"FINISHED"}
    assert labelled(load, cloud) == 2 and {c.name for c in cloud.latent.categories} == {"ash", "=elm"}
    trainer = load("live.session").running()
    load("live.blocking").wait_acknowledged(trainer, bpy.context)
    assert trainer.opened.edits + trainer.book.sent_count and not trainer.book.pending
    view = load("training.run_view").RunView(load("live.paths").resolved(cloud.latent.run_path))
    assert [edit.source for edit in view.edits] == ["IMPORT"]
    bpy.ops.latent.advance(steps=4)
    bpy.ops.latent.show_history()
    (tmp_path / "labels.csv").write_text("id,category\ntree-4,ash\n", encoding="utf-8")
    assert bpy.ops.latent.import_labels(filepath=str(tmp_path / "labels.csv")) == {"FINISHED"}
    assert labelled(load, cloud) == 3 and not load("scene.playback").is_history(cloud), "a label returns to live"
    (tmp_path / "labels.csv").write_text("id,category\nnobody,ash\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="names the sample 'nobody', which this cloud does not hold"):
        bpy.ops.latent.import_labels(filepath=str(tmp_path / "labels.csv"))
    assert labelled(load, cloud) == 3


@pytest.mark.parametrize("what", ["embeddings", "folder", "projector", "model"])
def test_each_export_is_written_from_blender(
    load: Load, files: dict[str, Any], tmp_path: Path, what: str
) -> None:
    open_kind(files["images"])
    bpy.ops.latent.advance(steps=4)
    target = tmp_path / ("e.npz" if what == "embeddings" else what)
    assert bpy.ops.latent.export(what=what, filepath=str(target)) == {"FINISHED"}
    if what == "embeddings":
        with np.load(target) as found:
            shown = load("scene.cloud").read_positions(bpy.context.active_object)
            assert np.allclose(found["x"], shown, atol=1e-5), "what is exported is what is shown"
    else:
        found_files = {path.name for path in target.iterdir()}
        assert (
            found_files
            == {
                "folder": {"oak", "pine", "fern"},
                "projector": {
                    "tensors.tsv",
                    "metadata.tsv",
                    "sprite.png",
                    "projector_config.json",
                    "projector_config.pbtxt",
                },
                "model": {"model.onnx", "preprocessing.npz", "README.md"},
            }[what]
        )
    with pytest.raises(RuntimeError, match=r"not empty|written as"):
        bpy.ops.latent.export(
            what=what, filepath=str(target if what != "embeddings" else tmp_path / "x.xlsx")
        )


def test_new_data_is_shown_as_ghost_points_and_changes_nothing(load: Load, files: dict[str, Any]) -> None:
    open_kind(files["csv"])
    cloud = bpy.context.active_object
    bpy.ops.latent.advance(steps=60)
    before, objects = labelled(load, cloud), set(bpy.data.objects.keys())
    assert bpy.ops.latent.classify(filepath=files["csv"]["path"]) == {"FINISHED"}
    ghosts = next(ob for ob in bpy.data.objects if ob.name not in objects and "novelty" in ob.data.attributes)
    assert not ghosts.latent.is_cloud and ghosts.parent == cloud and len(ghosts.data.vertices) == 36
    data = load("scene.cloud")
    assert np.abs(data.read_positions(ghosts) - data.read_positions(cloud)).max() < 0.5, (
        "the same samples lie where they lay"
    )
    prediction, labels = data.read_ints(ghosts.data, "prediction"), load("live.labels").read(cloud)
    assert (prediction == labels)[labels > 0].mean() > 0.8
    assert labelled(load, cloud) == before and bpy.context.active_object == cloud
    depsgraph = bpy.context.evaluated_depsgraph_get()
    assert (
        sum(
            1
            for i in depsgraph.object_instances
            if i.is_instance and i.parent and i.parent.original == ghosts
        )
        == 36
    )


@pytest.mark.parametrize("case", ["ragged", "text", "missing", "escape"])
def test_a_bad_file_is_told_in_one_sentence_and_the_scene_stays(
    load: Load, files: dict[str, Any], tmp_path: Path, case: str
) -> None:
    open_kind(files["csv"])
    cloud = bpy.context.active_object
    name = cloud.name
    path = tmp_path / ("\x1b[31mbad.csv" if case == "escape" else "bad.csv")
    if case != "missing":
        path.write_text("a,b\n" + "1,2\n" * 9 + ("x,3\n" if case == "text" else "1\n"), encoding="utf-8")
    words = {"text": r"column 'a', row 11 holds 'x'", "missing": "nothing at"}.get(
        case, "row 11 has 1 cell where 2 belong"
    )
    objects = set(bpy.data.objects.keys())
    with pytest.raises(RuntimeError, match=words) as caught:
        bpy.ops.latent.open_dataset(filepath=str(path), wait=True)
    assert "\x1b" not in str(caught.value)
    assert set(bpy.data.objects.keys()) == objects and bpy.context.active_object.name == name
    assert bpy.ops.latent.advance(steps=2) == {"FINISHED"}, "the cloud before goes on"


ENCODER = """
from torch import nn

def build(sample_shape):
    return nn.Sequential(nn.Linear(sample_shape[0], 16), nn.ReLU())
"""


def test_an_own_encoder_is_asked_about_and_its_trust_is_kept_in_the_preferences_only(
    load: Load, files: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "mine.py"
    path.write_text(ENCODER, encoding="utf-8")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(RuntimeError, match="code that is not trusted on this computer yet"):
        open_kind(files["csv"], encoder=str(path))
    with pytest.raises(RuntimeError, match="has another hash"):
        bpy.ops.latent.trust_encoder(filepath=str(path), sha256="0" * 64)
    assert bpy.ops.latent.trust_encoder(filepath=str(path), sha256=sha256) == {"FINISHED"}
    assert open_kind(files["csv"], encoder=str(path)) == {"FINISHED"}
    assert bpy.ops.latent.advance(steps=3) == {"FINISHED"}
    blend = tmp_path / "scene.blend"
    bpy.ops.wm.save_as_mainfile(filepath=str(blend), compress=False)
    assert sha256.encode() not in blend.read_bytes(), "a .blend carries no trust"
    bpy.ops.latent.distrust_encoder(index=0)
    load("live.session").stop()
    with pytest.raises(RuntimeError, match="not trusted"):
        bpy.ops.latent.advance(steps=1)


def test_a_sound_stays_reachable(load: Load, files: dict[str, Any]) -> None:
    open_kind(files["audio windows"])
    cloud = bpy.context.active_object
    load("live.labels").set_selected(cloud, np.arange(72) == 1)
    media = load("live.media").media_of(cloud)
    assert media.path.is_file() and media.path.suffix in (".wav", ".flac", ".ogg", ".mp3")
    assert media.end - media.start == pytest.approx(0.2, abs=0.05) and media.start == pytest.approx(0.2)
    import aud

    assert aud.Sound(str(media.path)).limit(media.start, media.end).specs[0] > 0, (
        "Blender's own audio reads it"
    )


def test_the_reason_stands_though_the_trainer_s_end_comes_in_the_same_tick(load: Load, files: dict[str, Any]) -> None:
    open_kind(files["csv"])
    pump, protocol, trainer = load("live.pump"), load("training.protocol"), load("live.session").running()
    for sentence in ("bad.csv: row 3 has 1 cell where 2 belong.", "The trainer ended with code 1."):
        pump.handle(trainer, protocol.Failed("X", sentence, True), bpy.context, 0.0)
    assert trainer.failure == trainer.problem == "bad.csv: row 3 has 1 cell where 2 belong."


def test_a_run_made_in_blender_replays_bit_for_bit_over_labels_forces_a_killed_trainer_and_a_restart(
    load: Load, files: dict[str, Any]
) -> None:
    open_kind(files["csv"], label="-")
    cloud, blocking = bpy.context.active_object, load("live.blocking")
    trainer = load("live.session").running()
    bpy.ops.latent.advance(steps=9)
    load("live.labels").set_selected(cloud, np.arange(36) % 3 == 0)
    bpy.ops.latent.assign(name="first")
    bpy.ops.latent.advance(steps=7)
    bpy.ops.latent.save_checkpoint()
    cloud.latent.repel = 2.0
    bpy.ops.latent.advance(steps=8)
    os.kill(trainer.client.pid, signal.SIGKILL)
    with pytest.raises(load("core.errors").TrainerError):
        blocking.wait_until(trainer, bpy.context, lambda: False, "its end", 20.0)
    trainer.restart()
    blocking.wait_until(trainer, bpy.context, lambda: trainer.ready and trainer.opened is not None, "the restart", 600.0)
    load("live.labels").set_selected(cloud, np.arange(36) % 3 == 1)
    bpy.ops.latent.assign(name="second")
    bpy.ops.latent.advance(steps=9)
    folder = load("live.paths").resolved(cloud.latent.run_path)
    load("live.session").stop()
    python = os.environ["LATENT_LASSO_TRAINER_PYTHON"]
    facts = load("live.errand").Errand(python, ["replay", str(folder)]).wait(lambda share, text: None)
    assert facts["same"] and facts["equal"] == facts["records"] >= 6, facts
    assert facts["steps"] > 24, "what was trained before the kill is repeated too"
