"""The loss terms: against their formulas written out, and their gradients against finite differences."""

import math

import numpy as np
import pytest
import torch

from latent_lasso.training.losses import (
    Pull,
    attract_and_repel,
    neighbours_loss,
    p_head_loss,
    room_loss,
    stay_near_loss,
    walls_loss,
)
from latent_lasso.training.losses.room import cube_along, directions_of

torch.set_num_threads(1)


def points(seed, count, columns=3):
    return torch.randn(count, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def kernel(a, b):
    return 1.0 / (1.0 + float(((a - b) ** 2).sum()))


def room(z):
    generator = torch.Generator().manual_seed(1)
    directions = directions_of(6, generator)
    cube = cube_along(directions, len(z), 10.0, generator)
    return room_loss(z, directions.to(z.dtype), cube.to(z.dtype), 10.0)


CATEGORIES = torch.tensor([1, 1, 2, 2, 2, 5])
PLAIN = Pull(temperature=1.0, given=0.0, given_temperature=1.0, gather=0.0, spread=0.0, part=0.0)
WHOLE = Pull(temperature=0.5, given=0.7, given_temperature=0.2, gather=0.3, spread=0.4, part=0.6)
KNOWN = torch.tensor([0.9, 0.8, 0.5, 0.25, 0.6, 0.7], dtype=torch.float64)
GIVEN = 4

TERMS = {
    "neighbours": (lambda a, b: neighbours_loss(a, b), (points(0, 5), points(1, 5))),
    "p_head": (lambda a, b: p_head_loss(a, b, 0.2), (points(2, 4, 8) / 4, points(3, 4, 8) / 4)),
    "attract": (lambda z: attract_and_repel(z, CATEGORIES, KNOWN, GIVEN, WHOLE)[0], (points(4, 6),)),
    "repel": (lambda z: attract_and_repel(z, CATEGORIES, KNOWN, GIVEN, WHOLE)[1], (points(5, 6),)),
    "stay_near": (lambda z: stay_near_loss(z, points(11, 6), 10.0), (points(10, 6),)),
    "walls": (lambda z: walls_loss(z, 1.0), (points(12, 6),)),
}


@pytest.mark.parametrize("name", TERMS)
def test_gradients_agree_with_finite_differences(name):
    function, inputs = TERMS[name]
    inputs = tuple(tensor.clone().requires_grad_() for tensor in inputs)
    assert torch.autograd.gradcheck(function, inputs, eps=1e-6, atol=1e-6)


def test_the_rooms_gradient_agrees_with_finite_differences():
    z = points(6, 7).float() * 5
    z.requires_grad_()
    loss = room(z)
    loss.backward()
    for row, column in ((0, 0), (3, 2), (6, 1)):
        step = torch.zeros_like(z)
        step[row, column] = 1e-2
        with torch.no_grad():
            slope = float(room(z + step) - room(z - step)) / 2e-2
        assert math.isclose(slope, float(z.grad[row, column]), rel_tol=2e-2, abs_tol=1e-4)


def test_neighbours_is_its_formula():
    a, b = TERMS["neighbours"][1]
    both = torch.cat([a, b])
    total = 0.0
    for i in range(10):
        others = sum(kernel(both[i], both[j]) for j in range(10) if j != i)
        total -= math.log(kernel(both[i], both[(i + 5) % 10]) / others)
    assert math.isclose(float(neighbours_loss(a, b)), total / 10, rel_tol=1e-9)


def test_attract_and_repel_are_their_formulas_and_together_supervised_contrast():
    z = points(7, 6)
    attract, repel = [], []
    for i in range(6):
        same = [j for j in range(6) if j != i and CATEGORIES[j] == CATEGORIES[i]]
        if not same:
            continue
        attract.append(-math.log(np.mean([kernel(z[i], z[j]) for j in same])))
        repel.append(math.log(sum(kernel(z[i], z[j]) for j in range(6) if j != i)))
    got = attract_and_repel(z, CATEGORIES, KNOWN, 0, PLAIN)
    assert math.isclose(float(got[0]), float(np.mean(attract)), rel_tol=1e-9)
    assert math.isclose(float(got[1]), float(np.mean(repel)), rel_tol=1e-9)


def test_the_pull_of_given_samples_is_its_formula():
    z, near, far = points(7, 6), [], []
    for i in range(6):
        kernels = {j: kernel(z[i], z[j]) ** (1 / 0.2) for j in range(GIVEN) if j != i}
        same = [kernels[j] for j in kernels if CATEGORIES[j] == CATEGORIES[i]]
        if same:
            near.append(-math.log(np.mean(same)))
            far.append(math.log(sum(kernels.values())))
    pairs = [(i, j, CATEGORIES[i] == CATEGORIES[j]) for i in range(6) for j in range(6) if i != j]
    weighed = [(alike, max(i, j) < GIVEN, float(KNOWN[i] * KNOWN[j]) * math.log(kernel(z[i], z[j]))) for i, j, alike in pairs]
    gather, part = (np.mean([value for alike, sure, value in weighed if sure and alike == wanted]) for wanted in (True, False))
    spread = np.mean([value for alike, _, value in weighed if not alike])
    plain = attract_and_repel(z, CATEGORIES, KNOWN, GIVEN, Pull(0.5, 0.0, 0.2, 0.0, 0.0, 0.0))
    whole = attract_and_repel(z, CATEGORIES, KNOWN, GIVEN, WHOLE)
    assert math.isclose(float(whole[0] - plain[0]), 0.7 * np.mean(near) - 0.3 * gather, rel_tol=1e-9)
    assert math.isclose(float(whole[1] - plain[1]), 0.7 * np.mean(far) + 0.4 * spread + 0.6 * part, rel_tol=1e-9)


def test_one_step_pulls_a_category_together_and_pushes_two_apart():
    z = points(8, 6).requires_grad_()
    attract, repel = attract_and_repel(z, torch.tensor([1, 1, 1, 2, 2, 2]), torch.ones(6), 6, WHOLE)
    pull = torch.autograd.grad(attract, z, retain_graph=True)[0]
    push = torch.autograd.grad(repel, z)[0]

    def within(x):
        return float(torch.pdist(x[:3]).sum() + torch.pdist(x[3:]).sum())

    def between(x):
        return float(torch.cdist(x[:3], x[3:]).sum())

    assert within(z.detach() - 0.01 * pull) < within(z.detach())
    assert between(z.detach() - 0.01 * push) > between(z.detach())


def test_without_two_of_one_category_nothing_attracts_and_only_what_reaches_far_repels():
    z = points(9, 3).requires_grad_()
    attract, repel = attract_and_repel(z, torch.tensor([1, 2, 3]), KNOWN[:3], 3, PLAIN)
    (attract + repel).backward()
    assert attract.item() == repel.item() == 0.0 and not z.grad.any()
    attract, repel = attract_and_repel(z, torch.tensor([1, 2, 3]), KNOWN[:3], 3, WHOLE)
    at = z.detach()
    pairs = [(float(KNOWN[i] * KNOWN[j]), math.log(kernel(at[i], at[j]))) for i in range(3) for j in range(3) if i != j]
    expected = np.mean([(0.4 + 0.6) * weight * value for weight, value in pairs])
    assert attract.item() == 0.0 and math.isclose(repel.item(), expected, rel_tol=1e-9)


def test_stay_near_is_its_formula():
    z, references = points(10, 6).numpy(), points(11, 6).numpy()
    expected = np.mean([((one - other) ** 2).sum() for one, other in zip(z, references, strict=True)]) / 7.0**2
    got = stay_near_loss(torch.from_numpy(z), torch.from_numpy(references), 7.0)
    assert math.isclose(float(got), expected, rel_tol=1e-12)


def test_walls_is_its_formula_and_leaves_alone_what_is_inside():
    z = points(12, 9).numpy() * 10
    nearest = z.clip(-12.0, 12.0)
    expected = np.mean([((one - other) ** 2).sum() for one, other in zip(z, nearest, strict=True)]) / 10.0**2
    inside = torch.from_numpy(nearest).requires_grad_()
    assert expected > 0 and math.isclose(float(walls_loss(torch.from_numpy(z), 10.0)), expected, rel_tol=1e-12)
    loss = walls_loss(inside, 10.0)
    loss.backward()
    assert float(loss.detach()) == 0 and not inside.grad.any()


def test_the_room_wants_to_be_filled_evenly():
    generator = torch.Generator().manual_seed(0)
    even = (torch.rand(600, 3, generator=generator) * 2 - 1) * 10
    assert float(room(even)) < 0.1 * float(room(even * 0.2))
    assert float(room(even)) < 0.1 * float(room(even + 8))
