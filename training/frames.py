"""Messages to bytes and back: a length, a small JSON header, then raw array bytes. Standard library and numpy.

    offset  bytes
         0      4  magic "LLF1"
         4      4  length of the header, little endian
         8      8  length of the payload, little endian
        16         header: UTF-8 JSON {"type", "fields", "arrays": [[dtype, shape], …]}
                   payload: the arrays' bytes one after another, C order, little endian

Nothing is allocated before its length was checked, no dtype is taken that is not listed, and nothing is ever unpickled.
"""

from __future__ import annotations

import dataclasses
import json
import math
import struct
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from ..core import outside_json
from ..core.arrays import BoolArray, Float32Array, Float64Array, Int32Array, UInt8Array
from ..core.errors import LatentError, ProtocolError
from . import protocol

MAGIC = b"LLF1"
PREFIX = struct.Struct("<4sIQ")
LONGEST_HEADER = 8 * 2**20
LONGEST_PAYLOAD = 2**31
MOST_ARRAYS = 20_000
MOST_DIMENSIONS = 4
LARGEST_INTEGER = 2**53
"""As far as a float counts by ones, and a database takes it too."""
DTYPES = {"<f4": np.float32, "<f8": np.float64, "<i4": np.int32, "|u1": np.uint8, "|b1": np.bool_}
# numpy has spelled these aliases in more than one way, so they are looked up rather than taken apart
ARRAY_DTYPES: dict[Any, Any] = {
    Float32Array: np.float32,
    Float64Array: np.float64,
    Int32Array: np.int32,
    UInt8Array: np.uint8,
    BoolArray: np.bool_,
}
TYPES: dict[str, type] = {cls.__name__: cls for cls in (*protocol.TO_TRAINER, *protocol.TO_BLENDER)}
HINTS = {name: typing.get_type_hints(cls) for name, cls in TYPES.items()}

Array = npt.NDArray[Any]
Allocate = Callable[[str, int, "np.dtype[Any]", tuple[int, ...]], Array]


class Source(Protocol):
    """Where frames come from: fills the buffer from the start, returns how many bytes, 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...


def allocate_new(_type: str, _index: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> Array:
    """A fresh array; readers that keep buffers pass their own function instead."""
    return np.empty(shape, dtype=dtype)


def encode(message: protocol.Message) -> list[bytes | memoryview]:
    """The frame of a message in pieces to be written one after another; arrays are not copied."""
    arrays: list[Array] = []
    fields = {f.name: _plain(getattr(message, f.name), arrays) for f in dataclasses.fields(message)}
    described = []
    for array in arrays:
        if array.dtype.str not in DTYPES:
            raise ProtocolError(f"An array of type {array.dtype} cannot be sent; restart the trainer.")
        described.append([array.dtype.str, list(array.shape)])
    header = json.dumps(
        {"type": type(message).__name__, "fields": fields, "arrays": described}, separators=(",", ":")
    ).encode()
    size = sum(array.nbytes for array in arrays)
    if len(header) > LONGEST_HEADER or size > LONGEST_PAYLOAD:
        raise ProtocolError(
            f"A {type(message).__name__} message of {size:,} bytes is too large to send at once; restart the trainer."
        )
    pieces: list[bytes | memoryview] = [PREFIX.pack(MAGIC, len(header), size) + header]
    pieces += [memoryview(cast(Any, array)).cast("B") for array in arrays if array.nbytes]
    return pieces


def _plain(value: Any, arrays: list[Array]) -> Any:
    """A value as JSON holds it; arrays are set aside and numbered."""
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value))
        return {"array": len(arrays) - 1}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name), arrays) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item, arrays) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, arrays) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def read(source: Source, allocate: Allocate = allocate_new) -> protocol.Message | None:
    """The next message, or None where the stream ends between two frames.

    Raises ProtocolError for a frame that is damaged, cut off, too large, or of a type or dtype that is not listed.
    """
    prefix = bytearray(PREFIX.size)
    if not _fill(source, memoryview(prefix), may_end=True):
        return None
    magic, header_size, payload_size = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise ProtocolError("The stream between Blender and the trainer is out of step; restart the trainer.")
    if header_size > LONGEST_HEADER or payload_size > LONGEST_PAYLOAD:
        raise ProtocolError(f"A frame of {header_size + payload_size:,} bytes is over the limit; restart the trainer.")
    raw = bytearray(header_size)
    _fill(source, memoryview(raw))
    name, fields, described = _header(bytes(raw))
    layout = [_layout(item) for item in described]
    total = sum(math.prod(shape) * dtype.itemsize for dtype, shape in layout)
    if total != payload_size:
        raise ProtocolError(f"A {name} frame says {payload_size:,} bytes, but its arrays take {total:,}; restart the trainer.")
    arrays = []
    for index, (dtype, shape) in enumerate(layout):
        try:
            array = allocate(name, index, dtype, shape)
        except MemoryError as error:
            raise ProtocolError(f"There is no memory left for a {name} frame of {total:,} bytes; restart the trainer.") from error
        if array.nbytes:
            _fill(source, memoryview(cast(Any, array)).cast("B"))
        arrays.append(array)
    return cast(protocol.Message, _build(TYPES[name], HINTS[name], fields, arrays))


def _fill(source: Source, view: memoryview, may_end: bool = False) -> bool:
    """Read until `view` is full. False at a clean end. Raises ProtocolError where the stream ends inside."""
    done = 0
    while done < len(view):
        count = source.readinto(view[done:])
        if not count:
            if may_end and done == 0:
                return False
            raise ProtocolError("The stream between Blender and the trainer ended in the middle of a message; restart the trainer.")
        done += count
    return True


def _header(raw: bytes) -> tuple[str, dict[str, Any], list[Any]]:
    """Type, fields and array list of a header. Raises ProtocolError."""
    try:
        header = outside_json.parse(raw)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise ProtocolError("A message's header is not JSON; restart the trainer.") from error
    if not isinstance(header, dict):
        raise ProtocolError("A message's header is not an object; restart the trainer.")
    name, fields, arrays = header.get("type"), header.get("fields"), header.get("arrays")
    if not isinstance(name, str) or name not in TYPES:
        raise ProtocolError(f"There is no message of type {str(name)[:40]!r}; are both ends of the same version?")
    if not isinstance(fields, dict) or not isinstance(arrays, list) or len(arrays) > MOST_ARRAYS:
        raise ProtocolError(f"The header of a {name} message is damaged; restart the trainer.")
    return name, fields, arrays


def _layout(item: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """dtype and shape of one array, checked in Python's own integers, which cannot overflow. Raises ProtocolError."""
    if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], list)):
        raise ProtocolError("A message describes an array without a type and a shape; restart the trainer.")
    code, shape = item
    if code not in DTYPES:
        raise ProtocolError(f"A message holds an array of type {code[:20]!r}, which is not allowed; restart the trainer.")
    sizes = tuple(shape)
    if len(sizes) > MOST_DIMENSIONS or not all(type(size) is int and size >= 0 for size in sizes):
        raise ProtocolError("A message holds an array with an impossible shape; restart the trainer.")
    # a side of 0 leaves the others to be as long as they like, and numpy takes no such shape
    if math.prod(max(size, 1) for size in sizes) * np.dtype(code).itemsize > LONGEST_PAYLOAD:
        raise ProtocolError("A message holds an array over the size limit; restart the trainer.")
    return np.dtype(code), sizes


def _build(cls: type, hints: dict[str, Any], fields: dict[str, Any], arrays: list[Array]) -> Any:
    """The dataclass from its plain fields, each checked against its annotation. Raises ProtocolError."""
    known = {f.name: f for f in dataclasses.fields(cls)}
    unknown = set(fields) - set(known)
    if unknown:
        raise ProtocolError(f"A {cls.__name__} message has an unknown field {sorted(unknown)[0][:40]!r}; restart the trainer.")
    values = {}
    for name, spec in known.items():
        if name in fields:
            values[name] = _value(fields[name], hints[name], arrays, f"{cls.__name__}.{name}")
        elif spec.default is dataclasses.MISSING and spec.default_factory is dataclasses.MISSING:
            raise ProtocolError(f"A {cls.__name__} message lacks its field {name!r}; restart the trainer.")
    try:
        return cls(**values)
    except LatentError as error:
        raise ProtocolError(error.sentence) from error


def _value(value: Any, hint: Any, arrays: list[Array], where: str) -> Any:
    """`value` as `hint` says. Raises ProtocolError that names the field."""
    if hint in ARRAY_DTYPES:
        return _array(value, ARRAY_DTYPES[hint], arrays, where)
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        choices = [choice for choice in typing.get_args(hint) if choice is not type(None)]
        if value is None and len(choices) < len(typing.get_args(hint)):
            return None
        scalars = tuple(choice for choice in choices if isinstance(choice, type))
        if len(choices) > 1:
            if type(value) in scalars:
                return value
            raise ProtocolError(f"{where} has a value of the wrong type; restart the trainer.")
        return _value(value, choices[0], arrays, where)
    if origin is list:
        if not isinstance(value, list):
            raise ProtocolError(f"{where} must be a list; restart the trainer.")
        (inner,) = typing.get_args(hint)
        return [_value(item, inner, arrays, where) for item in value]
    if origin is tuple:
        inners = typing.get_args(hint)
        if not isinstance(value, list) or len(value) != len(inners):
            raise ProtocolError(f"{where} must hold {len(inners)} values; restart the trainer.")
        return tuple(_value(item, inner, arrays, where) for item, inner in zip(value, inners, strict=True))
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise ProtocolError(f"{where} must be a table; restart the trainer.")
        _, inner = typing.get_args(hint)
        return {key: _value(item, inner, arrays, where) for key, item in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, dict):
            raise ProtocolError(f"{where} must be a table; restart the trainer.")
        return _build(hint, typing.get_type_hints(hint), value, arrays)
    if hint is Any:
        return value
    if type(value) is int and hint in (int, float) and abs(value) > LARGEST_INTEGER:
        raise ProtocolError(f"{where} is a number that cannot be; restart the trainer.")
    if type(value) is str and hint is str and broken(value):
        raise ProtocolError(f"{where} holds half a character; restart the trainer.")
    if hint is float:
        if value is None:  # JSON knows no infinity and no NaN
            return math.nan
        if type(value) in (int, float):
            return float(value)
    elif type(value) is hint:
        return value
    raise ProtocolError(f"{where} must be {getattr(hint, '__name__', hint)}, not {type(value).__name__}; restart the trainer.")


def broken(text: str) -> bool:
    """Whether a text holds half a character, other than the bytes of a file's name that is no UTF-8."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return True
    return False


def _array(value: Any, dtype: Any, arrays: list[Array], where: str) -> Array:
    """The array a field refers to, of the dtype that its annotation names."""
    index = value.get("array") if isinstance(value, dict) else None
    if type(index) is not int or not 0 <= index < len(arrays):
        raise ProtocolError(f"{where} must be an array; restart the trainer.")
    wanted = np.dtype(dtype)
    if arrays[index].dtype != wanted:
        raise ProtocolError(f"{where} must hold {wanted}, not {arrays[index].dtype}; restart the trainer.")
    return arrays[index]
