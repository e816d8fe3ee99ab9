"""The linear guess, and how much it counts beside propagation."""

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from latent_lasso.training import calibration, linear, pseudo_labels
from latent_lasso.training.views import ViewBank


def test_weights_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    x = random.normal(size=(90, 6)).astype(np.float32)
    column = (x[:, 0] + 0.5 * x[:, 1] > 0).astype(int) + (x[:, 2] > 0.5)
    x /= np.sqrt((x**2).sum(1).mean())
    ours = linear.log_shares(torch.from_numpy(x), linear.fit(torch.from_numpy(x), torch.from_numpy(column), 3)).exp()
    theirs = LogisticRegression(C=linear.STRENGTH, tol=1e-6, max_iter=1000).fit(x, column).predict_proba(x)
    assert np.abs(ours.numpy() - theirs).max() < 2e-3


def test_columns_of_samples_beside_the_graph_are_as_if_they_were_in_it():
    features = torch.randn(300, 80, generator=torch.Generator().manual_seed(0))
    rows = torch.arange(0, 300, 2)
    asked = torch.tensor([0, 1, 2, 299])
    columns = linear.Linear(features, rows, None)
    assert columns.of(asked).shape == (4, 50)
    assert torch.allclose(columns.of(asked)[[0, 2]], columns.of(torch.tensor([0, 2])), atol=1e-5)
    direct = columns.reduction(features[asked]) / columns.scale
    assert torch.allclose(columns.of(asked), direct, atol=1e-4)


def test_views_of_labelled_samples_are_fitted_too_and_never_too_many_rows():
    pictures = torch.rand(200, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with_views, without = (
        linear.Linear(pictures, torch.arange(200), views) for views in (ViewBank(pictures, 0), None)
    )
    rows, column = torch.arange(20), torch.arange(20) % 4
    assert not torch.allclose(with_views.fitted(rows, column, 4), without.fitted(rows, column, 4))
    many = torch.arange(200).repeat(30)
    assert without.fitted(many, many % 4, 4).shape == (51, 4)


def scattered(each: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """(columns, p, truth, given): a straight line parts two kinds; p knows nothing of them."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(400, 20, generator=generator)
    truth = (x[:, 0] > 0).long()
    p = torch.nn.functional.normalize(torch.randn(400, 32, generator=generator), dim=1)
    given = torch.zeros(400, dtype=torch.int64)
    for kind in (0, 1):
        given[torch.nonzero(truth == kind).squeeze(1)[:each]] = kind + 1
    return x, p, truth, given


def guessed(x, p, given):
    rows = torch.arange(len(x))
    beside = pseudo_labels.Beside(linear.Linear(x, rows, None), rows, [], given > 0, calibration.nothing())
    guessing = pseudo_labels.Guessing(p, given, 10, 0.0, beside)
    while (guesses := guessing.advance()) is None:
        pass
    return guesses, beside


def test_where_neighbours_say_nothing_the_linear_guess_does_and_otherwise_it_keeps_silent():
    x, p, truth, given = scattered(40)
    guesses, _ = guessed(x, p, given)
    rest = given == 0
    alone = pseudo_labels.guess(p, given, 10, 0.0)
    assert (guesses.category == truth + 1)[rest].float().mean() > 0.85
    assert (alone.category == truth + 1)[rest].float().mean() < 0.65
    assert calibration.fitted(guesses.surprises).linear > 0
    centres = torch.nn.functional.normalize(torch.randn(2, 32, generator=torch.Generator().manual_seed(1)), dim=1)
    known = torch.nn.functional.normalize(centres[truth] + 0.05 * p, dim=1)
    noise = torch.randn(400, 20, generator=torch.Generator().manual_seed(2))
    assert calibration.fitted(guessed(noise, known, given)[0].surprises).linear == 0


def test_only_labels_that_have_not_pulled_yet_are_counted():
    x, p, _, given = scattered(40)
    guesses, beside = guessed(x, p, given)
    stale = pseudo_labels.Beside(beside.linear, beside.rows, beside.weights, torch.zeros(400, dtype=torch.bool), guesses.surprises)
    again = pseudo_labels.Guessing(p, given, 10, 0.0, stale)
    while (second := again.advance()) is None:
        pass
    assert torch.equal(second.surprises, guesses.surprises)
    assert len(beside.weights) == 1 + calibration.FOLDS, "fitted once, while labels stay"
    assert torch.equal(second.probability, guesses.probability)
