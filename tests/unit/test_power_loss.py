"""The power goes in the middle of a run: it opens, and every acknowledged label is there. `make power-loss` cuts everywhere."""

import io
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from latent_lasso.training import protocol
from tools.power_loss import sequence, survival

pytestmark = pytest.mark.skipif(not survival.compiler(), reason="needs a C compiler: writes are seen by a preloaded library")
SHARED = Path("/dev/shm")


@pytest.fixture(scope="module", params=["local", "network"])
def written(request, tmp_path_factory):
    """(calls, root, places: how many) of a trainer that labelled, trained, saved, thinned out, closed and came again."""
    folder = tmp_path_factory.mktemp("written")
    ways = ("network",) if request.param == "network" else ()
    return (*survival.write_down(folder / request.param, *ways), 14 if ways else 34)


def acknowledging(lines, root):
    """The calls by which the trainer said that an edit is on disk."""
    disk, places = sequence.Disk(root), []
    for number, line in enumerate(lines, 1):
        more = disk.play(line)
        if b'"type":"Acknowledged"' in more:
            places.append(number)
    return places


def test_nothing_that_a_trainer_does_to_its_folder_stays_unseen(written):
    lines, root, _ = written
    assert survival.same_as_left(lines, root) == []
    names = {line.data.decode() for line in lines if line.what in "OU"}
    assert any("segment-0002" in name for name in names), "epochs were thinned out"
    assert any("checkpoint" in name for name in names)


def test_after_any_call_the_run_opens_and_holds_every_acknowledged_label(written, tmp_path):
    lines, root, places = written
    step = len(lines) // places
    told = acknowledging(lines, root)
    assert len(told) > survival.EDITS
    wanted = {*range(step, len(lines), step), *told[:: max(1, len(told) // 8)], len(lines)}
    scratch = (SHARED if SHARED.is_dir() else tmp_path) / f"latent-lasso-{tmp_path.name}"
    try:
        found = survival.survey(lines, root, wanted, scratch)
    finally:
        survival.shutil.rmtree(scratch, ignore_errors=True)
    assert found.problems == [] and found.lost == 0 and found.opened == found.states
    assert found.places == len(wanted) and found.acknowledged > 10 * places


def test_a_run_that_did_not_sync_would_be_found_out(written, tmp_path):
    lines, root, _ = written
    lazy = [line for line in lines if line.what != "S"]
    found = survival.survey(lazy, root, {len(lazy) // 2, len(lazy)}, tmp_path / "scratch", ["dropped"])
    assert found.lost == found.acknowledged > 0


def test_unsynced_writes_may_be_lost_torn_or_out_of_order():
    file = sequence.File(b"a" * 2048)
    file.waiting = [(0, b"b" * 2048), (2048, b"c" * 1024), (1000, None)]
    disk = sequence.Disk("/r")
    disk.names, disk.seen = {"f": file}, {"f": file}
    assert disk.after("dropped", 0)["f"] == b"a" * 2048 and disk.after("kept", 0)["f"] == b"b" * 1000
    seen = {disk.after("shuffled 1", seed)["f"] for seed in range(3000)}
    assert b"a" * 2048 + b"c" * 1024 in seen and b"b" * 512 + b"a" * 1536 in seen and b"a" * 1000 in seen
    file.sync()
    assert disk.after("dropped", 0)["f"] == b"b" * 1000
    disk.change("gone", "f", None)
    assert "f" in disk.after("dropped", 0) and "f" not in disk.after("kept", 0)
    disk.sync_folder(".")
    assert "f" not in disk.after("dropped", 0)


def test_messages_that_are_not_whole_acknowledge_nothing():
    from latent_lasso.training import frames

    raw = b"".join(bytes(piece) for piece in frames.encode(protocol.Acknowledged(["a"])))
    assert [m.edit_ids for m in survival.messages_in(raw + raw[:-1])] == [["a"]]
    assert survival.messages_in(io.BytesIO(raw).read(20)) == []
