"""The linear guess, and how much it counts beside propagation."""

from dataclasses import replace

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
    columns = linear.Linear(features, torch.arange(0, 300, 2))
    asked = torch.tensor([0, 1, 2, 299])
    assert columns.of(asked).shape == (4, 50)
    assert torch.allclose(columns.of(asked), columns.reduction(features[asked]) / columns.scale, atol=1e-4)


def test_wide_features_are_folded_and_keep_what_parts_them():
    generator = torch.Generator().manual_seed(0)
    truth = torch.arange(200) % 2
    wide = torch.randn(200, 3000, generator=generator) + 3 * truth[:, None] * torch.randn(3000, generator=generator)
    columns = linear.Linear(wide, torch.arange(150))
    said = linear.log_shares(columns.of(torch.arange(200)), columns.fitted(torch.arange(100), truth[:100], 2))
    assert torch.equal(said.argmax(1)[100:], truth[100:])


def test_views_of_labelled_samples_are_fitted_too_and_never_too_many_rows(monkeypatch):
    pictures = torch.rand(200, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    fit, seen = linear.fit, []
    monkeypatch.setattr(linear, "fit", lambda x, column, count: seen.append((len(x), column)) or fit(x, column, count))
    columns, rows = linear.Linear(pictures, torch.arange(200)), torch.arange(20)
    plain = columns.fitted(rows, rows % 4, 4)
    columns.views = ViewBank(pictures, 0)
    assert not torch.allclose(columns.fitted(rows, rows % 4, 4), plain)
    assert [count for count, _ in seen] == [20, 20 * 17]
    many = torch.arange(200).repeat(45)  # of 9,000 labels three are of a rare kind, and kinds come by turns
    kinds = many % 4
    kinds[:3] = 4
    columns.fitted(many, kinds, 5)
    assert seen[-1][0] <= linear.MOST and torch.bincount(seen[-1][1]).tolist()[4] == 3
    assert min(torch.bincount(seen[-1][1]).tolist()[:4]) > 300


def test_one_picture_alone_takes_a_label_and_its_views_break_nothing():
    pictures = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    columns = linear.Linear(pictures, torch.arange(1))
    columns.views = ViewBank(pictures, 0)
    assert columns.fitted(torch.arange(1), torch.zeros(1, dtype=torch.int64), 1).isfinite().all()


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
    columns = linear.Linear(x, rows)
    beside = pseudo_labels.Beside(columns, rows, [], given > 0, calibration.nothing(), columns.of(rows))
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
    stale = replace(beside, fresh=torch.zeros(400, dtype=torch.bool), surprises=guesses.surprises)
    again = pseudo_labels.Guessing(p, given, 10, 0.0, stale)
    while (second := again.advance()) is None:
        pass
    assert torch.equal(second.surprises, guesses.surprises)
    assert len(beside.weights) == 1 + calibration.FOLDS, "fitted once, while labels stay"
    assert torch.equal(second.probability, guesses.probability)


def test_with_more_categories_than_folds_are_made_for_the_linear_guess_counts_nothing_and_is_not_made():
    generator = torch.Generator().manual_seed(0)
    x, p = torch.randn(400, 20, generator=generator), torch.randn(400, 32, generator=generator)
    given = torch.zeros(400, dtype=torch.int64)
    given[:140] = torch.arange(140) % 70 + 1
    guesses, beside = guessed(x, torch.nn.functional.normalize(p, dim=1), given)
    assert not beside.weights and not guesses.surprises.any() and guesses.probability.isfinite().all()
