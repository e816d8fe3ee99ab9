"""Why training ended or a trainer died, in a sentence that says what to do. Standard library only, no torch."""

from __future__ import annotations

import traceback
from pathlib import Path

from ..core.errors import TrainerError
from .refusal import Failed

DIVERGED = "DIVERGED"
"""The code of a pause that Blender answers with one of its own; Train ends it."""
CRASHES = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
WINDOWS_CRASHES = {0xC0000005: "an access violation", 0xC000001D: "an illegal instruction", 0xC0000409: "a stack overrun"}


def of_training(error: BaseException, encoder: str) -> Failed:
    """What an exception in the training thread means. encoder: the path of the user's own, or empty."""
    kind, text = type(error).__name__, str(error)
    low = text.lower()
    if encoder:
        name = Path(encoder).name
        # the encoder's bytes were compiled under its name, so its frames say so
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        if lines:
            said = "The encoder {name} failed in line {line} ({kind}: {reason}); mend it, then trust it anew."
            return fatal("ENCODER", said, name=name, line=lines[-1], kind=kind, reason=text[:120])
    if "out of memory" in low and ("cuda" in low or "hip" in low or "mps" in low or kind == "OutOfMemoryError"):
        return fatal("CUDA", "The graphics card's memory ran out; close other programs that use it, or train on fewer samples.")
    if "cuda error" in low or kind == "AcceleratorError":
        said = "The graphics card failed ({reason}); restart the computer if it fails again."
        return fatal("CUDA", said, reason=text.splitlines()[0][:120])
    if isinstance(error, MemoryError) or "can't allocate memory" in low or "not enough memory" in low:
        return fatal("MEMORY", "The memory ran out; close other programs, or train on fewer samples.")
    said = "Training stopped for a reason nobody foresaw ({kind}: {reason}); labels are safe, the log says more."
    return fatal("TRAINING", said, kind=kind, reason=text[:200])


def fatal(code: str, text: str, **values: object) -> Failed:
    """What ends the trainer."""
    return Failed.of(TrainerError(text, **values), code, True)


def of_undone(step: int, times: int) -> Failed:
    """What is said of a step that was taken back, the first or a later one."""
    once = "At step {step:,} a loss was not a number; the step was taken back, and the learning rate is half of what it was."
    again = (
        "At step {step:,} a loss was not a number; it is not the first time, so training paused: lower the forces, look for "
        "extreme values in the data, then press Train."
    )
    return Failed.of(TrainerError(once if times == 1 else again, step=step), "NAN" if times == 1 else DIVERGED)


def of_death(code: int, killed_for_memory: bool, log: Path) -> TrainerError:
    """Why the process ended. code: as subprocess gives it; killed_for_memory: the system killed some process for it meanwhile."""
    crash = CRASHES.get(-code) or WINDOWS_CRASHES.get(code & 0xFFFFFFFF)
    if code == -9 and killed_for_memory:
        text = (
            "The trainer was ended by the system because the memory ran out; close other programs, or train on fewer samples; "
            "every acknowledged label is safe. Its log is {log}."
        )
    elif code == -9:
        text = (
            "The trainer was killed by signal 9, by somebody or by the system; every acknowledged label is safe. "
            "Its log is {log}."
        )
    elif crash:
        text = (
            "The trainer crashed ({crash}), most often in torch or in a driver; every acknowledged label is safe. "
            "Its log is {log}."
        )
    elif code < 0:
        text = "The trainer was ended by signal {signal}; every acknowledged label is safe. Its log is {log}."
    else:
        text = "The trainer ended with code {code}; every acknowledged label is safe. Its log is {log}."
    return TrainerError(text, log=log, crash=crash, signal=-code, code=code)


def memory_kills() -> int:
    """How many processes this system ended because memory ran out, since it started; 0 where it does not tell (not Linux)."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
