"""Labels that are given while a trainer that died is started again: each reaches the run once, in the order it was given."""

import os
import signal
import sys
import time

import numpy as np
import pytest
from test_trainer_process import PATIENCE, stored

from latent_lasso.live.book import Gesture
from latent_lasso.live.running import Request, RunningTrainer
from latent_lasso.training import protocol
from latent_lasso.training.datasets import DatasetRef


class Person:
    """A trainer as Blender runs it, and somebody who labels."""

    def __init__(self, folder):
        np.save(folder / "points.npy", np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32))
        self.folder = folder / "run"
        request = Request("x", self.folder, DatasetRef("auto", str(folder / "points.npy")), {"threads": 1, "seed": 1})
        self.trainer = RunningTrainer(sys.executable, folder / "x.log", request)
        self.opened = 0

    def label(self, rows, category):
        current = self.trainer.book.sent.copy()
        current[rows] = category
        self.trainer.send_edit(self.trainer.book.difference(current, Gesture(), 0))

    def until(self, done):
        ends = time.monotonic() + PATIENCE
        while not done():
            assert time.monotonic() < ends
            for message in self.trainer.client.poll():
                if isinstance(message, protocol.Opened):
                    self.trainer.adopt(message, 0.0)
                    self.opened += 1
                elif isinstance(message, protocol.Acknowledged):
                    self.trainer.book.acknowledge(message.edit_ids)
            time.sleep(0.01)


@pytest.fixture
def person(tmp_path):
    made = Person(tmp_path)
    made.until(lambda: made.opened == 1)
    yield made
    made.trainer.close(8.0)


def test_a_label_given_while_the_trainer_starts_again_stays_behind_those_that_were_not_acknowledged(person):
    os.kill(person.trainer.client.pid, signal.SIGSTOP)
    person.label([3, 4], 1)
    os.kill(person.trainer.client.pid, signal.SIGKILL)
    person.trainer.restart()
    person.label([4], 2)
    person.until(lambda: person.opened == 2)
    person.until(lambda: not person.trainer.book.pending)
    person.trainer.close(8.0)
    labels, edits = stored(person.folder)
    assert edits == 2 and labels[[3, 4]].tolist() == [1, 2]
