"""A branch of a run: what it was at a recorded epoch, as a run of its own that goes another way. Imports torch.

The old run is only read. Its engine is brought back to the epoch: from the nearest checkpoint before it that is still there, else
from the beginning, by the log of what the engine was told (see replay.py).
"""

from __future__ import annotations

import copy
import shutil
import sqlite3
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..core.errors import StoreError
from ..core.text import reason
from . import checkpoints, label_table, migrations, own_labels, same_data, segments
from .config import Forces, TrainConfig
from .datasets.dataset import Progress
from .edit_rows import connect
from .engine import Engine
from .filesystem import sync_folder
from .history import Record
from .placing import memory_of
from .reading import inside
from .replay import Player
from .run_view import RunView
from .store import DATABASE
from .store_notes import Notes

LEFT = ("run.sqlite*", "run.lock", "segment-*", "checkpoint-*", "*.partial", "events")
"""What of the old folder is not copied as it is."""

Log = list[tuple[int, str, Any]]


@dataclass(frozen=True)
class Branched:
    """A run that was made. edits: label edits it holds; left_out: what was said later and is not in it, a sentence each.

    began: the step of the checkpoint that the engine was brought back from, 0 for the beginning. distance: how far the
    farthest point lies from where the old run recorded it, in room units; 0 where all came out bit for bit.
    """

    run: str
    run_id: str
    step: int
    epoch: float
    records: int
    edits: int
    left_out: tuple[str, ...]
    began: int
    distance: float


def branch(source: Path, epoch: float, target: Path, progress: Progress, trusted: tuple[str, ...] = ()) -> Branched:
    """Branch the run in `source` off at the last epoch recorded at or before `epoch`, into the new folder `target`.

    Raises StoreError where there is no such epoch or the folder is taken, DataError where the data is gone or another.
    """
    if target.exists():
        raise StoreError("{target} is there already; choose another folder for the branch.", target=target)
    view = RunView(source)
    try:
        record = chosen(view, epoch)
        log = log_until(view, record)
        engine, began = brought_back(view, log, progress, trusted)
        positions = engine.positions()
        assert positions is not None
        was = segments.read_sample(view.history.positions_path, record.row)
        distance = float(np.linalg.norm(positions - was, axis=1).max())
        told = [int(value) for _, what, value in log if what == "labels"]
        # an older version took the data's own labels in after it had recorded epoch 0
        edits = max([own_labels.number(source, view.history.connection), *told])
        left_out = tuple(in_words(view, edits))
        run_id = write(view, record, len(log), edits, engine, target)
    finally:
        view.close()
    step = record.step
    return Branched(str(target), run_id, step, record.epoch, record.index + 1, edits, left_out, began, distance)


def chosen(view: RunView, epoch: float) -> Record:
    """The last recorded epoch at or before `epoch`; the first where that is later."""
    records = view.history.records
    if not records:
        raise StoreError("The run in {folder} has no recorded epoch yet; train it a while first.", folder=view.folder)
    return next((record for record in reversed(records) if record.epoch <= epoch + 1e-9), records[0])


def log_until(view: RunView, record: Record) -> Log:
    """What the engine was told and did up to the moment that epoch was recorded."""
    whole = view.engine_log()
    row = view.history.connection.execute("SELECT positions_crc FROM records WHERE record = ?", (record.index,)).fetchone()
    for place in range(len(whole) - 1, -1, -1):
        step, what, value = whole[place]
        if (step, what) == (record.step, "record") and int(value) == row[0]:
            return whole[: place + 1]
    raise StoreError(
        "The run in {folder} kept no log of that epoch (an older version made it); choose a later one.",
        folder=view.folder,
    )


def brought_back(view: RunView, log: Log, progress: Progress, trusted: tuple[str, ...]) -> tuple[Engine, int]:
    """(the engine as it was at the end of the log, the step of the checkpoint it began from)."""
    dataset, _different = same_data.read(view, same_data.reference(view), progress)
    config = TrainConfig.from_dict({**view.meta["configuration"], "threads": int(view.meta["threads"])})
    body = None
    if config.encoder:
        from .encoders import own

        body = own.load(view.folder, config, trusted, dataset.features.shape[1:])
    player = Player(view, dataset, config, body, progress)
    place, state = newest_checkpoint(view, log)
    if state is not None:
        player.engine = Engine(dataset, config, np.zeros(dataset.size, dtype=np.int32), body)
        player.states[log[place][0]] = copy.deepcopy(state)  # a trainer may have been restarted from it
        player.engine.load_state_dict(state)
        player.engine.set_forces(forces_before(log[: place + 1]))
    player.follow(log[place + 1 :], lambda step, crc: None)
    assert player.engine is not None
    return player.engine, 0 if state is None else log[place][0]


def newest_checkpoint(view: RunView, log: Log) -> tuple[int, dict[str, Any] | None]:
    """(its place in the log, the state) of the newest checkpoint that is still there and whole; (-1, None) without one."""
    after = [value for _, what, value in view.engine_log()[len(log) :] if what == "checkpoint"]
    for place in range(len(log) - 1, -1, -1):
        _, what, file = log[place]
        # one that was written again later is of another time
        if what != "checkpoint" or file in after or not inside(view.folder, file).is_file():
            continue
        state = checkpoints.read(view.folder / file)
        if state is not None:
            return place, state
    return -1, None


def forces_before(log: Log) -> Forces:
    """The multipliers that were set last."""
    for _, what, value in reversed(log):
        if what in ("start", "forces"):
            return Forces(**(value["forces"] if what == "start" else value))
    return Forces()


def in_words(view: RunView, edits: int) -> list[str]:
    """The label edits after the first `edits`, a sentence each."""
    said = []
    for edit in view.history.edits()[edits:]:
        names = ", ".join(view.name_of(number) for number in edit.categories if number) or "cleared"
        said.append(f"{names}: {edit.count:,} samples, seen at step {edit.displayed_step:,}")
    return said


def write(view: RunView, record: Record, logged: int, edits: int, engine: Engine, target: Path) -> str:
    """Write the branch's folder, under another name until it is whole. Returns its run's id. Raises StoreError."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        shutil.copytree(view.folder, partial, ignore=shutil.ignore_patterns(*LEFT))
        copied = sqlite3.connect(partial / DATABASE)
        view.history.connection.backup(copied)
        copied.close()
        database = connect(partial / DATABASE)
        migrations.migrate(database, partial / DATABASE)
        database.close()
        run_id = cut(view, partial, record, logged, edits)
        for path in (view.history.positions_path, view.history.state_path):
            copy_records(path, partial, view, record)
        file = checkpoints.save(partial, engine.step_count, {**engine.state_dict(), "memory": memory_of(engine)})
        database = connect(partial / DATABASE)
        notes = Notes(database)
        notes.note_checkpoint(record.step, file, edits)
        notes.log_engine(record.step, "checkpoint", file)
        database.close()
        partial.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise StoreError(
            "The branch could not be written to {target} ({reason}); free some space.",
            target=target, reason=reason(error),
        ) from error
    return run_id


def cut(view: RunView, folder: Path, record: Record, logged: int, edits: int) -> str:
    """Take out of the copied database what came after the epoch, and give it an id of its own, which is returned."""
    database = connect(folder / DATABASE)
    points = len(view.ids)
    with database:
        database.execute("DELETE FROM edits WHERE number NOT IN (SELECT number FROM edits ORDER BY number LIMIT ?)", (edits,))
        label_table.write(database, view.labels_after(edits))
        database.execute("DELETE FROM records WHERE record > ?", (record.index,))
        database.execute("DELETE FROM metrics WHERE step > ?", (record.step,))
        database.execute("DELETE FROM checkpoints")
        database.execute(
            "DELETE FROM engine_log WHERE number NOT IN (SELECT number FROM engine_log ORDER BY number LIMIT ?)", (logged,)
        )
        told = database.execute("SELECT COUNT(*) FROM engine_log WHERE what = 'forces'").fetchone()[0]
        database.execute("DELETE FROM forces WHERE rowid NOT IN (SELECT rowid FROM forces ORDER BY rowid LIMIT ?)", (told,))
        database.execute("UPDATE records SET segment = (SELECT MIN(segment) FROM segments), row = record")
        database.execute("DELETE FROM segments WHERE segment > (SELECT MIN(segment) FROM segments)")
        database.execute("UPDATE segments SET file = 'segment-0001.pc2', points = ?", (points,))
        notes = Notes(database)
        run_id = uuid.uuid4().hex
        notes.set_meta("branched_from", {"run_id": view.meta["run_id"], "step": record.step, "epoch": record.epoch})
        notes.set_meta("run_id", run_id)
        notes.set_meta("created_unix", time.time())
    database.close()
    return run_id


def copy_records(path: Path, folder: Path, view: RunView, record: Record) -> None:
    """Copy the recorded epochs up to `record`, one after another, into the branch's first segment."""
    name = "segment-0001.pc2" if path == view.history.positions_path else segments.state_file(Path("segment-0001.pc2")).name
    fresh = segments.PointCache(folder / name, len(view.ids), 0)
    for row in view.history.records[: record.index + 1]:
        fresh.append(segments.read_sample(path, row.row))
    fresh.close()
