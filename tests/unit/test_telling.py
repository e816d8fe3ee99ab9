"""What the data says of its samples, and the numbers that colours are made from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from latent_lasso.core import palette, sample_loss
from latent_lasso.core.errors import DataError
from latent_lasso.training import telling
from latent_lasso.training.datasets import DatasetRef, open_dataset
from latent_lasso.training.told import AskFacts


def test_a_text_tells_its_words_and_other_data_none(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n".join(["a warbler\x1b[31m sings " + "on " * 900, "rain", "wind"]) + "\n", encoding="utf-8")
    dataset = open_dataset(DatasetRef("text", str(path)))
    samples = np.array([4, 5, 9], dtype=np.int32)
    told = telling.answer(dataset, samples, AskFacts("x", np.array([5, 9, 77], dtype=np.int32)))
    assert [(fact.sample, fact.text) for fact in told.facts] == [(5, "rain"), (9, "wind")]
    long = telling.answer(dataset, samples, AskFacts("x", samples[:1])).facts[0].text
    assert long.startswith("a warbler\\x1b[31m sings on on") and len(long) < 1100
    digits = telling.answer(open_dataset(DatasetRef("digits")), samples, AskFacts("x", samples))
    assert digits.columns == [] and digits.facts[0].text == "" and digits.facts[0].cells == []


def test_cells_come_back_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("size,kind,when\n1.5,a,2020-01-02\n-7,b,1999-12-31\n300,a,2020-01-03\n", encoding="utf-8")
    dataset = open_dataset(DatasetRef("table", str(path)))
    samples = np.arange(3, dtype=np.int32)
    told = telling.answer(dataset, samples, AskFacts("x", samples, "kind"))
    assert [fact.cells for fact in told.facts] == [
        ["1.5", "a", "2020-01-02"], ["-7", "b", "1999-12-31"], ["300", "a", "2020-01-03"],
    ]  # fmt: skip
    assert told.names == ["a", "b"] and told.values is not None and told.values.tolist() == [0, 1, 0]
    with pytest.raises(DataError, match="no column 'weight'"):
        telling.answer(dataset, samples, AskFacts("x", samples, "weight"))
    assert telling.answer(None, samples, AskFacts("x", samples)).facts == []


def test_the_map_grows_lighter_in_even_steps() -> None:
    shown = palette.mapped(np.linspace(0, 1, 50).astype(np.float32))
    light = np.cbrt(shown @ np.array([0.2126, 0.7152, 0.0722]))
    steps = np.diff(light)
    assert (steps > 0).all() and steps.max() < 4 * np.median(steps)
    grey = palette.linear(palette.UNLABELLED)
    assert np.allclose(palette.mapped(np.array([np.nan, np.inf], dtype=np.float32)), grey, atol=1e-6)


def test_a_point_among_another_category_has_the_larger_loss() -> None:
    rng = np.random.default_rng(0)
    positions = np.concatenate([rng.normal(0, 0.3, (20, 3)), rng.normal(8, 0.3, (20, 3))]).astype(np.float32)
    labels = np.repeat([1, 2], 20).astype(np.int32)
    labels[0], labels[3] = 2, 0
    loss = sample_loss.per_sample(positions, labels)
    assert loss[0] > 2.0 and np.nanargmax(loss) == 0 and np.isnan(loss[3])
    assert (np.delete(loss, [0, 3]) >= -1e-5).all() and np.nanmedian(loss) < 0.2
    assert np.isnan(sample_loss.per_sample(positions, labels * 0)).all()
