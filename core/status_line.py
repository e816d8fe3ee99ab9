"""The line that says how the training goes. Pure Python."""

from __future__ import annotations

from collections.abc import Callable


def line(
    state: str, sentence: str, rate: float, step: int, since_label: float | None, translate: Callable[[str], str] = str
) -> str:
    """What the trainer is doing, in a sentence. rate: steps a second; since_label: seconds since the last label was taken in.

    translate: what looks a sentence up before its values are filled in.
    """
    if state == "TRAINING":
        training = "{sentence}, {rate:.0f} steps a second" if rate >= 10 else "{sentence}, {rate:.1f} steps a second"
        said = translate(training).format(sentence=translate(sentence), rate=rate)
    elif state == "PAUSED":
        said = translate("Paused at step {step:,}").format(step=step)
    else:
        return translate(sentence)
    if since_label is None:
        return said
    return translate("{said}; last label taken in {ago}").format(said=said, ago=ago(since_label, translate))


def ago(seconds: float, translate: Callable[[str], str] = str) -> str:
    """How long ago, as people say it."""
    for limit, unit, said in ((60, 1, "{time:.0f} s ago"), (3600, 60, "{time:.0f} min ago")):
        if seconds < limit:
            return translate(said).format(time=seconds / unit)
    return translate("{time:.0f} h ago").format(time=seconds / 3600)
