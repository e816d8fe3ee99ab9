"""Forces that are true: what pulls at samples now, term by term, beside where the next step really takes them.

Asking changes nothing: the batch is drawn from a generator of its own, gradients are taken on a copy of the network, and
a step that is tried is taken back bit for bit. Imports torch.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ..core.arrays import Float32Array, Int64Array
from ..core.errors import DataError
from .config import Forces
from .engine import Engine
from .losses import contrast, log_similarity
from .objective import Batch, pull_of, random_room, terms

MOST_SAMPLES = 1_000
"""Measured at a time: the batch holds them all, and its pairs grow with the square."""
SUPERVISED = ("attract", "repel")
BLOCK = 256


@dataclass(frozen=True, eq=False)
class ForceReport:
    """What acts on `samples` (K,) int64 in the batch of step `step`, of `pairs` pairs. All (K, 3) in float32.

    forces: -dL/dz by term, as the step weighs it, summed over the batch's rows of a sample. guessed: the part of attract
    and of repel that acts between two points of which at least one carries a guessed label; the rest acts between two
    given ones. total: the sum of the forces. The terms are means over the batch, so a larger batch has smaller forces.

    motion: what the next step, tried and taken back, moves the shown places by, in room units; it sees a batch of its own.
    cosine: (K,) float32, of the motion with the total; 0 where either is. carried: the motion of the same step with every
    force on the room off: what the terms without z, the momentum, the decay and the norms still carry along.

    gradients: {layer: {term: norm}} of the weighted terms before clipping, with "sum" for all together. shares: each
    term's part of the norms in the layers that p and z share. elsewhere, note: sentences, empty where there is nothing
    to say: about the terms without z, and about samples left out.
    """

    step: int
    pairs: int
    samples: Int64Array
    forces: dict[str, Float32Array]
    guessed: dict[str, Float32Array]
    total: Float32Array
    motion: Float32Array
    cosine: Float32Array
    carried: Float32Array
    gradients: dict[str, dict[str, float]]
    shares: dict[str, float]
    elsewhere: str
    note: str


def measure(engine: Engine, samples: Int64Array) -> ForceReport:
    """Measure the forces on the rows `samples` (K,) int64; of too many, evenly chosen ones. Raises DataError for a row
    that is not there.
    """
    wanted = np.unique(samples)
    if not len(wanted) or wanted[0] < 0 or wanted[-1] >= engine.size:
        raise DataError(f"Forces are measured on samples 0 to {engine.size - 1:,}; choose some of those.")
    chosen, note = wanted, ""
    if len(wanted) > MOST_SAMPLES:
        chosen = wanted[np.linspace(0, len(wanted) - 1, MOST_SAMPLES).astype(np.int64)]
        note = f"Forces are shown on {MOST_SAMPLES:,} of the {len(wanted):,} points asked for, evenly chosen."
    rows = torch.from_numpy(chosen)
    motion, carried = moved(engine, rows), moved(engine, rows, pulled=False)
    with torch.random.fork_rng(devices=[]):  # a user's own encoder may draw
        batch = batch_of(engine, rows)
        network = copy.deepcopy(engine.network).cpu().train()
        _, p, z = network(batch.features)
    forces, gradients, shares, elsewhere = _by_term(engine, batch, network, p, z)
    given, guessed = _by_origin(engine, batch, z)
    for name in given:
        forces[name] = given[name] + guessed[name]
    by_sample = {name: _of_samples(force, batch.rows, rows, engine.size) for name, force in forces.items()}
    # one after another: whoever adds up the forces that are told gets the same to the last bit
    total = sum(by_sample.values(), torch.zeros(len(rows), 3))
    return ForceReport(
        step=batch.step,
        pairs=batch.pairs,
        samples=chosen,
        forces={name: force.numpy() for name, force in by_sample.items()},
        guessed={name: _of_samples(part, batch.rows, rows, engine.size).numpy() for name, part in guessed.items()},
        total=total.numpy(),
        motion=motion.numpy(),
        cosine=nn.functional.cosine_similarity(motion, total, dim=1, eps=1e-20).numpy(),
        carried=carried.numpy(),
        gradients=gradients,
        shares=shares,
        elsewhere=elsewhere,
        note=note,
    )


def batch_of(engine: Engine, rows: Tensor) -> Batch:
    """The batch that forces on `rows` (K,) int64 are measured in, always the same at a step: each sample, raw, paired with
    one of its neighbours, and where its label pulls, given or guessed, in the supervised part; filled up as a step would.
    The neighbour of a sample asked for is any, where a step would leave out one that is, or probably is, of another category.
    """
    generator = torch.Generator().manual_seed((engine.config.seed * 1_000_003 + engine.step_count) % 2**63)
    partners = _partners(engine, rows, generator)
    more = max(0, engine.batch - len(rows))
    left, right, left_rows, right_rows = engine.pairs.draw(more, generator, engine.called, engine.agreement)
    labelled, categories, given = engine.labelled_batch(generator)
    if len(labelled):
        pulling = rows[engine.guesser.guessed[rows] > 0]
        known = engine.given[pulling] > 0
        mine = engine.guesser.guessed[pulling]
        labelled = torch.cat([pulling[known], labelled[:given], pulling[~known], labelled[given:]])
        categories = torch.cat([mine[known], categories[:given], mine[~known], categories[given:]])
        given += int(known.sum())
    pairs = len(rows) + len(left_rows)
    directions, cube = random_room(2 * pairs, engine.config, generator)
    features, whose = engine.features, torch.cat([rows, left_rows, partners, right_rows, labelled])
    return Batch(
        step=engine.step_count,
        features=torch.cat([features[rows], left, features[partners], right, features[labelled]]),
        rows=whose,
        pairs=pairs,
        categories=categories,
        known=engine.known(categories),
        given=given,
        directions=directions,
        cube=cube,
        references=engine.references_of(whose[: 2 * pairs]),
    )


def _partners(engine: Engine, rows: Tensor, generator: torch.Generator) -> Tensor:
    """(K,) int64: a neighbour of each of `rows`; outside the graph, the sample of the graph that is nearest in p."""
    known, graph = engine.pairs.graph_rows, engine.pairs.graph
    place = torch.searchsorted(known, rows).clamp_max(len(known) - 1)
    which = torch.randint(graph.shape[1], (len(rows),), generator=generator)
    partners = graph[place, which]
    outside = torch.nonzero(known[place] != rows).squeeze(1)
    if len(outside):
        directions = engine.directions(known)
        for part in outside.split(BLOCK):
            partners[part] = known[(engine.directions(rows[part]) @ directions.T).argmax(1)]
    return partners


def _by_term(
    engine: Engine, batch: Batch, network: nn.Module, p: Tensor, z: Tensor
) -> tuple[dict[str, Tensor], dict[str, dict[str, float]], dict[str, float], str]:
    """(-gradient of each weighted term on z (R, 3), gradient norms by layer and term, shares of the body, sentence)."""
    names, parameters = zip(*network.named_parameters(), strict=True)
    layers = [name.rpartition(".")[0] for name in names]
    weights = engine.weights
    forces: dict[str, Tensor] = {}
    norms: dict[str, dict[str, float]] = {layer: {} for layer in layers}
    sums = [torch.zeros_like(parameter) for parameter in parameters]
    bodily: dict[str, float] = {}
    without_z: list[str] = []
    for term, loss in terms(batch, p, z, engine.config).items():
        on_z, *found = torch.autograd.grad(
            weights[term] * loss, [z, *parameters], retain_graph=True, allow_unused=True
        )
        if on_z is None:
            without_z.append(term)
        else:
            forces[term] = -on_z
        gradients = [torch.zeros_like(own) if g is None else g for g, own in zip(found, parameters, strict=True)]
        _note_norms(norms, term, layers, gradients)
        sums = [total + gradient for total, gradient in zip(sums, gradients, strict=True)]
        shared = [g for g, name in zip(gradients, names, strict=True) if name.startswith("body.")]
        bodily[term] = sum(float(g.square().sum()) for g in shared) ** 0.5
    _note_norms(norms, "sum", layers, sums)
    whole = sum(bodily.values())
    shares = {term: norm / whole if whole else 0.0 for term, norm in bodily.items()}
    sentence = ""
    if without_z:
        share = sum(shares[term] for term in without_z)
        sentence = (
            f"{' and '.join(without_z)} pulls at no place in the room: with {share:.0%} of the gradient in the layers "
            "that all terms share, it moves points only through them."
        )
    return forces, norms, shares, sentence


def _note_norms(norms: dict[str, dict[str, float]], term: str, layers: list[str], gradients: list[Tensor]) -> None:
    """Add the norm of a term's gradients in each layer."""
    squares = dict.fromkeys(layers, 0.0)
    for layer, gradient in zip(layers, gradients, strict=True):
        squares[layer] += float(gradient.square().sum())
    for layer, square in squares.items():
        norms[layer][term] = square**0.5


def _by_origin(engine: Engine, batch: Batch, z: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """(given, guessed): -gradient of attract and repel on z (R, 3), in two parts that make up the whole.

    Both terms act along pairs: their gradient is a weight on each pair's log k. A pair counts as given where both of its
    labels were given, as guessed where one or both were guessed.
    """
    if not len(batch.categories):
        return {}, {}
    mine = z.detach()[2 * batch.pairs :].requires_grad_()
    log_k = log_similarity(mine, mine)
    sure = engine.given[batch.rows[2 * batch.pairs :]] > 0
    both = (sure[:, None] & sure[None, :]).float()
    parts: tuple[dict[str, Tensor], dict[str, Tensor]] = ({}, {})
    losses = contrast(log_k, batch.categories, batch.known, batch.given, pull_of(engine.config))
    for term, loss in zip(SUPERVISED, losses, strict=True):
        (weight,) = torch.autograd.grad(engine.weights[term] * loss, log_k, retain_graph=True)
        for part, mask in zip(parts, (both, 1 - both), strict=True):
            (gradient,) = torch.autograd.grad(log_k, mine, weight * mask, retain_graph=True)
            part[term] = torch.zeros_like(z)
            part[term][2 * batch.pairs :] = -gradient
    return parts


def _of_samples(force: Tensor, batch_rows: Tensor, rows: Tensor, size: int) -> Tensor:
    """(K, 3): a force (R, 3) on the batch's rows, summed by the sample that each of them shows."""
    slot = torch.full((size,), -1, dtype=torch.int64)
    slot[rows] = torch.arange(len(rows))
    place = slot[batch_rows]
    return torch.zeros(len(rows), 3).index_add_(0, place[place >= 0], force.detach()[place >= 0])


def moved(engine: Engine, rows: Tensor, pulled: bool = True) -> Tensor:
    """(K, 3): how far the next step would move the shown places of `rows` (K,) int64. pulled: False, without any term on z."""
    before = engine.places(rows)
    with untouched(engine):
        if not pulled:
            engine.set_forces(Forces(0.0, 0.0, 0.0, 0.0))
            engine.references = None  # stay_near is no multiple of a force
        engine.step()
        return engine.places(rows) - before


@contextmanager
def untouched(engine: Engine) -> Iterator[None]:
    """Whatever is done inside is taken back, bit for bit: weights, moments, generators, guesses, forces."""
    state, forces = copy.deepcopy(engine.state_dict()), engine.forces
    with torch.random.fork_rng(devices=[engine.device] if engine.device.type == "cuda" else []):
        try:
            yield
        finally:
            engine.load_state_dict(state)
            engine.set_forces(forces)
