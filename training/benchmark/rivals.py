"""What a researcher would otherwise use, each with its usual settings. Needs scikit-learn and umap-learn (extra `bench`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from ...core.arrays import Float32Array, Float64Array, Int32Array
from ...core.metrics import neighbours_for
from .. import graph, pseudo_labels
from ..datasets.guard import library
from ..views import AMOUNTS, ViewBank, view_count
from .result import Result, from_room
from .splits import Split

NEAR = 10
TEMPERATURE = 0.2


def flat(features: Float32Array) -> Float32Array:
    """(N, D)."""
    return features.reshape(len(features), -1)


def raw_knn(split: Split) -> dict[str, Result]:
    """The nearest labelled samples, by their features."""
    begin = time.process_time()
    neighbours = library("sklearn.neighbors", "bench", "The benchmark")
    rows = np.flatnonzero(split.given)
    model = neighbours.KNeighborsClassifier(neighbours_for(len(rows)))
    return {"raw_knn": fitted(split, model, flat(split.cloud.features)[rows], split.given[rows], begin)}


def fitted(split: Split, model: Any, x: Float32Array, y: Int32Array, begin: float) -> Result:
    """A classifier of scikit-learn, fitted to x, y, on the held-out and the unlabelled samples."""
    model.fit(x, y)
    probability = model.predict_proba(flat(split.held)).astype(np.float64)
    held = model.classes_[probability.argmax(1)].astype(np.int32)
    inside = model.predict(flat(split.cloud.features)).astype(np.int32)
    return Result(held, inside, time.process_time() - begin, probability=probability.max(1))


def logistic(split: Split) -> dict[str, Result]:
    """Logistic regression on the raw features, and, for pictures and sounds, with the same views that ours gets."""
    linear = library("sklearn.linear_model", "bench", "The benchmark")
    rows = np.flatnonzero(split.given)
    features = split.cloud.features
    begin = time.process_time()
    model = linear.LogisticRegression(max_iter=2000)
    found = {"logistic": fitted(split, model, flat(features)[rows], split.given[rows], begin)}
    kind = split.cloud.description.kind
    if kind in AMOUNTS and view_count(split.cloud.size, features[0].size):
        begin = time.process_time()
        labelled = torch.from_numpy(features[rows])
        views = ViewBank(labelled, split.seed, kind).bank.float().div(255).flatten(0, 1).numpy()
        x = np.concatenate([flat(features)[rows], flat(views)])
        y = np.tile(split.given[rows], 1 + len(views) // len(rows))
        model = linear.LogisticRegression(max_iter=2000)
        found["logistic_views"] = fitted(split, model, x, y, begin)
    return found


def spreading(split: Split) -> dict[str, Result]:
    """Label spreading (Zhou et al., 2004) by scikit-learn on a graph of ten neighbours."""
    semi = library("sklearn.semi_supervised", "bench", "The benchmark")
    begin = time.process_time()
    y = np.where(split.given > 0, split.given, -1)
    model = semi.LabelSpreading(kernel="knn", n_neighbors=NEAR, alpha=0.2, max_iter=100)
    return {"label_spreading": fitted(split, model, flat(split.cloud.features), y, begin)}


def propagated(near: torch.Tensor, given: Int32Array) -> Float64Array:
    """(N, C) float64: label mass after propagation at alpha .99 on the graph near (N, k), each row summing to 1."""
    labels = torch.from_numpy(given.astype(np.int64))
    known = torch.unique(labels[labels > 0])
    start = pseudo_labels.sources(labels, known)
    smooth, spread = pseudo_labels.smoothing(near), start.clone()
    for _ in range(pseudo_labels.ITERATIONS):
        spread = pseudo_labels.ALPHA * torch.sparse.mm(smooth, spread) + (1 - pseudo_labels.ALPHA) * start
    # by the mass that each category sent out, as the recipe does: a large one must not swallow a small one
    spread = spread / spread.sum(0, keepdim=True).clamp_min(1e-12)
    mass: Float64Array = spread.double().numpy()
    return mass / np.maximum(mass.sum(1, keepdims=True), 1e-12)


def carried(mass: Float64Array, inside: Float32Array, held: Float32Array) -> Float64Array:
    """(H, C): for held-out samples the mean mass of the ten nearest in the cloud."""
    neighbours = library("sklearn.neighbors", "bench", "The benchmark")
    index = neighbours.NearestNeighbors(n_neighbors=min(NEAR, len(inside))).fit(inside)
    places = index.kneighbors(held, return_distance=False)
    mean: Float64Array = mass[places].mean(1)
    return mean


def voted(split: Split, mass: Float64Array, inside: Float32Array, held: Float32Array, begin: float) -> Result:
    """The result of mass (N, C) over the cloud, carried to what is held out."""
    known = np.unique(split.given[split.given > 0]).astype(np.int32)
    outside = carried(mass, inside, held)
    return Result(
        known[outside.argmax(1)],
        known[mass.argmax(1)],
        time.process_time() - begin,
        probability=outside.max(1),
    )


def propagation(split: Split) -> dict[str, Result]:
    """Propagation on the neighbours of the features (principal components where they are many)."""
    begin = time.process_time()
    inside = flat(split.cloud.features)
    near = graph.nearest(graph.reduced(torch.from_numpy(inside)), NEAR)
    return {"propagation": voted(split, propagated(near, split.given), inside, flat(split.held), begin)}


def umap(split: Split) -> dict[str, Result]:
    """UMAP (McInnes et al., 2018) in 3-D: told the labels, not told, and propagation on the graph that it builds."""
    module = library("umap", "bench", "The benchmark")
    inside, held = flat(split.cloud.features), flat(split.held)
    module.UMAP(n_components=3, n_epochs=2, random_state=0).fit(inside[:200])  # compiled before the clock starts
    found = {}
    for name, y in (("umap_semi", np.where(split.given > 0, split.given, -1)), ("umap", None)):
        begin = time.process_time()
        model = module.UMAP(
            n_components=3, n_neighbors=min(15, len(inside) - 1), random_state=split.seed, n_jobs=1
        ).fit(inside, y)
        room = np.asarray(model.embedding_, dtype=np.float32)
        held_room = np.asarray(model.transform(held), dtype=np.float32)
        found[name] = from_room(split, room, held_room, time.process_time() - begin)
    begin = time.process_time()
    weights = model.graph_.tocsr()
    near = torch.from_numpy(
        np.stack([np.resize(top(weights, row), NEAR) for row in range(len(inside))]).astype(np.int64)
    )
    found["umap_propagation"] = voted(split, propagated(near, split.given), inside, held, begin)
    return found


def top(weights: Any, row: int) -> Any:
    """The ten heaviest neighbours of a row of UMAP's graph."""
    part = weights.getrow(row)
    return part.indices[np.argsort(-part.data, kind="stable")[:NEAR]]


def autoencoder(split: Split) -> dict[str, Result]:
    """An autoencoder with three units in the middle (Hinton and Salakhutdinov, 2006); kNN there."""
    begin = time.process_time()
    torch.manual_seed(split.seed)
    inside, held = torch.from_numpy(flat(split.cloud.features)), torch.from_numpy(flat(split.held))
    width = inside.shape[1]
    down = nn.Sequential(nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))
    up = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, width))
    optimiser = torch.optim.Adam([*down.parameters(), *up.parameters()], lr=1e-3)
    for _ in range(1500):
        rows = torch.randint(len(inside), (256,))
        loss = (up(down(inside[rows])) - inside[rows]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        room, held_room = down(inside).numpy(), down(held).numpy()
    return {"autoencoder": from_room(split, room, held_room, time.process_time() - begin)}


RIVALS: tuple[Callable[[Split], dict[str, Result]], ...] = (
    raw_knn,
    logistic,
    spreading,
    propagation,
    umap,
    autoencoder,
)
