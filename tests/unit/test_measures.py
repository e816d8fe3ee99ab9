"""What the benchmark counts, beside oracles: calibration, fill, trust, rotation, motion, a person's accuracy."""


import numpy as np
import pytest
from blobs import CONFIG, blobs

from latent_lasso.training.benchmark import measures
from latent_lasso.training.benchmark.lassos import Session
from latent_lasso.training.benchmark.motion import Effect, Motion, distances, kabsch
from latent_lasso.training.engine import Engine


def test_calibration_coverage_and_auroc_agree_with_what_was_built_in():
    random = np.random.default_rng(0)
    sure = random.uniform(0, 1, 40_000)
    right = random.uniform(0, 1, 40_000) < sure
    assert measures.calibration_error(sure, right) < 0.015
    assert measures.calibration_error(np.full(1000, 0.9), np.arange(1000) < 500) == pytest.approx(0.4)
    # the surest 100 are right, then every second one: 90 % right is reached at 125 samples
    order = np.linspace(1, 0, 200)
    right = np.r_[np.ones(100, bool), np.arange(100) % 2 == 1]
    assert measures.coverage_at(order, right, 0.9) == pytest.approx(125 / 200, abs=0.01)
    assert measures.coverage_at(order, np.zeros(200, bool)) == 0
    assert measures.auroc(np.array([1.0, 2, 3, 4]), np.array([0, 0, 1, 1])) == 1


def test_the_fill_of_a_room_is_one_for_a_uniform_cloud_and_nothing_outside_it():
    random = np.random.default_rng(1)
    uniform = random.uniform(-10, 10, (3000, 3)).astype(np.float32)
    assert measures.room_fill(uniform) == pytest.approx(1, abs=0.01)
    assert measures.room_fill(uniform + 40) == 0
    assert measures.room_fill(np.where(np.arange(3000)[:, None] % 2, uniform, 99)) == pytest.approx(0.5, abs=0.03)
    assert measures.room_fill(uniform / 8) < 0.4
    assert np.abs(measures.in_cube(uniform * 3 + 7)).max() <= 10
    kept = measures.same_shape_in_cube(uniform * [1, 2, 3] + 5)
    assert np.ptp(kept, axis=0) == pytest.approx(np.ptp(uniform, axis=0) * [1, 2, 3] / 3, rel=0.01)


def test_trust_looks_at_samples_of_all_classes_of_a_sorted_file():
    rows = measures.some(6000)
    assert len(rows) == 1500 and rows.min() < 100 and rows.max() > 5900 and len(set(rows.tolist())) == 1500
    assert measures.some(20).tolist() == list(range(20))


def test_kabsch_finds_a_rotation_and_tells_a_mirror():
    points = np.random.default_rng(2).normal(0, [1, 2, 3], (200, 3)).astype(np.float32)
    angle = np.radians(25)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    found, mirrored = kabsch(points, (points @ turn + 4).astype(np.float32))
    assert found == pytest.approx(25, abs=0.01) and not mirrored
    assert kabsch(points, points * np.float32([-1, 1, 1]))[1]


def test_motion_is_a_share_of_the_radius():
    points = np.random.default_rng(3).normal(0, 1, (500, 3)).astype(np.float32)
    points *= 2 / np.sqrt(((points - points.mean(0)) ** 2).sum(1).mean())
    moved = Motion()
    moved.begin(points)
    moved.add(points + np.float32([0.1, 0, 0]))
    step = points + np.float32([0.1, 0, 0])
    step[0] += np.float32([1.0, 0, 0])
    moved.add(step)
    found = moved.figures("motion")
    assert found["motion_median_worst"] == pytest.approx(0.05, abs=1e-4)
    assert found["motion_max_worst"] == pytest.approx(0.5, abs=1e-3) and found["motion_mirrored"] == 0
    assert Motion().figures("motion") == {}


def test_the_effect_of_a_lasso_is_read_from_distances_of_labelled_samples():
    labels = np.repeat([1, 2, 0], 20).astype(np.int32)
    room = np.zeros((60, 3), np.float32)
    room[20:40, 0], room[40:, 0] = 3, 9
    assert distances(room, labels, 1) == (0, 3)
    assert distances(room, np.where(labels == 1, 1, 0), 1) == (0, 0)
    data, truth = blobs(60)
    acted = Effect(Engine(data, CONFIG, np.zeros(60, np.int32)), truth.astype(np.int32))
    wider = room * 2
    wider[:20, 1] = np.arange(20)
    acted.compare("effect", room, wider, np.where(labels == 1, 1, 0), 1)  # nothing to be farther from yet
    acted.compare("effect", room, wider, labels, 1)
    acted.compare("effect", wider, room, labels, 1)
    assert acted.figures() == {"effect_closer": pytest.approx(2 / 3), "effect_farther": 0.5, "effect_both": 0.0}


def test_a_person_s_accuracy_is_on_found_classes_and_on_all(tmp_path):
    truth = np.repeat([1, 2], 50).astype(np.int32)
    room = np.zeros((100, 3), np.float32)
    room[50:] = 5
    session = Session(truth, 0)
    session.labels[:10], session.named = 1, [1]
    session.measure(room, "1")
    assert session.figures["found_1"] == 1 and session.figures["all_1"] == pytest.approx(40 / 90)
    assert session.figures["classes_1"] == 1
