"""Curves: what a run noted over its epochs, thinned, on axes with round numbers, and as a table."""

import csv
import math

import numpy as np
import pytest
from test_command_line import train

from latent_lasso.core import curves as core
from latent_lasso.core.errors import StoreError
from latent_lasso.training import curves
from latent_lasso.training.run_view import RunView
from latent_lasso.training.store import RunStore


def test_a_long_curve_keeps_its_shape_in_little_memory():
    curve = core.Curve()
    for epoch in range(10_000):
        curve.add(float(epoch), math.sin(epoch / 1000))
    assert len(curve.values) <= core.MOST and curve.epochs == sorted(curve.epochs)
    assert curve.epochs[0] == 0 and curve.epochs[-1] > 9900
    assert max(abs(v - math.sin(e / 1000)) for e, v in zip(curve.epochs, curve.values, strict=True)) == 0
    curve.add(5.0, 9.0)
    assert 9.0 not in curve.values, "time does not run back"


@pytest.mark.parametrize(("high", "expected"), [(1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]), (37.0, [0, 10, 20, 30]), (0.0, [0])])
def test_axes_carry_round_numbers(high, expected):
    assert np.allclose(core.ticks(high), expected)


def test_numbers_are_short():
    assert [core.short(v) for v in (0, 0.1234, 12.345, 12345, 3e-7)] == ["0", "0.123", "12.3", "12,345", "3.0e-07"]


def test_heights_lie_between_the_limits_also_on_a_logarithmic_axis():
    assert np.allclose(core.heights([0, 5, 10], 0, 10, False), [0, 0.5, 1])
    assert np.allclose(core.heights([0.0, 1, 10, 100], 1, 100, True), [0, 0, 0.5, 1])
    held = core.Curves("r", "t")
    held.take(1, 1.0, [("gradient a", 0.03), ("gradient b", 40.0), ("attract", float("nan"))])
    (chart,) = core.charts(held, {"LOSSES", "GRADIENTS"})
    assert chart.title == "Gradient by layer" and core.limits(chart, held) == (0.01, 100.0)


def test_agreement_is_the_share_whose_nearest_labelled_other_is_called_the_same():
    x = np.array([[0, 0, 0], [1, 0, 0], [10, 0, 0], [11, 0, 0], [0.1, 0, 0]], dtype=np.float32)
    assert core.agreement(x, np.array([1, 1, 2, 2, 0])) == 1.0, "a point without a label is not asked"
    assert core.agreement(x, np.array([1, 2, 2, 2, 0])) == 0.5
    many = np.random.default_rng(0).normal(size=(60_000, 3)).astype(np.float32)
    sides = np.where(many[:, 0] > 0, 1, 2)
    assert core.agreement(many, sides) > 0.9, "of many labels a part is asked, in little memory"
    assert math.isnan(core.agreement(x, np.array([0, 1, 0, 0, 0])))


def test_a_run_s_curves_are_what_it_recorded_and_go_on_where_they_were(tmp_path):
    run = train(tmp_path, steps=12)
    noted = curves.read(run)
    view = RunView(run)
    records = {record.step: record.epoch for record in view.history.records}
    assert {row.step for row in noted} >= set(records)
    last = noted[-1]
    assert last.step == 12 and math.isclose(last.epoch, records[12], rel_tol=1e-6)
    assert last.values["labels"] == np.count_nonzero(view.labels) == 18
    assert 0 < last.values["fill"] <= 1 and 0 <= last.values["agreement"] <= 1
    for name, value in view.last_metrics().items():
        assert last.values[name] == value
    view.close()
    assert [row.step for row in curves.read(run, noted[-2].step)] == [noted[-2].step, 12]
    assert curves.recorded(run) == sorted(records.values())
    assert sum(points for _, _, points in curves.marks(run)) == 18


def test_gradient_norms_are_noted_beside_the_losses_and_are_none_of_them(tmp_path):
    run = train(tmp_path, steps=4)
    store = RunStore.open_run(run)
    store.note_metrics(7, {"gradient body": 2.5})
    store.close()
    assert curves.read(run)[-1].values == {"gradient body": 2.5}
    view = RunView(run)
    assert "loss" in view.last_metrics() and "gradient body" not in view.last_metrics()
    view.close()


def test_the_table_holds_every_value(tmp_path):
    run = train(tmp_path, steps=12)
    assert curves.write_csv(run, tmp_path / "curves.csv") == len(curves.read(run, everything=True))
    with (tmp_path / "curves.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert float(rows[-1]["loss"]) == curves.read(run)[-1].values["loss"] and rows[-1]["labels"] == "18.0"
    with pytest.raises(StoreError, match="cannot be written"):
        curves.write_csv(run, tmp_path / "nowhere" / "curves.csv")
    with pytest.raises(StoreError, match="no run"):
        curves.read(tmp_path / "empty")
