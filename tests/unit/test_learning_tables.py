"""What `make learning` lays out, and the file formats that its data sets need: R's tables are read, MIDI is written."""

import lzma
import struct

import pytest

from bench.learning import JOBS
from bench.learning_tables import markdown
from tools.learning_data import SETS
from tools.midi import track_of
from tools.rda import data_frame


def row(method, held, **more):
    facts = {"seeds": [0, 1], "version": "1", "command": "x", "code": ["a"]}
    return {"method": method, "held": {"mean": held, "std": 0.01}, **facts, **more}


def test_every_job_has_a_name_of_its_own_and_data_that_can_be_made():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert {job.data for job in JOBS} <= {"digits", *SETS}


def test_every_set_of_our_own_is_held_against_its_best_baseline():
    apart = {"held": {"mean": 0.0, "low": -0.1, "high": 0.1}}
    rows = [row("umap", 0.9, ours_minus_this=apart), row("ours", 0.9, best_baseline={"held": "umap"})]
    own = [job.name for job in JOBS if job.seeds == "own"]
    said = markdown({name: rows for name in own}, {})
    assert "notes" in own and all(f"| {name} | held less umap | high ≥ 0 |" in said for name in own)


def test_a_bar_is_held_or_missed_and_the_best_baseline_is_named():
    best = row("umap", 0.94, ours_minus_this={"held": {"mean": 0.01, "low": -0.002, "high": 0.022}})
    tables = {
        "digits-5": [best, row("ours", 0.95, best_baseline={"held": "umap"}, fill={"mean": 0.7, "std": 0})],
        "digits-5-live": [row("ours", 0.94)],
        "ablation-room": [row("ours", 0.9, settings={"forces": {"room": 0}}), row("ours_predictor", 0.91)],
    }
    said = markdown(tables, {"ablation-S-4": "left out"})
    assert "| digits-5 | held | ≥ 0.955 | 0.9500 | **missed** |" in said
    assert "| digits-5 | fill | ≥ 0.66 | 0.7000 | held |" in said
    assert "| digits-5-live | held | ≥ 0.9350 | 0.9400 | held |" in said
    assert "| digits-5 | held less umap | low > 0 | +0.0100 [-0.0020, +0.0220] | **missed** |" in said
    assert "umap (best)" in said and "| room | forces.room=0 | 0.900 ± 0.010" in said and "left out" in said


def item(kind, body=b"", flags=0):
    return struct.pack(">i", kind | flags) + body


def text(value):
    return item(9, struct.pack(">i", len(value)) + value)


def named(name, value, rest):
    return item(2, item(1, text(name)) + value + rest, 1024)


def test_a_data_frame_of_r_is_read_with_its_factors(tmp_path):
    numbers = item(14, struct.pack(">i2d", 2, 1.5, -2.0))
    levels = named(b"levels", item(16, struct.pack(">i", 2) + text(b"oak") + text(b"fern")), item(254))
    factor = item(13, struct.pack(">i2i", 2, 2, 1) + levels, 512)
    names = named(b"names", item(16, struct.pack(">i", 2) + text(b"height") + text(b"kind")), item(254))
    frame = item(19, struct.pack(">i", 2) + numbers + factor + names, 512)
    content = b"RDX2\nX\n" + struct.pack(">3i", 2, 0, 0) + named(b"plants", frame, item(254))
    (tmp_path / "plants.rda").write_bytes(lzma.compress(content))
    assert data_frame(tmp_path / "plants.rda") == {"height": [1.5, -2.0], "kind": ["fern", "oak"]}
    (tmp_path / "other.rda").write_bytes(b"RDX9" + content)
    with pytest.raises(ValueError, match="version 2"):
        data_frame(tmp_path / "other.rda")


def test_notes_are_written_as_a_midi_file_whose_ticks_are_milliseconds():
    header, track = (content := track_of(11, [(0, 300, 60, 90), (2000, 900, 72, 40)]))[:14], content[22:]
    assert header == b"MThd" + struct.pack(">I3H", 6, 0, 1, 500)
    assert content[14:22] == b"MTrk" + struct.pack(">I", len(track))
    events, now, at = [], 0, 0
    while at < len(track):
        now, at = now + ((track[at] & 0x7F) << 7) + track[at + 1], at + 2
        length = 2 if track[at] >> 4 == 0xC else 3
        events.append((now, tuple(track[at : at + length])))
        at += length
    assert events == [
        (0, (0xC0, 11)),
        *((0, (0x90, 60, 90)), (300, (0x80, 60, 0)), (1500, (0xB0, 120, 0))),
        *((2000, (0x90, 72, 40)), (2900, (0x80, 72, 0)), (3500, (0xB0, 120, 0))),
        (3500, (0xFF, 0x2F, 0)),
    ]
