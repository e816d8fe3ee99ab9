"""Tables of the learning benchmark as Markdown: one a job, the ablations in one, and what was to be reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Rows = list[dict[str, Any]]
LEARNING = ("held", "transductive", "trust", "silhouette", "fill", "room_fill", "ece", "coverage95", "cpu_seconds")
LASSOS = tuple(f"{what}_{when}" for what in ("found", "all", "classes") for when in (5, 10, 15))
OTHER = {
    "lassos": (*LASSOS, "found_end", "fill", "label_error"),
    "lassos-core": (*LASSOS, "found_end", "fill", "label_error"),
    "unnamed": ("auroc", "nmi_before", "nmi_after", "nmi_fall", "accuracy_named", "unknown_named", "unknown_unnamed"),
    "motion": (
        *(f"motion_{part}_{what}" for part in ("median", "p99", "max") for what in ("worst", "mean")),
        "motion_turn_worst",
        "motion_mirrored",
        *(f"opening_{part}_worst" for part in ("median", "p99", "max", "turn")),
        *(f"{arm}_{what}" for arm in ("effect", "effect_class", "effect_lasso") for what in ("closer", "farther", "both")),
    ),
}
BAR = (
    ("digits-5", "held", 0.955),
    ("digits-5", "transductive", 0.955),
    ("digits-5", "fill", 0.66),
    ("digits-5", "trust", 0.96),
    ("digits-1", "held", 0.90),
    ("digits-1", "transductive", 0.90),
    ("digits-1", "fill", 0.66),
    ("digits-1", "trust", 0.96),
    ("mnist-70", "held", 0.95),
    ("mnist-70", "transductive", 0.95),
    ("mnist-70", "fill", 0.70),
    ("mnist-70", "trust", 0.905),
    ("lassos", "found_10", 0.93),
    ("lassos", "found_15", 0.96),
    ("lassos", "classes_15", 10.0),
    ("unnamed", "auroc", 0.85),
    ("motion", "effect_both", 0.90),
)
"""What the figure of ours must reach at least: table, figure, value."""
AT_MOST = (
    ("unnamed", "nmi_fall", 0.03),
    ("motion", "motion_median_worst", 0.05),
    ("motion", "motion_p99_worst", 0.10),
    ("motion", "motion_max_worst", 0.35),
    ("motion", "opening_median_worst", 0.05),
    ("motion", "opening_p99_worst", 0.10),
    ("motion", "opening_max_worst", 0.35),
)
WITHIN = 0.015
"""Of the offline figure, for labels that come in instalments."""


def markdown(tables: Mapping[str, Rows], notes: Mapping[str, str]) -> str:
    """Everything, for docs/learning.md. notes: of jobs that were left out or failed."""
    parts = [bar(tables)]
    for name, rows in tables.items():
        if not name.startswith("ablation"):
            parts.append(one(name, rows))
    parts.append(ablations({n: rows for n, rows in tables.items() if n.startswith("ablation")}))
    codes = sorted({code for rows in tables.values() for row in rows for code in row["code"]})
    if len(codes) > 1:
        parts.append(f"These figures are of {len(codes)} states of the code ({', '.join(codes)}); `make clean` begins anew.\n")
    parts += [f"- {name}: {note}\n" for name, note in notes.items()]
    return "\n".join(part for part in parts if part)


def row_of(rows: Rows, method: str = "ours") -> dict[str, Any]:
    """The row of a method; empty where there is none."""
    return next((row for row in rows if row["method"] == method), {})


def bar(tables: Mapping[str, Rows]) -> str:
    """What was to be reached, and whether it was."""
    lines = ["## The bar\n", "| table | figure of ours | bar | | |", "|---|---|---|---|---|"]

    def say(table: str, figure: str, limit: str, value: str, held: bool) -> None:
        lines.append(f"| {table} | {figure} | {limit} | {value} | {'held' if held else '**missed**'} |")

    for sign, entries in (("≥", BAR), ("≤", AT_MOST)):
        for table, figure, limit in entries:
            mean = row_of(tables.get(table, [])).get(figure, {}).get("mean")
            if mean is not None:
                say(table, figure, f"{sign} {limit:g}", f"{mean:.4f}", mean >= limit if sign == "≥" else mean <= limit)
    for offline, live in (("digits-5", "digits-5-live"), ("mnist-70", "mnist-70-live")):
        for figure in ("held", "transductive"):
            a, b = (row_of(tables.get(name, [])).get(figure, {}).get("mean") for name in (offline, live))
            if a is not None and b is not None:
                say(live, figure, f"≥ {a - WITHIN:.4f}", f"{b:.4f}", b >= a - WITHIN)
    for table in ("digits-5", "digits-1", "mnist-70", "glosses", "satellite", "photographs", "words", "notes"):
        rows = tables.get(table, [])
        for figure, method in row_of(rows).get("best_baseline", {}).items():
            apart = row_of(rows, method).get("ours_minus_this", {}).get(figure)
            if apart is None:
                continue
            value = f"{apart['mean']:+.4f} [{apart['low']:+.4f}, {apart['high']:+.4f}]"
            if table == "digits-1":
                say(table, f"{figure} less {method}", "mean > 0", value, apart["mean"] > 0)
            elif table in ("digits-5", "mnist-70"):
                say(table, f"{figure} less {method}", "low > 0", value, apart["low"] > 0)
            else:
                say(table, f"{figure} less {method}", "high ≥ 0", value, apart["high"] >= 0)
    return "\n".join([*lines, ""]) if len(lines) > 3 else ""


def one(name: str, rows: Rows) -> str:
    """The table of a job: a method a line; figures that depend on no seed count are mean ± deviation."""
    wanted = OTHER.get(name, LEARNING)
    figures = [figure for figure in wanted if any(figure in row for row in rows)]
    first = row_of(rows) or rows[0]
    head = [f"## {name}\n", f"    {first['command']}\n", f"Seeds {spans(first['seeds'])}, version {first['version']}.\n"]
    apart = [figure for figure in ("held", "found_15") if figure in figures]
    columns = ["method", *figures, *(f"ours less this, {figure}" for figure in apart)]
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    best = set(first.get("best_baseline", {}).values())
    for row in rows:
        cells = [f"**{row['method']}**" if row["method"] == "ours" else row["method"] + " (best)" * (row["method"] in best)]
        cells += [cell(row.get(figure)) for figure in figures]
        for figure in apart:
            between = row.get("ours_minus_this", {}).get(figure)
            cells.append(f"{between['mean']:+.3f} [{between['low']:+.3f}, {between['high']:+.3f}]" if between else "")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*head, *lines, ""])


def ablations(tables: Mapping[str, Rows]) -> str:
    """One line an ablation: the room's figures, and the shipped predictor's accuracy."""
    if not tables:
        return ""
    figures = ("held", "transductive", "trust", "silhouette", "fill", "room_fill", "cpu_seconds")
    whole = next(iter(tables.values()))
    lines = [
        "## Ablations: digits, 5 %\n",
        f"    {row_of(whole).get('command', '')}\n",
        "| | settings | " + " | ".join(figures) + " | predictor, held |",
        "|---" * (len(figures) + 3) + "|",
    ]
    for name, rows in tables.items():
        ours, predictor = row_of(rows), row_of(rows, "ours_predictor")
        settings = ", ".join(flat(ours.get("settings", {})))
        cells = [name.removeprefix("ablation-"), settings, *(cell(ours.get(figure)) for figure in figures)]
        lines.append("| " + " | ".join([*cells, cell(predictor.get("held"))]) + " |")
    return "\n".join([*lines, ""])


def flat(settings: Mapping[str, Any]) -> list[str]:
    """Settings as NAME=VALUE."""
    pairs = []
    for name, value in settings.items():
        pairs += [f"{name}.{key}={part}" for key, part in value.items()] if isinstance(value, dict) else [f"{name}={value}"]
    return pairs


def cell(figure: Mapping[str, float] | None) -> str:
    """Mean ± deviation."""
    if figure is None:
        return ""
    digits = 1 if abs(figure["mean"]) >= 20 else 3
    return f"{figure['mean']:.{digits}f} ± {figure['std']:.{digits}f}"


def spans(seeds: list[int]) -> str:
    """0 to 9, or each."""
    whole = seeds == list(range(seeds[0], seeds[-1] + 1))
    return f"{seeds[0]} to {seeds[-1]}" if whole and len(seeds) > 1 else ", ".join(map(str, seeds))
