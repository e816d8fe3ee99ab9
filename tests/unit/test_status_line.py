"""The line that says how the training goes."""

import pytest

from latent_lasso.core.status_line import ago, line


@pytest.mark.parametrize(
    ("state", "since", "said"),
    [
        ("TRAINING", None, "Training, 34 steps a second"),
        ("TRAINING", 12.4, "Training, 34 steps a second; last label taken in 12 s ago"),
        ("PAUSED", 90.0, "Paused at step 1,204; last label taken in 2 min ago"),
        ("LOADING", 5.0, "Training"),
    ],
)
def test_the_line_says_what_is_done_how_fast_and_when_the_last_label_came(state, since, said):
    assert line(state, "Training", 34.2, 1204, since) == said


def test_slow_steps_are_not_called_none():
    assert line("TRAINING", "Training", 0.4, 3, None) == "Training, 0.4 steps a second"
    assert ago(7200) == "2 h ago"
