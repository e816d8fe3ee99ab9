"""The files themselves, sorted into a folder for each category: copies, cut sounds, or the sample's picture."""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

from ...core.errors import StoreError
from ..datasets import own_file
from ..datasets.dataset import Progress
from ..datasets.guard import library
from ..run_view import RunView
from .tiles import tile_pictures

RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³")}


def file_name(text: str, most: int = 100) -> str:
    """`text` as one name of at most so many bytes that every file system takes, and that looks like what it is.

    No separators, nothing that cannot be printed or turns the direction of writing, no dots in front, no reserved words.
    """
    name = re.sub(r'[<>:"/\\|?*]', "_", "".join(c if c.isprintable() else "_" for c in unicodedata.normalize("NFC", text)))
    name = name.strip(". ").encode()[:most].decode(errors="ignore").strip(". ")
    return f"_{name}" if not name or name.lower().split(".")[0].strip() in RESERVED else name


def write(view: RunView, target: Path, progress: Progress) -> str:
    """Copy every labelled sample into the folder of its category."""
    media = view.media()
    root = Path(view.meta["dataset"]["path"])
    pictures = {} if media else tile_pictures(view)
    if not media and not pictures:
        raise StoreError("These samples have neither files nor pictures to sort; export the labels instead.")
    folders: dict[int, Path] = {}
    count = 0
    labelled = [sample for sample, category in enumerate(view.labels) if category]
    for number, sample in enumerate(labelled):
        category = int(view.labels[sample])
        if category not in folders:
            folder = target / file_name(view.name_of(category))
            taken = {other.name.casefold() for other in folders.values()}  # some file systems know no capitals
            while folder.name.casefold() in taken:
                folder = target / f"{folder.name}_{category}"
            folder.mkdir(parents=True, exist_ok=True)
            folders[category] = folder
        if media:
            copy_media(root, *media[sample], folders[category])
        else:
            pictures[sample].save(free_name(folders[category] / f"{file_name(view.ids[sample])}.png"))
        count += 1
        if number % 50 == 0:
            progress(number / len(labelled), f"Sorting sample {number:,} of {len(labelled):,}")
    target.mkdir(parents=True, exist_ok=True)
    return f"Sorted {count:,} samples into {len(folders)} folders below {target.name}"


def copy_media(root: Path, name: str, start: float, end: float, folder: Path) -> None:
    """Copy a sample's file, or the part of a sound that the sample is. Raises DataError where it is gone."""
    source = own_file.lies_at(root, name)
    if end <= start:
        shutil.copyfile(source, free_name(folder / file_name(source.name)))
        return
    soundfile = library("soundfile", "audio", "Cutting sounds")
    with soundfile.SoundFile(source) as stream:
        stream.seek(round(start * stream.samplerate))
        samples = stream.read(round((end - start) * stream.samplerate), dtype="float32")
        name = f"{file_name(source.stem)}_{start:.3f}-{end:.3f}.wav"
        soundfile.write(free_name(folder / name), samples, stream.samplerate)


def free_name(path: Path) -> Path:
    """`path`, with a number where it is taken: files of the same name from two folders both stay."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}_{number}{path.suffix}")
        number += 1
    return free
