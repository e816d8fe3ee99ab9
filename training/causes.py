"""Why training ended or a trainer died, in a sentence that says what to do. Standard library only, no torch."""

from __future__ import annotations

import traceback
from pathlib import Path

DIVERGED = "DIVERGED"
"""The code of a pause that Blender answers with one of its own; Train ends it."""
CRASHES = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}
WINDOWS_CRASHES = {0xC0000005: "an access violation", 0xC000001D: "an illegal instruction", 0xC0000409: "a stack overrun"}


def of_training(error: BaseException, encoder: str) -> tuple[str, str]:
    """(code, sentence) of an exception in the training thread. encoder: the path of the user's own, or empty."""
    kind, text = type(error).__name__, str(error)
    low = text.lower()
    if encoder:
        name = Path(encoder).name
        # the encoder's bytes were compiled under its name, so its frames say so
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
        if lines:
            return "ENCODER", f"The encoder {name} failed in line {lines[-1]} ({kind}: {text[:120]}); mend it, then trust it anew."
    if "out of memory" in low and ("cuda" in low or "hip" in low or "mps" in low or kind == "OutOfMemoryError"):
        return "CUDA", "The graphics card's memory ran out; close other programs that use it, or train on fewer samples."
    if "cuda error" in low or kind == "AcceleratorError":
        return "CUDA", f"The graphics card failed ({text.splitlines()[0][:120]}); restart the computer if it fails again."
    if isinstance(error, MemoryError) or "can't allocate memory" in low or "not enough memory" in low:
        return "MEMORY", "The memory ran out; close other programs, or train on fewer samples."
    return "TRAINING", f"Training stopped for a reason nobody foresaw ({kind}: {text[:200]}); labels are safe, the log says more."


def of_undone(step: int, times: int) -> tuple[str, str]:
    """(code, sentence) of a step that was taken back, the first or a later one."""
    where = f"At step {step:,} a loss was not a number;"
    if times == 1:
        return "NAN", f"{where} the step was taken back, and the learning rate is half of what it was."
    again = "it is not the first time, so training paused: lower the forces, look for extreme values in the data, then press Train."
    return DIVERGED, f"{where} {again}"


def of_death(code: int, killed_for_memory: bool, log: Path) -> str:
    """Why the process ended. code: as subprocess gives it; killed_for_memory: the system killed some process for it meanwhile."""
    if code == -9 and killed_for_memory:
        how = "was ended by the system because the memory ran out; close other programs, or train on fewer samples;"
    elif code == -9:
        how = "was killed by signal 9, by somebody or by the system;"
    elif -code in CRASHES:
        how = f"crashed ({CRASHES[-code]}), most often in torch or in a driver;"
    elif code & 0xFFFFFFFF in WINDOWS_CRASHES:
        how = f"crashed ({WINDOWS_CRASHES[code & 0xFFFFFFFF]}), most often in torch or in a driver;"
    elif code < 0:
        how = f"was ended by signal {-code};"
    else:
        how = f"ended with code {code};"
    return f"The trainer {how} every acknowledged label is safe. Its log is {log}."


def memory_kills() -> int:
    """How many processes this system ended because memory ran out, since it started; 0 where it does not tell (not Linux)."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("oom_kill "))
