"""How often and of how much: a share of the time, and fewer points where frames take too long."""

import itertools

import numpy as np

from latent_lasso.core.pacing import FEWEST, FIRST, FRAMES, Pace, Thinning, some_rows


def played(thinning, a_point, still=0.0, begin=0.0, frames=400):
    """Frames of a machine that takes `still` seconds and `a_point` more for each point. Returns what was drawn, and the time."""
    now, drawn = begin, []
    for _ in range(frames):
        seconds = still + a_point * thinning.drawn
        now += seconds
        thinning.frame(seconds, now)
        drawn.append(thinning.drawn)
    return drawn, now


def test_what_costs_much_is_done_seldom_and_never_beyond_its_limits():
    pace = Pace(share=0.1, shortest=0.1, longest=5.0)
    assert pace.is_due(0.0), "at first at once"
    pace.done(0.0)
    assert not pace.is_due(0.05) and pace.is_due(0.1)
    pace.took(0.2)
    assert not pace.is_due(1.9) and pace.is_due(2.0), "a tenth of the time"
    pace.took(100.0)
    assert pace.gap == 5.0
    for _ in range(100):
        pace.took(0.0001)
    assert pace.gap == 0.1
    pace.took(-3.0)
    assert pace.gap == 0.1, "a clock that went back costs nothing"


def test_a_machine_that_is_fast_enough_draws_all_and_one_that_is_not_never_fewer_than_the_fewest():
    drawn, _ = played(Thinning(1_000_000), a_point=1e-9, still=0.005, frames=4000)
    assert drawn[0] == FIRST and drawn[-1] == 1_000_000
    drawn, _ = played(Thinning(1_000_000), a_point=2e-6, still=0.1)
    assert drawn[-1] == FEWEST and drawn.index(FEWEST) <= 3 * FRAMES, "the fall takes few frames"
    drawn, _ = played(Thinning(10_000), a_point=1e-3)
    assert set(drawn) == {10_000}, "a small cloud is always whole"


def test_it_settles_where_more_points_were_too_many():
    thinning = Thinning(1_000_000)
    # 400,000 points take 26 ms, 200,000 take 13 ms
    drawn, _ = played(thinning, a_point=65e-9, frames=20_000)
    raises = [now for before, now in itertools.pairwise(drawn) if now > before]
    assert len(raises) < 20, "it does not pump"
    late = drawn[10_000:]
    assert np.mean([count * 65e-9 < 1 / 45 for count in late]) > 0.97


def test_the_points_that_stand_for_all_are_spread_and_stay_when_more_are_drawn():
    few, many = some_rows(100_000, 20_000), some_rows(100_000, 40_000)
    assert few.dtype == np.int32 and np.all(np.diff(few) > 0) and np.isin(few, many).all()
    assert np.array_equal(some_rows(50, 50), np.arange(50))
    counts = np.histogram(few, bins=10, range=(0, 100_000))[0]
    assert counts.min() > 1_800, "from all over a data set that comes sorted"
