"""Sounds: a folder of WAV, FLAC, OGG or MP3, each file whole or cut into windows. Needs soundfile, and soxr where rates differ."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...core.arrays import Float32Array
from ...core.errors import DataError
from . import spectrogram
from .dataset import Dataset, Description, Media, Progress, finished
from .guard import check_promise, check_samples, library
from .listing import list_files
from .options import Options
from .preprocessing import Preprocessing
from .reference import SOUNDS

HIGHEST_RATE = 48_000
LONGEST_WHOLE = 600.0
SHORTEST, LONGEST = 0.1, 10.0
"""Seconds that a whole file is shown for: the usual length within these; longer ones show their loudest part."""
CLIPPED = 0.999
CLIPPED_SHARE = 1e-3
RESOLUTION = 0.046
"""Seconds of sound in one FFT, some 22 Hz apart."""


@dataclass(frozen=True)
class Sound:
    """A sound file as its header tells it. open: gives a path or a stream for soundfile. frames, rate (Hz), channels."""

    name: str
    open: Callable[[], Any]
    frames: int
    rate: int
    channels: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.frames / self.rate


@dataclass(frozen=True)
class Clip:
    """One sample: which sound, from when to when (seconds)."""

    sound: int
    start: float
    end: float


def describe(folder: Path, options: Options) -> Description:
    """What a folder holds: the header of each file is read. Raises DataError."""
    listing = list_files(folder, SOUNDS, "sounds")
    sounds = [headed(path.name, path) for path in listing.files]
    count = len(options.rows(len(clips_of(sounds, options))))
    classes = tuple(sorted(set(listing.categories()) - {""}))
    size = count * spectrogram.MELS * spectrogram.FRAMES * 4
    hours = sum(sound.seconds for sound in sounds) / 3600
    note = (
        f"{len(sounds):,} sounds, {hours:.1f} h"
        if hours >= 1
        else f"{len(sounds):,} sounds, {hours * 60:.1f} min"
    )
    shape = (1, spectrogram.MELS, spectrogram.FRAMES)
    return Description("sound", folder.name, count, shape, classes, 0, size, (note, *listing.notes))


def read(folder: Path, options: Options, progress: Progress, fitted: Preprocessing | None = None) -> Dataset:
    """Load a folder. Raises DataError that names the file that cannot be read."""
    listing = list_files(folder, SOUNDS, "sounds")
    sounds = []
    for number, path in enumerate(listing.files):
        sounds.append(headed(path.name, path))
        if number % 200 == 0:
            progress(0.0, f"Looking at sound {number:,} of {len(listing.files):,}")
    return assemble(
        folder.name,
        sounds,
        listing.relative(),
        listing.categories(),
        options,
        progress,
        fitted,
        list(listing.notes),
        True,
    )


def assemble(
    source: str,
    sounds: Sequence[Sound],
    keys: Sequence[str],
    labels: Sequence[str] | None,
    options: Options,
    progress: Progress,
    fitted: Preprocessing | None,
    notes: Sequence[str],
    on_disk: bool,
) -> Dataset:
    """A data set from sounds, whichever folder or table they came from; keys: an id for each sound."""
    if fitted is not None:
        fitted.require("rate", source, "sounds")
    everything = clips_of(sounds, options if fitted is None else windows_as(fitted))
    check_samples(len(everything), source)
    clips = [everything[row] for row in options.rows(len(everything))]
    fitted = fitted or fit([sounds[number] for number in sorted({clip.sound for clip in clips})], options)
    shape = (len(clips), spectrogram.MELS, spectrogram.FRAMES)
    check_promise(int(np.prod(shape)) * 4, sum(s.frames for s in sounds), source)
    pictures = np.zeros(shape, dtype=np.float32)
    filters = spectrogram.mel_filters(fitted.steps["rate"], fitted.steps["fft"])
    quirks: dict[str, list[str]] = {"silent": [], "clipped": []}
    digest = hashlib.sha256()
    for number, samples in enumerate(heard(sounds, clips, fitted)):
        name = sounds[clips[number].sound].name
        loudest = np.abs(samples)
        if loudest.max(initial=0.0) < spectrogram.SILENT:
            quirks["silent"].append(name)
        elif (loudest >= CLIPPED).mean() > CLIPPED_SHARE:
            quirks["clipped"].append(name)
        digest.update(samples.tobytes())
        pictures[number] = spectrogram.log_mel(fit_length(samples, fitted), fitted.steps["rate"], filters)
        if number % 20 == 0:
            progress(number / len(clips), f"Hearing sound {number:,} of {len(clips):,}")
    said = [f"{len(found):,} {what} ({found[0]})" for what, found in quirks.items() if found]
    whole = fitted.steps["window"] == 0
    parts = [("" if whole else f" {clip.start:.2f}–{clip.end:.2f} s") for clip in clips]
    return finished(
        "sound",
        source,
        pictures[:, None],
        [keys[c.sound] + ("" if whole else f"#{c.start:.3f}-{c.end:.3f}") for c in clips],
        [sounds[c.sound].name + part for c, part in zip(clips, parts, strict=True)],
        np.array([labels[clip.sound] for clip in clips]) if labels is not None else None,
        digest.hexdigest(),
        fitted,
        [fitted.steps["sound"], options.sampled(len(everything)), *said, *notes],
        spectrogram.heat(pictures),
        media=[Media(keys[c.sound], 0.0 if whole else c.start, 0.0 if whole else c.end) for c in clips]
        if on_disk
        else None,
    )


def fit(sounds: Sequence[Sound], options: Options) -> Preprocessing:
    """One rate, one length and one resolution for all of them."""
    rate = min(HIGHEST_RATE, Counter(sound.rate for sound in sounds).most_common(1)[0][0])
    # the median, not more: of short sounds a long picture shows silence (165 drum and loop samples: 79 % of it at the
    # 90th percentile, 45 % at the median, and neighbours agreed on their kind as often or more)
    usual = float(np.median([sound.seconds for sound in sounds]))
    seconds = options.window or float(np.clip(usual, SHORTEST, LONGEST))
    fft = 2 ** max(6, round(np.log2(rate * RESOLUTION)))
    mixed = len({sound.rate for sound in sounds}) > 1 or any(sound.rate != rate for sound in sounds)
    words = f"log-mel, {rate:,} Hz, mono, {seconds:.2f} s" + (", resampled" if mixed else "")
    return Preprocessing(
        {
            "scaling": "80 dB below the loudest to 0..1",
            "sound": words,
            "rate": int(rate),
            "fft": int(fft),
            "seconds": seconds,
            "window": options.window,
            "hop": options.hop or options.window,
        }
    )


def windows_as(fitted: Preprocessing) -> Options:
    """The windows that a run was trained with."""
    return Options(window=fitted.steps["window"], hop=fitted.steps["hop"])


def clips_of(sounds: Sequence[Sound], options: Options) -> list[Clip]:
    """Each sound whole, or its windows; a last one that is less than half full is left out. Raises DataError."""
    if not options.window:
        long = next((sound for sound in sounds if sound.seconds > LONGEST_WHOLE), None)
        if long is not None:
            raise DataError(
                f"The sound {long.name} lasts {long.seconds / 60:,.0f} min, too long for one sample; set a window in seconds."
            )
        return [Clip(number, 0.0, sound.seconds) for number, sound in enumerate(sounds)]
    if options.window < 0.02 or (options.hop and options.hop < options.window / 100):
        raise DataError(
            "A window of {window:g} s every {hop:g} s is too small; take at least 0.02 s.",
            window=options.window, hop=options.hop,
        )
    hop = options.hop or options.window
    expected = sum(sound.seconds / hop + 1 for sound in sounds)
    check_samples(int(expected) + 2, "The folder, cut into windows,")
    clips = []
    for number, sound in enumerate(sounds):
        starts = np.arange(0.0, max(hop / 2, sound.seconds), hop)
        kept = [s for s in starts if s == 0 or sound.seconds - s >= options.window / 2]
        clips += [Clip(number, float(s), float(min(s + options.window, sound.seconds))) for s in kept]
    return clips


def heard(sounds: Sequence[Sound], clips: Sequence[Clip], fitted: Preprocessing) -> Iterator[Float32Array]:
    """The samples of each clip, mono, at the rate of the run; a file is opened once for all its clips."""
    soundfile = library("soundfile", "audio", "Reading sounds")
    rate = fitted.steps["rate"]
    current, stream = -1, None
    try:
        for clip in clips:
            sound = sounds[clip.sound]
            try:
                if clip.sound != current:
                    if stream is not None:
                        stream.close()
                    current, stream = clip.sound, soundfile.SoundFile(sound.open())
                assert stream is not None
                begin, wanted = round(clip.start * sound.rate), round((clip.end - clip.start) * sound.rate)
                if stream.tell() != begin:
                    stream.seek(
                        begin
                    )  # within an MP3 this decodes from a wrong place for a moment: only where it must
                samples = stream.read(wanted, dtype="float32", always_2d=True)
            except (soundfile.SoundFileError, RuntimeError, OSError, ValueError) as error:
                raise DataError(
                    "The sound {name} is damaged ({reason}); mend or remove it.",
                    name=sound.name, reason=reason(error),
                ) from error
            if len(samples) < wanted / 2:
                raise DataError(
                    f"The sound {sound.name} is cut off: its header says {sound.seconds:.1f} s, it ends at "
                    f"{(begin + len(samples)) / sound.rate:.1f} s; copy it again or remove it."
                )
            if not np.isfinite(samples).all():
                raise DataError(
                    "The sound {name} holds samples that are no finite numbers; mend or remove it.",
                    name=sound.name,
                )
            mono = samples.mean(axis=1)
            if sound.rate != rate:
                mono = library("soxr", "audio", "Sounds of several rates").resample(mono, sound.rate, rate)
            yield np.ascontiguousarray(mono, dtype=np.float32)
    finally:
        if stream is not None:
            stream.close()


def fit_length(samples: Float32Array, fitted: Preprocessing) -> Float32Array:
    """`seconds` of sound: a shorter one is followed by silence, of a longer one the loudest part is taken."""
    length = max(1, round(fitted.steps["seconds"] * fitted.steps["rate"]))
    if len(samples) <= length:
        return np.pad(samples, (0, length - len(samples)))
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    start = int(np.argmax(energy[length:] - energy[:-length]))
    return samples[start : start + length]


def headed(name: str, source: Any, reopen: Callable[[], Any] | None = None) -> Sound:
    """A sound's header. Raises DataError where it is none, or holds nothing."""
    soundfile = library("soundfile", "audio", "Reading sounds")
    try:
        info = soundfile.info(source)
    except (soundfile.SoundFileError, RuntimeError, OSError, ValueError) as error:
        raise DataError(
            "The sound {name} cannot be read ({reason}); mend or remove it.",
            name=name, reason=reason(error),
        ) from error
    if info.frames <= 0:
        raise DataError("The sound {name} has no length (0 samples); remove it.", name=name)
    if not 1 <= info.channels <= 64 or not 100 <= info.samplerate <= 1_000_000:
        raise DataError(
            "The sound {name} says {channels} channels at {samplerate:,} Hz; is it damaged?",
            name=name, channels=info.channels, samplerate=info.samplerate,
        )
    return Sound(name, reopen or (lambda: source), int(info.frames), int(info.samplerate), int(info.channels))


def reason(error: Exception) -> str:
    """libsndfile's own words, without the path that it repeats."""
    return str(error).rsplit(":", 1)[-1].strip().rstrip(".") or type(error).__name__
