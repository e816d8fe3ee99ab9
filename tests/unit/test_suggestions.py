"""Where to look next: places that exist, of samples without a label, quick to find, and followed by the scripted person."""

import numpy as np
import torch
from test_engine import CONFIG, blobs, labels_of
from test_labeller import RADIUS, views

from latent_lasso.core.labeller import LARGEST_SHARE, Labeller
from latent_lasso.core.projection import project
from latent_lasso.core.selection import select
from latent_lasso.training import frames, protocol
from latent_lasso.training.asking import answer
from latent_lasso.training.engine import Engine
from latent_lasso.training.suggestions import groups, suggest


def trained(count=400, kinds=4, each=0, named=2, steps=60):
    data, truth = blobs(count, kinds=kinds)
    engine = Engine(data, CONFIG, np.zeros(count, np.int32))
    for _ in range(steps):
        engine.step()
    if each:
        engine.set_labels(labels_of(truth, each, kinds=named))
        for _ in range(8):
            engine.step()
    return engine, truth


def test_without_labels_there_is_a_core_of_one_kind_alone():
    engine, truth = trained()
    places = suggest(engine)
    assert [place.kind for place in places] == ["core"]
    rows = places[0].rows.numpy()
    assert len(rows) >= 3 and len(np.unique(truth[rows])) == 1
    inside = np.linalg.norm(engine.positions()[rows] - places[0].centre, axis=1)
    assert inside.max() <= places[0].radius + 1e-3
    assert np.abs(places[0].centre).max() <= 10


def test_with_some_named_a_core_and_what_is_novel_lie_among_the_others():
    engine, truth = trained(each=20)
    places = {place.kind: place for place in suggest(engine)}
    for kind in ("core", "novel"):
        rows = places[kind].rows.numpy()
        assert (truth[rows] >= 2).mean() > 0.9, kind
        assert not engine.given[rows].any()
        assert places[kind].sentence.endswith((".", "closest."))


def test_the_uncertain_are_less_sure_than_the_rest():
    engine, _ = trained(each=20, kinds=2, steps=3)
    places = {place.kind: place for place in suggest(engine)}
    if "uncertain" in places:
        rows = places["uncertain"].rows
        said = (engine.guesser.prediction > 0) & (engine.given == 0)
        assert engine.guesser.margin[rows].mean() < engine.guesser.margin[said].mean()


def test_asking_changes_nothing_and_gives_the_same_answer_again():
    engine, _ = trained(each=10)
    before = engine.generator.get_state().clone(), engine.positions()
    first, second = suggest(engine), suggest(engine)
    assert torch.equal(engine.generator.get_state(), before[0]) and np.array_equal(engine.positions(), before[1])
    assert [p.centre for p in first] == [p.centre for p in second]


def test_a_cloud_that_is_labelled_throughout_or_tiny_has_nothing_to_suggest():
    engine, truth = trained(count=40)
    engine.set_labels((truth + 1).astype(np.int32))
    for _ in range(5):
        engine.step()
    assert suggest(engine) == []
    for count in (1, 2, 5):
        tiny, _ = trained(count=count, steps=2)
        assert all(len(place.rows) for place in suggest(tiny))


def test_groups_find_what_lies_together():
    truth = torch.arange(200) % 4
    centres = torch.nn.functional.normalize(torch.randn(4, 32, generator=torch.Generator().manual_seed(1)), dim=1)
    p = torch.nn.functional.normalize(
        centres[truth] + 0.05 * torch.randn(200, 32, generator=torch.Generator().manual_seed(2)), dim=1
    )
    found = groups(p, 4)
    assert all(len(found[truth == kind].unique()) == 1 for kind in range(4)) and len(found.unique()) == 4


def test_the_answer_survives_the_wire_with_the_runs_own_numbers():
    engine, _ = trained(each=10)
    samples = np.arange(400, dtype=np.int32) * 3
    found = answer(engine, samples, protocol.AskSuggestions("q"))
    raw = b"".join(bytes(piece) for piece in frames.encode(found))
    import io

    again = frames.read(io.BytesIO(raw))
    assert isinstance(again, protocol.Suggestions) and again.request == "q" and len(again.places) == len(found.places)
    assert np.array_equal(again.places[0].samples, found.places[0].samples) and (again.places[0].samples % 3 == 0).all()


def test_the_scripted_person_draws_around_what_was_suggested_and_takes_no_more_than_a_person_may():
    engine, _ = trained(count=600)
    seen = [project(engine.positions(), view) for view in views()]
    suggested = suggest(engine)[0].rows.tolist()
    nothing = np.zeros(600, np.int32)
    plan = Labeller(0, RADIUS).choose(seen, nothing, suggested)
    taken = select(seen[plan.view], plan.polygon, plan.depth, plan.near, plan.far)
    assert 0 < taken.sum() <= LARGEST_SHARE * 600
    assert taken[suggested[0]] or np.isin(np.flatnonzero(taken), suggested).any()
    everything_suggested_has_a_colour = nothing.copy()
    everything_suggested_has_a_colour[suggested] = 1
    Labeller(0, RADIUS).choose(seen, everything_suggested_has_a_colour, suggested)  # then it looks for itself
