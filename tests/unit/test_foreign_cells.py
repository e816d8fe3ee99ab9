"""A run's facts and cells, each in turn of another kind: one sentence, whoever opens, reads or exports it."""

import contextlib
import json
import shutil
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from runs import recorded
from test_store import edit

from latent_lasso.core.categories import Category
from latent_lasso.core.errors import LatentError
from latent_lasso.training import curves, frames, opening, own_labels, protocol, run_view
from latent_lasso.training.datasets import DatasetRef
from latent_lasso.training.exports import export
from latent_lasso.training.store import DATABASE, RunStore

POINTS = 12
"""As many as runs.recorded() records."""


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A run of pictures in files of their own, with labels, categories, recorded epochs and an atlas."""
    root = tmp_path_factory.mktemp("foreign")
    (root / "pictures").mkdir()
    for number in range(POINTS):
        pixels = np.random.default_rng(number).integers(0, 255, (8, 8, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(root / "pictures" / f"{number:02d}.png")
    asked = protocol.Open("", 1, "c", str(root / "run"), DatasetRef("images", str(root / "pictures")), {"threads": 1})
    store = opening.open_run(asked, lambda message: None).store
    store.set_categories([Category(1, "oak", (0.1, 0.2, 0.3))])
    store.apply_edits([edit(np.arange(4), 1)])
    store.mark_applied(1, 1, 0.1)
    recorded(store, [1, 2])
    store.note_metrics(1, {"loss": 0.5})
    store.close()
    return root / "run"


def opened(run, target):
    said = []
    opening.open_run(protocol.Open("", 1, "c", str(run), None), said.append).store.close()
    for message in said:
        frames.encode(message)


def viewed(run, target):
    view = run_view.RunView(run)
    try:
        view.newest(), view.media(), view.engine_log(), view.last_metrics(), view.history.edits()
    finally:
        view.close()


def looked_up(run, target):
    run_view.sample_row(run, 1)
    run_view.samples_named(run, "0", 3)
    run_view.data_folder(run)
    own_labels.read(run, POINTS)


USES = [
    opened,
    viewed,
    looked_up,
    lambda run, target: (curves.read(run), curves.marks(run)),
    lambda run, target: export(run, "labels", target / "labels.csv"),
    lambda run, target: export(run, "labels", target / "labels.json"),
    lambda run, target: export(run, "embeddings", target / "embeddings.npz"),
    lambda run, target: export(run, "folder", target / "folder"),
    lambda run, target: export(run, "projector", target / "projector"),
]


def used(run, target):
    """How many uses are refused; anything but a LatentError comes out."""
    refused = 0
    for number, use in enumerate(USES):
        (target / str(number)).mkdir(parents=True)
        try:
            use(run, target / str(number))
        except LatentError as error:
            assert error.sentence.isprintable() and error.sentence.endswith(".")
            refused += 1
    return refused


def changed(original, folder, statement, *values):
    shutil.copytree(original, folder / "run")
    # a column that takes no such cell is left as it is
    with closing(sqlite3.connect(folder / "run" / DATABASE)) as database, contextlib.suppress(sqlite3.IntegrityError), database:
        database.execute(statement, values)
    return folder / "run"


def test_a_run_as_it_was_made_is_refused_to_nobody(original, tmp_path):
    assert used(changed(original, tmp_path, "SELECT 1"), tmp_path) == 0


FACTS = [
    ("atlas", ()), ("atlas", ("file",)), ("atlas", ("tile_px",)), ("atlas", ("columns",)), ("atlas", ("gutter",)),
    ("configuration", ()), ("configuration", ("batch",)), ("configuration", ("forces",)), ("created_unix", ()),
    ("dataset", ()), ("dataset", ("path",)), ("dataset", ("kind",)), ("dataset", ("options",)), ("dataset_hash", ()),
    ("description", ()), ("description", ("kind",)), ("description", ("notes",)), ("description", ("shape",)), ("run_id", ()),
    ("versions", ()), ("threads", ()),
]  # fmt: skip
HOSTILE = ["null", "-1", "1e400", "NaN", "[[1]]", "{}", '"x"', "1" + "0" * 300, ""]
"""Of a fact, as JSON; the last one takes it away."""


@pytest.mark.parametrize(("key", "way"), FACTS, ids=[".".join((key, *way)) for key, way in FACTS])
def test_a_fact_of_another_kind_is_one_sentence(original, tmp_path, key, way):
    with closing(sqlite3.connect(original / DATABASE)) as database:
        (text,) = database.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    for number, hostile in enumerate(HOSTILE):
        value = json.loads(text)
        if not way:
            written = hostile
        elif hostile:
            written = json.dumps({**value, way[0]: "@"}).replace('"@"', hostile)
        else:
            written = json.dumps({name: inner for name, inner in value.items() if name != way[0]})
        statement = "UPDATE meta SET value = ? WHERE key = ?" if written else "DELETE FROM meta WHERE value != ? AND key = ?"
        used(changed(original, tmp_path / str(number), statement, written, key), tmp_path / str(number))


CELLS = {
    "samples": "id name tile", "categories": "revision id name red", "edits": "gesture_id source displayed_step applied_step "
    "annotator created_unix points samples new crc", "segments": "segment file points", "records": "row step epoch positions_crc",
    "metrics": "value", "media": "file start_s end_s", "labels": "categories",
}  # fmt: skip
COLUMNS = [(table, column) for table, columns in CELLS.items() for column in columns.split()]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(pair) for pair in COLUMNS])
def test_a_cell_of_another_kind_is_one_sentence(original, tmp_path, table, column):
    for number, hostile in enumerate([-1, 2**62, 1e300, float("inf"), "x", b"\xff\xfe", ""]):
        run = changed(original, tmp_path / str(number), f"UPDATE OR IGNORE {table} SET {column} = ?", hostile)
        used(run, tmp_path / str(number))


def test_a_run_of_older_versions_that_says_less_is_opened_all_the_same(original, tmp_path):
    run = changed(original, tmp_path, "DELETE FROM meta WHERE key IN ('preprocessing', 'disk_limit', 'annotator')")
    RunStore.open_run(run).close()
    opened(run, tmp_path)


def test_a_run_whose_samples_would_take_any_amount_of_memory_is_refused(original, tmp_path):
    with closing(sqlite3.connect(original / DATABASE)) as database:
        (text,) = database.execute("SELECT value FROM meta WHERE key = 'description'").fetchone()
    written = json.dumps({**json.loads(text), "shape": [2**20, 2**20]})
    run = changed(original, tmp_path, "UPDATE meta SET value = ? WHERE key = 'description'", written)
    for use in (run_view.RunView, RunStore.open_run):
        with pytest.raises(LatentError, match="more numbers than can be"):
            use(run)
