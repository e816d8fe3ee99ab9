"""README.txt of a run folder: what each file in it is, for whoever finds it years later."""

from __future__ import annotations

from pathlib import Path

from .filesystem import sync_folder

FILE = "README.txt"
TEXT = """This folder is a run of Latent Lasso: the whole history of one labelled cloud. Keep it as a whole, beside its .blend.
It may be moved, copied and renamed while no trainer is working on it.

run.sqlite           every label edit ever made, categories, where the data lies, an index of all else. SQLite; the truth
run.sqlite-wal       what run.sqlite has not taken in yet: part of it while a trainer works or after one was killed. Never delete it
run.sqlite-shm       an index of -wal, made anew when it is missing
run.sqlite.vN.bak    run.sqlite as it was before a newer version changed its format from N
segment-NNNN.pc2     where the points were at each recorded epoch: PC2, the format of Blender's Mesh Cache modifier
segment-NNNN.state.pc2  the same for label, prediction and confidence, as x, y and z
checkpoint-N.pt      the model after step N: torch.load(file, weights_only=True). The last three, one an hour, and each one
                     at which labels changed
preprocessing.npz    how the data was read: NumPy arrays
atlas.png            the thumbnails, all in one picture
encoder.*            the user's own encoder, where the run has one. It is code; it runs only where it is trusted
trainer.log          what the trainer said; trainer.log.1 what it said before
run.lock             who works on the run now; empty otherwise
events               for TensorBoard, where that was asked for
*.partial            what was being written when something ended too early; may be deleted

Look inside: latent-lasso info THIS-FOLDER --check
"""


def write(folder: Path) -> None:
    """Write README.txt where it is missing or of another version. Raises OSError."""
    path = folder / FILE
    if not path.is_file() or path.read_bytes() != TEXT.encode():
        path.write_bytes(TEXT.encode())
        sync_folder(folder)
