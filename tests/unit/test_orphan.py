"""Blender dies: its trainer finishes its write and is gone within 5 s, also where Python is kept from running meanwhile."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from test_trainer_process import PATIENCE, Child, edit, gone, stored

from latent_lasso import training
from latent_lasso.training import orphan, protocol
from tools.faults.slow_disk import SlowDisk, compiler

ENTRY = Path(training.__file__).parent
HOURS = 3600
ORPHAN_SECONDS = 5.0
"""What the trainer promises."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")

PARENT = """
import sys, time
from pathlib import Path
from latent_lasso.core.version import PROTOCOL, VERSION
from latent_lasso.training import protocol
from latent_lasso.training.client import TrainerClient
from latent_lasso.training.datasets import DatasetRef
folder, entry, lease = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
client = TrainerClient.start(sys.executable, folder / "trainer.log", entry)
client.send(protocol.Open(VERSION, PROTOCOL, "c", str(folder / "run"), DatasetRef("digits"), {"threads": 1}))
client.send(protocol.Lease(lease, 600.0))
opened = False
while not (client.take_snapshot() is not None if lease else opened):
    opened |= any(isinstance(message, protocol.Opened) for message in client.poll())
    time.sleep(0.01)
print(client.pid, flush=True)
time.sleep(600)
"""
HELD = """
import builtins, ctypes, pathlib, runpy, sys, time
real = builtins.__import__
def held(name, *rest, **more):
    if name == "torch":
        sleep = ctypes.PyDLL(None).sleep
        while not pathlib.Path({go!r}).exists():  # that the run is open is written by another thread
            time.sleep(0.01)
        pathlib.Path({mark!r}).touch()
        sleep(600)  # as the loading of a large library does, it lets no Python run meanwhile
    return real(name, *rest, **more)
builtins.__import__ = held
sys.argv = [{entry!r}, "serve"]
runpy.run_path({entry!r}, run_name="__main__")
"""


def start(folder, entry=ENTRY, lease=10**9):
    """(parent, pid of its trainer), with the run open."""
    command = [sys.executable, "-c", textwrap.dedent(PARENT), str(folder), str(entry), str(lease)]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.stdout.close()
    assert not gone(pid)
    return parent, pid


def die(parent, pid):
    """Kill the parent; whether its trainer is gone in time."""
    parent.kill()
    parent.wait()
    ends = time.monotonic() + ORPHAN_SECONDS
    while not gone(pid) and time.monotonic() < ends:
        time.sleep(0.02)
    return gone(pid)


def test_a_library_that_keeps_python_from_running_does_not_keep_an_orphan_alive(tmp_path):
    script, go, mark = tmp_path / "held.py", tmp_path / "go", tmp_path / "held"
    script.write_text(textwrap.dedent(HELD).format(entry=str(ENTRY), go=str(go), mark=str(mark)))
    parent, pid = start(tmp_path, script, lease=0)
    go.touch()
    ends = time.monotonic() + PATIENCE
    while not mark.exists():
        assert time.monotonic() < ends and not gone(pid), "the training thread never came to its import"
        time.sleep(0.01)
    in_time = die(parent, pid)
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    assert in_time, "the trainer outlived its parent by 5 s"
    assert stored(tmp_path / "run")[1] == 0


def test_an_orphan_that_trains_finishes_its_write_a_checkpoint_of_its_last_step(tmp_path):
    parent, pid = start(tmp_path)
    assert die(parent, pid), "the trainer outlived its parent by 5 s"
    assert list((tmp_path / "run").glob("checkpoint-*.pt")) and not list((tmp_path / "run").glob("*.partial"))


@pytest.mark.skipif(not compiler(), reason="needs a C compiler: syncs are slowed by a preloaded library")
def test_a_disk_that_takes_longer_than_an_orphan_has_leaves_a_run_that_opens(tmp_path):
    slow = SlowDisk(tmp_path, ENTRY)
    parent, pid = start(tmp_path, slow.entry)
    slow.takes(3.0)
    in_time = die(parent, pid)
    if not in_time:
        os.kill(pid, signal.SIGKILL)
    assert in_time, "the trainer outlived its parent by 5 s"
    slow.takes(0.0)
    (tmp_path / "run" / "checkpoint-000000009.partial").write_bytes(b"half")
    again = Child(tmp_path)
    again.open(dataset=None)
    again.until(protocol.Opened)
    again.apply(edit([1], 1))
    again.until(protocol.Status, lambda message: message.state == "PAUSED")
    assert not list(again.run.glob("*.partial")), "what was being written then is cleared away"
    again.client.close()


def test_the_end_of_the_thread_that_started_a_trainer_is_not_blenders_end(tmp_path):
    made = []
    thread = threading.Thread(target=lambda: made.append(Child(tmp_path)))
    thread.start()
    thread.join()
    child = made[0]
    child.open()
    child.until(protocol.Opened)
    ends = time.monotonic() + orphan.ALARM_SECONDS + 2.0
    while time.monotonic() < ends:  # as Blender does: a word twice a second
        child.client.send(protocol.AskAlive())
        time.sleep(0.5)
    child.apply(edit([1], 1))
    assert child.client.close() == 0
