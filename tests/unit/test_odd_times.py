"""What happens around a running trainer: its disk turns read-only, the clock jumps backward, the computer sleeps, its log grows."""

import os
import shutil
import signal
import subprocess
import textwrap
import time
from pathlib import Path

import pytest
from test_trainer_process import Child, edit, stored

from latent_lasso import training
from latent_lasso.training import client, protocol, retention

CLOCK = """
import os, sys, time
sys.path.insert(0, {site!r})
real = time.time
time.time = lambda: real() - (86400.0 if os.path.exists({back!r}) else 0.0)
from latent_lasso.training import cli
sys.argv = ["x", "serve"]
sys.exit(cli.main())
"""


@pytest.fixture
def forbid():
    """Let nobody make a file in a folder, and again: by its permissions, or, for root, whom they do not stop, by its attributes."""
    if os.geteuid() == 0 and shutil.which("chattr") is None:
        pytest.skip("root may write everywhere, and there is no chattr here")

    def set_(folder, forbidden):
        if os.geteuid():
            folder.chmod(0o555 if forbidden else 0o755)
        elif subprocess.run(["chattr", "+i" if forbidden else "-i", str(folder)], capture_output=True, check=False).returncode:
            pytest.skip("this file system knows no attributes")

    return set_


def test_a_run_folder_that_turns_read_only_under_a_running_trainer_is_said_labels_are_stored_and_training_goes_on_after(
    tmp_path, forbid
):
    child = Child(tmp_path)
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(3, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 3)
    forbid(child.run, True)
    try:
        child.client.send(protocol.Save("mine"))
        said = child.until(protocol.Status, lambda message: "checkpoint could not be written" in message.sentence)
        assert said.state == "WAITING" and said.sentence.endswith("see that this folder can be written to.")
        child.apply(edit(range(20), 1))  # into the database, which is open
    finally:
        forbid(child.run, False)
    child.until(protocol.Saved)
    child.client.send(protocol.Lease(6, 600.0))
    child.until(protocol.Snapshot, lambda message: message.step == 6)
    child.client.close()
    assert stored(child.run)[0].tolist()[:21] == [1] * 20 + [0]


def test_a_clock_that_jumps_backward_under_a_trainer_changes_no_order_and_stops_no_lease(tmp_path):
    back, script = tmp_path / "back", tmp_path / "clock.py"
    script.write_text(textwrap.dedent(CLOCK).format(site=str(Path(training.__file__).parents[2]), back=str(back)))
    child = Child(tmp_path, script)
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(10**9, 600.0))
    child.apply(edit(range(9), 1))
    child.until(protocol.Snapshot)
    back.touch()
    child.apply(edit(range(5), 2))
    child.messages.clear()
    child.client.send(protocol.Save("later"))
    child.until(protocol.Saved)
    child.messages.clear()
    child.until(protocol.Snapshot)  # it goes on, though its lease was granted a day later
    child.client.close()
    labels, edits = stored(child.run)
    assert edits == 2 and labels[:10].tolist() == [2] * 5 + [1] * 4 + [0]
    assert list(child.run.glob("checkpoint-*.pt"))


def test_checkpoints_of_an_hour_that_the_clock_saw_twice_stay_by_the_same_rule():
    later, earlier = 9 * 3600.0, 3 * 3600.0
    written = [(n, f"c{n}", 0, (later if n < 5 else earlier) + n) for n in range(10)]
    assert retention.kept(written) == {"c4", "c7", "c8", "c9"}


def test_a_trainer_that_slept_longer_than_its_lease_wakes_takes_labels_and_trains_again(tmp_path):
    child = Child(tmp_path)
    child.open()
    child.until(protocol.Opened)
    child.client.send(protocol.Lease(10**9, 1.0))
    child.until(protocol.Snapshot)
    os.kill(child.client.pid, signal.SIGSTOP)
    try:
        one = edit(range(5), 1)
        child.client.send(protocol.ApplyEdits([one]))
        time.sleep(2.0)
    finally:
        os.kill(child.client.pid, signal.SIGCONT)
    child.until(protocol.Acknowledged, lambda message: one.edit_id in message.edit_ids)
    child.messages.clear()
    child.client.send(protocol.Lease(10**9, 600.0))
    child.until(protocol.Snapshot)
    child.client.close()
    assert stored(child.run)[1] == 1


def test_a_long_log_is_put_aside_and_the_one_before_goes(tmp_path):
    log = tmp_path / "trainer.log"
    for size in (client.LONG_LOG + 1, client.LONG_LOG + 2):
        log.write_bytes(b"x" * size)
        client.rotate(log)
        assert not log.exists() and (tmp_path / "trainer.log.1").stat().st_size == size
    log.write_bytes(b"short")
    client.rotate(log)
    assert log.read_bytes() == b"short"
