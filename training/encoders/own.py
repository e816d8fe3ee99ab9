"""The user's own encoder: a Python module with build(sample_shape), a torch.export file or TorchScript.

It is code, so it runs only when its hash is among those that the user trusted on this computer; exactly the bytes that
were hashed are run. A copy lies in the run's folder, so that a run can go on without the original.
"""

from __future__ import annotations

import hashlib
import io
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...core.errors import DataError
from ...core.text import reason
from ..config import TrainConfig

SUFFIXES = (".py", ".pt2", ".pt", ".ts")
MOST_BYTES = 2 * 2**30


class Exported(nn.Module):
    """An exported program as a body: it has one mode only, which train() and eval() leave alone."""

    def __init__(self, program: nn.Module) -> None:
        super().__init__()
        self.program = program

    def train(self, mode: bool = True) -> Exported:
        """Stay as exported."""
        self.training = mode
        return self

    def forward(self, x: Tensor) -> Tensor:
        """h of a batch."""
        h: Tensor = self.program(x)
        return h


def copy_into(folder: Path, config: TrainConfig) -> None:
    """Keep a copy of the encoder's file in the run's folder. Raises DataError where it is gone or was changed."""
    path = Path(config.encoder)
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(
            "The encoder {name} is of no known kind; it is one of {suffixes}.",
            name=path.name, suffixes=", ".join(SUFFIXES),
        )
    kept(folder, config).write_bytes(read(path, config.encoder_sha256))


def kept(folder: Path, config: TrainConfig) -> Path:
    """Where the run keeps its copy."""
    return folder / f"encoder{Path(config.encoder).suffix.lower()}"


def read(path: Path, sha256: str) -> bytes:
    """The file's bytes. Raises DataError where they are not those that were trusted."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(
                f"The encoder {path.name} is over {MOST_BYTES // 2**30} GiB; export it without its data."
            )
        data = path.read_bytes()
    except OSError as error:
        raise DataError(
            "The encoder {path} cannot be read ({reason}); check its path.",
            path=path, reason=reason(error),
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DataError(
            "The encoder {name} was changed since it was trusted; read it again, then trust it anew.",
            name=path.name,
        )
    return data


def load(
    folder: Path, config: TrainConfig, trusted: Iterable[str], shape: tuple[int, ...]
) -> tuple[nn.Module, int]:
    """(the encoder, its width H) of a run. shape: of one sample, without the batch. Raises DataError in one sentence."""
    path = kept(folder, config)
    name = Path(config.encoder).name
    if config.encoder_sha256 not in set(trusted):
        raise DataError(
            "The run uses the encoder {name} (sha256 {encoder_sha256}…), which is code that you have not trusted on this "
            "computer; trust it in the preferences, or with --trust.",
            name=name, encoder_sha256=config.encoder_sha256[:12],
        )
    data = read(path, config.encoder_sha256)
    generator = torch.get_rng_state()
    try:
        torch.manual_seed(config.seed)
        body = MAKERS[path.suffix](data, name, shape)
        return body, width_of(body, shape, name)
    finally:
        torch.set_rng_state(generator)


def from_module(data: bytes, name: str, shape: tuple[int, ...]) -> nn.Module:
    """Run a Python file and call its build(sample_shape)."""
    module = types.ModuleType("latent_lasso_own_encoder")
    try:
        exec(compile(data, name, "exec"), module.__dict__)
    except BaseException as error:
        raise DataError(
            "The encoder {name} cannot be run ({kind}: {reason}); mend it.",
            name=name, kind=type(error).__name__, reason=reason(error),
        ) from error
    build: Any = getattr(module, "build", None)
    if not callable(build):
        raise DataError(
            "The encoder {name} has no function build(sample_shape); add one that returns an nn.Module.",
            name=name,
        )
    try:
        body = build(shape)
    except Exception as error:
        raise DataError(
            "The encoder {name}: build({shape}) failed ({kind}: {reason}); mend it.",
            name=name, shape=shape, kind=type(error).__name__, reason=reason(error),
        ) from error
    if not isinstance(body, nn.Module):
        raise DataError(
            "The encoder {name}: build({shape}) returned {kind}; return an nn.Module.",
            name=name, shape=shape, kind=type(body).__name__,
        )
    return body


def from_export(data: bytes, name: str, shape: tuple[int, ...]) -> nn.Module:
    """A program saved with torch.export.save."""
    try:
        return Exported(torch.export.load(io.BytesIO(data)).module())
    except Exception as error:
        raise DataError(
            "The encoder {name} is no torch.export file ({reason}); export it again.",
            name=name, reason=reason(error),
        ) from error


def from_script(data: bytes, name: str, shape: tuple[int, ...]) -> nn.Module:
    """A module saved with torch.jit.save."""
    try:
        body: nn.Module = torch.jit.load(io.BytesIO(data), map_location="cpu")
        return body
    except Exception as error:
        raise DataError(
            "The encoder {name} is no TorchScript file ({reason}); save it again.",
            name=name, reason=reason(error),
        ) from error


MAKERS: dict[str, Callable[[bytes, str, tuple[int, ...]], nn.Module]] = {
    ".py": from_module,
    ".pt2": from_export,
    ".pt": from_script,
    ".ts": from_script,
}


def width_of(body: nn.Module, shape: tuple[int, ...], name: str) -> int:
    """H, found out by trying batches of two sizes. Raises DataError for an output that is not (B, H) finite numbers."""
    widths = []
    for batch in (2, 5):
        try:
            with torch.no_grad():
                h = body(torch.rand(batch, *shape))
        except Exception as error:
            raise DataError(
                "The encoder {name} takes no batch of {batch} samples of shape {shape} ({kind}: {reason}); mend it, or "
                "export it with a dynamic batch.",
                name=name, batch=batch, shape=shape, kind=type(error).__name__, reason=reason(error),
            ) from error
        if not isinstance(h, Tensor) or h.ndim != 2 or len(h) != batch or not h.is_floating_point():
            found = tuple(h.shape) if isinstance(h, Tensor) else type(h).__name__
            raise DataError(
                "The encoder {name} gives {found} for {batch} samples; it must give ({batch}, H).",
                name=name, found=found, batch=batch,
            )
        if not bool(torch.isfinite(h).all()):
            raise DataError("The encoder {name} gives numbers that are not finite; mend it.", name=name)
        widths.append(h.shape[1])
    if widths[0] != widths[1]:
        raise DataError(
            f"The encoder {name} gives {widths[0]} and {widths[1]} numbers a sample; it must always be as many."
        )
    return int(widths[0])
