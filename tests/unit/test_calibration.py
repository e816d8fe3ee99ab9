"""Guesses that say how sure they are: on labels kept out of propagation, and on nothing else."""

import numpy as np
import torch

from latent_lasso.core import accepting
from latent_lasso.training import calibration, pseudo_labels
from latent_lasso.training.voting import vote


def directions(truth, noise, seed=0):
    generator = torch.Generator().manual_seed(seed)
    centres = torch.nn.functional.normalize(torch.randn(int(truth.max()) + 1, 32, generator=generator), dim=1)
    noisy = centres[truth] + noise * torch.randn(len(truth), 32, generator=generator)
    return torch.nn.functional.normalize(noisy, dim=1)


def some_labels(truth, each, first=0):
    given = torch.zeros(len(truth), dtype=torch.int64)
    for kind in truth.unique():
        given[torch.nonzero(truth == kind).squeeze(1)[first : first + each]] = kind + 1
    return given


def expected_error(confidence, right):
    """The calibration error of 15 bins of equal width (Naeini et al., 2015)."""
    place = np.minimum((confidence * 15).astype(int), 14)
    inside = [place == number for number in range(15)]
    return sum(h.mean() * abs(confidence[h].mean() - right[h].mean()) for h in inside if h.any())


def test_probabilities_are_probabilities_and_labelled_samples_keep_theirs():
    truth = torch.arange(300) % 3
    given = some_labels(truth, 5)
    guesses = pseudo_labels.guess(directions(truth, 0.2), given, 10, 1.0)
    assert guesses.probability.shape == (300, 4)
    assert torch.allclose(guesses.probability.sum(1), torch.ones(300), atol=1e-5)
    assert (guesses.probability >= 0).all()
    labelled = given > 0
    assert torch.equal(guesses.category[labelled], given[labelled])
    assert (guesses.confidence[labelled] == 1).all() and (guesses.margin[labelled] == 1).all()
    assert not guesses.novelty[labelled].any()
    said = guesses.category > 0
    assert (guesses.confidence[~said] == 0).all() and (guesses.novelty[~said] > 0.5).all()


def test_what_is_said_is_right_about_as_often_as_it_claims():
    for noise in (0.15, 0.3):
        truth = torch.arange(1200) % 4
        given = some_labels(truth, 12)
        guesses = pseudo_labels.guess(directions(truth, noise, seed=3), given, 10, 1.0)
        judged = (guesses.category > 0) & (given == 0)
        right = (guesses.category == truth + 1)[judged].numpy()
        assert judged.float().mean() > 0.8
        assert expected_error(guesses.confidence[judged].numpy(), right) < 0.08


def blend_of(folded, fold, given, known):
    generator = torch.Generator().manual_seed(1)
    noise = tuple(torch.log_softmax(torch.randn(mass.shape, generator=generator), dim=1) for mass in folded)
    return calibration.fitted(calibration.surprise(folded, noise, fold, given, known))


def test_labels_kept_out_that_come_back_wrong_make_the_rest_less_sure_and_right_ones_surer():
    known, given = torch.tensor([1, 2]), torch.arange(120) % 2 + 1
    fold = calibration.folds(given, known)
    found = []
    for share in (1.0, 0.6):  # of the labels to whose own category twice the mass came
        right = torch.arange(120) % 10 < 10 * share
        own = torch.where(right, 2.0, 1.0)
        mass = torch.stack([torch.where(given == 1, own, 3 - own), torch.where(given == 2, own, 3 - own)], dim=1)
        found.append(blend_of((mass,) * calibration.FOLDS, fold, given, known).temperature)
    assert found[0] < calibration.USUAL < found[1]


def test_a_handful_of_labels_leaves_the_temperature_near_what_is_usual():
    truth = torch.arange(300) % 3
    given = some_labels(truth, 1)
    fold = calibration.folds(given, torch.tensor([1, 2, 3]))
    folded = tuple(torch.rand(300, 3, generator=torch.Generator().manual_seed(0)) for _ in range(3))
    blend = blend_of(folded, fold, given, torch.tensor([1, 2, 3]))
    assert abs(np.log(blend.temperature / calibration.USUAL)) < 0.6
    assert blend.linear == 0


def test_a_label_given_by_mistake_is_doubted_and_named_and_no_other():
    truth = torch.arange(600) % 3
    given = some_labels(truth, 20)
    mistakes = torch.nonzero(truth == 0).squeeze(1)[:2]
    given[mistakes] = 2
    guesses = pseudo_labels.guess(directions(truth, 0.1), given, 10, 1.0)
    assert torch.nonzero(guesses.doubted).squeeze(1).tolist() == mistakes.tolist()
    assert (guesses.doubted[mistakes] == 1).all()
    assert (guesses.category[mistakes] == 2).all(), "the label stands"


def test_votes_of_the_near_are_probabilities_too():
    known = directions(torch.arange(50) % 2, 0.1)
    probability = torch.softmax(torch.randn(50, 3, generator=torch.Generator().manual_seed(0)), dim=1)
    share, distance = vote(known, known, probability, 10)
    assert torch.allclose(share.sum(1), torch.ones(50), atol=1e-5) and (distance >= -1e-6).all()


def test_what_could_be_accepted_is_counted_with_its_probable_error():
    labels = np.array([0, 0, 0, 1, 0, 0], np.int32)
    prediction = np.array([1, 1, 2, 1, 0, 1], np.int32)
    confidence = np.array([0.9, 0.8, 0.99, 1.0, 0.0, 0.5], np.float32)
    mask = accepting.acceptable(labels, prediction, confidence, 1, 0.8)
    assert mask.tolist() == [True, True, False, False, False, False]
    assert accepting.estimate(confidence, mask).count == 2
    assert abs(accepting.estimate(confidence, mask).error - 0.15) < 1e-6
    found = accepting.summary(labels, prediction, confidence, 0.8)
    assert sorted(found) == [1, 2] and found[1].count == 2 and abs(found[2].error - 0.01) < 1e-6
    assert not accepting.acceptable(labels, prediction, confidence, 0, 0.0).any(), "unknown is no category"
    doubted = np.array([0, 2, 0, 2, 0, 0], np.int32)
    assert accepting.doubtful(labels, doubted).tolist() == [False, False, False, True, False, False]
