"""`latent-lasso info` and `describe`: what a run, or a data set, holds."""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...core.text import printable
from .arguments import add_common, add_data, reference_of
from .report import Report

UNSOUND = 3


def add(commands: Any) -> None:
    """Declare both commands."""
    parser: argparse.ArgumentParser = commands.add_parser("info", help="say what a run holds")
    parser.add_argument("folder", type=Path, metavar="RUN", help="the run folder")
    parser.add_argument("--check", action="store_true", help="read everything in it and say what is not sound (exit code 3)")
    add_common(parser)
    parser.set_defaults(run=run)
    describing: argparse.ArgumentParser = commands.add_parser(
        "describe", help="say what a data set holds, without loading it"
    )
    describing.add_argument("data", help="a file, a folder, or the word digits")
    add_data(describing)
    add_common(describing)
    describing.set_defaults(run=describe)


def run(chosen: argparse.Namespace, report: Report) -> int:
    """Say what a run holds."""
    if chosen.check:
        return check(chosen, report)
    from ..run_view import RunView

    view = RunView(chosen.folder)
    try:
        records, counts = view.history.records, Counter(view.labels.tolist())
        facts = {
            "run": view.meta["run_id"],
            "source": view.meta["description"]["source"],
            "kind": view.meta["description"]["kind"],
            "samples": len(view.ids),
            "shape": view.meta["description"]["shape"],
            "records": len(records),
            "steps": records[-1].step if records else 0,
            "epochs": round(records[-1].epoch, 2) if records else 0,
            "edits": len(view.edits),
            "labels": view.history.labels_stored(),
            "labelled": sum(count for category, count in counts.items() if category),
            "categories": {category.name: counts.get(category.id, 0) for category in view.categories},
            "notes": view.meta["description"]["notes"],
            "versions": view.meta["versions"],
        }
    finally:
        view.close()
    report.result("\n".join(plain(facts)), facts)
    return 0


def check(chosen: argparse.Namespace, report: Report) -> int:
    """Say what of a run is sound."""
    from ..soundness import examine

    found = examine(chosen.folder, report.progress)
    for sentence in found.problems:
        report.warn(sentence)
    report.result("\n".join(plain(found.counts)) if not found.problems else f"{len(found.problems):,} problems", asdict(found))
    return UNSOUND if found.problems else 0


def describe(chosen: argparse.Namespace, report: Report) -> int:
    """Say what a data set holds."""
    from ..datasets import describe as look

    facts = asdict(look(reference_of(chosen.data, chosen.kind, chosen.options)))
    report.result("\n".join(plain(facts)), facts)
    return 0


def plain(facts: dict[str, Any]) -> list[str]:
    """Facts as lines for a person: a name, then the value; several values one below the other."""
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict):
            value = [
                f"{key}: {count:,}" if isinstance(count, int) else f"{key}: {count}"
                for key, count in value.items()
            ]
        elif isinstance(value, int) and not isinstance(value, bool):
            value = f"{value:,}"
        values = (
            [str(entry) for entry in value]
            if isinstance(value, (list, tuple)) and name != "shape"
            else [str(value)]
        )
        for number, text in enumerate(values or ["none"]):
            lines.append(f"{name.replace('_', ' ') if number == 0 else '':14}{printable(text, 140)}")
    return lines
