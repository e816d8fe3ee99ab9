"""What a researcher would otherwise use, each with the usual settings that served it best. Needs the extra `bench`.

Where a setting was open, the one that gave the rival most on digits (5 and 1 %) and MNIST was taken: one neighbour rather
than three, no scaling of pixels, seven neighbours for label spreading, principal components for graphs.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import torch
from torch import nn

from ...core.arrays import Float32Array, Int32Array
from ..datasets.guard import library
from ..views import AMOUNTS, ViewBank, view_count
from .propagation import flat, neighbour_graph, reduced, voted
from .result import Result, from_room
from .splits import Split

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
"""Of logistic regression (C), the best by cross-validation where every category has three labels, else the last."""
FOLDS = 3
WARM = 4200
EPOCHS = 300
"""Of the autoencoder, in batches of 256, but 300 steps at least and 3,000 at most."""


def raw_knn(split: Split) -> dict[str, Result]:
    """The nearest labelled sample, by its features."""
    begin = time.process_time()
    neighbours = library("sklearn.neighbors", "bench", "The benchmark")
    rows = np.flatnonzero(split.given)
    model = neighbours.KNeighborsClassifier(1).fit(flat(split.cloud.features)[rows], split.given[rows])
    held, inside = model.predict(flat(split.held)), model.predict(flat(split.cloud.features))
    return {"raw_knn": Result(held.astype(np.int32), inside.astype(np.int32), time.process_time() - begin)}


def judged(model: Any, inside: Float32Array, held: Float32Array, begin: float) -> Result:
    """What a fitted classifier of scikit-learn says of the cloud (N, D) and of what is held out (H, D)."""
    with np.errstate(invalid="ignore"):  # label spreading says NaN where no label reaches: it knows nothing there
        probability, own = (np.nan_to_num(model.predict_proba(x).astype(np.float64)) for x in (held, inside))
    answer, transductive = (model.classes_[found.argmax(1)].astype(np.int32) for found in (probability, own))
    return Result(answer, transductive, time.process_time() - begin, probability=probability.max(1))


def logistic(split: Split) -> dict[str, Result]:
    """Logistic regression on the features, and, for pictures and sounds, with the same views that ours gets."""
    begin = time.process_time()
    rows = np.flatnonzero(split.given)
    inside, held, y = flat(split.cloud.features), flat(split.held), split.given[rows]
    strength = best_strength(inside[rows], y)
    model = regression(strength).fit(inside[rows], y)
    found = {"logistic": judged(model, inside, held, begin)}
    kind, features = split.cloud.description.kind, split.cloud.features
    if kind in AMOUNTS and view_count(split.cloud.size, features[0].size):
        begin = time.process_time()
        views = views_of(features[rows], split.seed, kind)
        x = np.concatenate([inside[rows], flat(views)])
        model = regression(strength).fit(x, np.tile(y, len(x) // len(y)))
        found["logistic_views"] = judged(model, inside, held, begin)
    return found


def regression(strength: float) -> Any:
    """A logistic regression that is not fitted yet."""
    linear = library("sklearn.linear_model", "bench", "The benchmark")
    return linear.LogisticRegression(C=strength, max_iter=2000)


def best_strength(x: Float32Array, y: Int32Array) -> float:
    """C by cross-validation over the labels given."""
    if np.unique(y, return_counts=True)[1].min() < FOLDS:
        return STRENGTHS[-1]
    selection = library("sklearn.model_selection", "bench", "The benchmark")
    folds = selection.StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    means = [selection.cross_val_score(regression(c), x, y, cv=folds).mean() for c in STRENGTHS]
    return STRENGTHS[int(np.argmax(means))]


def views_of(features: Float32Array, seed: int, kind: str) -> Float32Array:
    """(V * N, ...) float32: augmented copies of samples (N, ...), all of the first copy first."""
    bank = ViewBank(torch.from_numpy(features), seed, kind).bank
    views: Float32Array = bank.float().div(255).flatten(0, 1).numpy()
    return views


def spreading(split: Split) -> dict[str, Result]:
    """Label spreading (Zhou et al., 2004) by scikit-learn, with its own defaults, on a graph of seven neighbours.

    The cloud too is asked by predict(): that gave it up to four points more than its own transduction.
    """
    semi = library("sklearn.semi_supervised", "bench", "The benchmark")
    begin = time.process_time()
    inside, held = reduced(split)
    model = semi.LabelSpreading(kernel="knn", n_neighbors=min(7, len(inside) - 1), alpha=0.2, max_iter=200)
    model.fit(inside, np.where(split.given > 0, split.given, -1))
    return {"label_spreading": judged(model, inside, held, begin)}


def umap(split: Split) -> dict[str, Result]:
    """UMAP (McInnes et al., 2018) in 3-D: told the labels, not told, and propagation on the graph that it builds."""
    inside, held = flat(split.cloud.features), flat(split.held)
    # it compiles before the clock starts, also what it takes above 4,096 points
    umap_of(inside[:WARM], 0, n_epochs=10).fit(inside[:WARM]).transform(held[:2])
    found = {}
    for name, y in (("umap_semi", np.where(split.given > 0, split.given, -1)), ("umap", None)):
        begin = time.process_time()
        model = umap_of(inside, split.seed).fit(inside, y)
        room = np.asarray(model.embedding_, dtype=np.float32)
        held_room = np.asarray(model.transform(held), dtype=np.float32)
        found[name] = from_room(split, room, held_room, time.process_time() - begin)
    graph = model.graph_.tocsr()
    found["umap_propagation"] = voted(split, graph, *reduced(split), begin)
    return found


def umap_of(points: Float32Array, seed: int, **more: Any) -> Any:
    """A UMAP in 3-D for points (N, D) that is not fitted yet, with its usual fifteen neighbours, on one thread."""
    module = library("umap", "bench", "The benchmark")
    near = min(15, len(points) - 1)
    return module.UMAP(n_components=3, n_neighbors=near, random_state=seed, n_jobs=1, **more)


def autoencoder(split: Split) -> dict[str, Result]:
    """An autoencoder with three units in the middle (Hinton and Salakhutdinov, 2006); kNN there."""
    begin = time.process_time()
    torch.manual_seed(split.seed)
    generator = torch.Generator().manual_seed(split.seed)
    inside, held = torch.from_numpy(flat(split.cloud.features)), torch.from_numpy(flat(split.held))
    width = inside.shape[1]
    down = nn.Sequential(nn.Linear(width, 256), nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))
    up = nn.Sequential(nn.Linear(3, 64), nn.ReLU(), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, width))
    optimiser = torch.optim.Adam([*down.parameters(), *up.parameters()], lr=1e-3)
    for _ in range(int(np.clip(EPOCHS * len(inside) / 256, 300, 3000))):
        rows = torch.randint(len(inside), (256,), generator=generator)
        loss = (up(down(inside[rows])) - inside[rows]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        room, held_room = down(inside).numpy(), down(held).numpy()
    return {"autoencoder": from_room(split, room, held_room, time.process_time() - begin)}


__all__ = ["autoencoder", "logistic", "neighbour_graph", "raw_knn", "spreading", "umap", "views_of"]
