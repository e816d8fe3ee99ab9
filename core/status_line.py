"""The line that says how the training goes. Pure Python."""

from __future__ import annotations


def line(state: str, sentence: str, rate: float, step: int, since_label: float | None) -> str:
    """What the trainer is doing, in a sentence. rate: steps a second; since_label: seconds since the last label was taken in."""
    if state == "TRAINING":
        said = f"{sentence}, {rate:.0f} steps a second" if rate >= 10 else f"{sentence}, {rate:.1f} steps a second"
    elif state == "PAUSED":
        said = f"Paused at step {step:,}"
    else:
        return sentence
    return said if since_label is None else f"{said}; last label taken in {ago(since_label)}"


def ago(seconds: float) -> str:
    """How long ago, as people say it."""
    if seconds < 60:
        return f"{seconds:.0f} s ago"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min ago"
    return f"{seconds / 3600:.0f} h ago"
