"""Tables on disk as record batches that can be read again and again: CSV, TSV, Parquet. Needs pyarrow, in the trainer only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ...core.errors import DataError
from ...core.text import printable, reason
from .guard import check_columns, check_promise, library
from .options import Options
from .reference import PARQUET

SEPARATORS = (",", "\t", ";", "|")
BLOCK = 4 * 2**20
LONGEST_LINE = 8 * 2**20


class TableSource(Protocol):
    """A table: columns by name, read in batches. first_row is what people call the first row of data."""

    name: str
    columns: list[str]
    first_row: int
    decimal_comma: bool

    def count(self) -> int:
        """How many rows there are."""

    def batches(self, columns: list[str] | None = None) -> Iterator[Any]:
        """pyarrow RecordBatches of all rows, in order; of some columns where they are named. Raises DataError."""


def arrow(module: str = "pyarrow") -> Any:
    """pyarrow, or one of its modules. Raises DataError with the line that installs it."""
    return library(module, "tables", "Reading tables")


def open_table(path: Path, options: Options, header: bool = True) -> TableSource:
    """The table in a file, by its name. Raises DataError."""
    if path.suffix.lower() in PARQUET:
        return ParquetSource(path)
    return CsvSource(path, options, header)


@dataclass(frozen=True)
class Ragged:
    """A row with another number of cells than the header."""

    row: int
    expected: int
    actual: int


class CsvSource:
    """Text with separators. Every column comes as text: what it holds is found out by looking at all of it."""

    def __init__(self, path: Path, options: Options, header: bool = True) -> None:
        self.path, self.name = path, path.name
        self.encoding = options.encoding or encoding_of(path)
        first = first_line(path, self.encoding)
        self.separator = {"tab": "\t", "\\t": "\t"}.get(options.separator, options.separator) or separator_of(
            path, first
        )
        if len(self.separator) != 1:
            raise DataError(
                "The data option separator is {separator!r}; it is one character, or the word tab.",
                separator=options.separator,
            )
        self.decimal_comma = self.separator == ";"
        self.header = header
        self.first_row = 2 if header else 1
        self._ragged: Ragged | None = None
        check_columns(first.count(self.separator) + 1, self.name)
        reader = self._open(None)
        self.columns = [str(column) for column in reader.schema.names]
        repeated = next((column for column in self.columns if self.columns.count(column) > 1), None)
        if repeated is not None:
            raise DataError(
                "{name} has two columns named {repeated!r}; give each a name of its own.",
                name=self.name, repeated=printable(repeated, 40),
            )

    def _open(self, columns: list[str] | None) -> Any:
        csv, pa = arrow("pyarrow.csv"), arrow()
        names = [f"column {n}" for n in range(first_line(self.path, self.encoding).count(self.separator) + 1)]
        read = csv.ReadOptions(
            use_threads=False,
            block_size=BLOCK,
            encoding=self.encoding,
            column_names=None if self.header else names,
        )
        parse = csv.ParseOptions(
            delimiter=self.separator, newlines_in_values=True, invalid_row_handler=self._note_ragged
        )
        known = self.columns if hasattr(self, "columns") else self._names(csv, read, parse)
        convert = csv.ConvertOptions(
            column_types={name: pa.string() for name in known},
            strings_can_be_null=False,
            include_columns=columns,
        )
        try:
            return csv.open_csv(self.path, read_options=read, parse_options=parse, convert_options=convert)
        except (pa.ArrowInvalid, OSError, UnicodeError) as error:
            raise self._refused(error) from error

    def _names(self, csv: Any, read: Any, parse: Any) -> list[str]:
        """The names of the columns, all of which must be read as text."""
        pa = arrow()
        try:
            return list(csv.open_csv(self.path, read_options=read, parse_options=parse).schema.names)
        except (pa.ArrowInvalid, OSError, UnicodeError) as error:
            raise self._refused(error) from error

    def _note_ragged(self, row: Any) -> str:
        self._ragged = Ragged(row.number or 0, row.expected_columns, row.actual_columns)
        return "error"

    def _refused(self, error: Exception) -> DataError:
        """What is wrong, in our words where we know it."""
        ragged, self._ragged = self._ragged, None
        if ragged is not None:
            where = f"row {ragged.row}" if ragged.row else "a row"
            return DataError(
                f"{self.name}: {where} has {ragged.actual} cell{'s' * (ragged.actual != 1)} where {ragged.expected} belong; "
                "mend the row, or choose the separator."
            )
        if "UTF8" in str(error) or "UTF-8" in str(error) or isinstance(error, UnicodeError):
            return DataError(
                "{name} is not {encoding} text; save it as UTF-8, or set its encoding (latin-1, cp1252, utf-16).",
                name=self.name, encoding=self.encoding,
            )
        return DataError(
            "{name} cannot be read as a table ({error}); mend it, or choose the separator.",
            name=self.name, error=reason(error, 120),
        )

    def count(self) -> int:
        return sum(batch.num_rows for batch in self.batches(self.columns[:1]))

    def batches(self, columns: list[str] | None = None) -> Iterator[Any]:
        pa = arrow()
        try:
            yield from self._open(columns)
        except (pa.ArrowInvalid, OSError, UnicodeError) as error:
            raise self._refused(error) from error


class ParquetSource:
    """Parquet: typed columns, read by row groups."""

    first_row = 0
    decimal_comma = False

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        parquet, pa = arrow("pyarrow.parquet"), arrow()
        try:
            self._file = parquet.ParquetFile(path, page_checksum_verification=True)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged(error) from error
        self.columns = [str(name) for name in self._file.schema_arrow.names]
        check_columns(len(self.columns), self.name)
        meta = self._file.metadata
        stored = path.stat().st_size
        for number in range(meta.num_row_groups):
            group = meta.row_group(number)
            check_promise(
                max(group.total_byte_size, group.num_rows * 8), stored, f"{self.name}: row group {number}"
            )
        check_promise(meta.num_rows * len(self.columns) * 4, stored, self.name)

    def _damaged(self, error: Exception) -> DataError:
        return DataError(
            "{name} is damaged or no Parquet file ({error}); save it again.",
            name=self.name, error=reason(error, 120),
        )

    def count(self) -> int:
        return int(self._file.metadata.num_rows)

    def batches(self, columns: list[str] | None = None) -> Iterator[Any]:
        pa = arrow()
        try:
            for batch in self._file.iter_batches(batch_size=16_384, columns=columns, use_threads=False):
                batch.validate(full=True)
                yield batch
        except (pa.ArrowException, OSError, ValueError) as error:
            raise self._damaged(error) from error


def encoding_of(path: Path) -> str:
    """utf-8, or utf-16 where the file begins with its mark. Raises DataError for what cannot be opened."""
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
    except OSError as error:
        raise DataError(
            "{name} cannot be read ({reason}); check its permissions.",
            name=path.name, reason=reason(error),
        ) from error
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"


def first_line(path: Path, encoding: str) -> str:
    """The first line of a text file. Raises DataError for another encoding or a line that never ends."""
    try:
        with path.open("r", encoding=encoding, newline=None) as stream:
            line = stream.readline(LONGEST_LINE)
    except LookupError as error:
        raise DataError(
            "The data option encoding is {encoding!r}; try utf-8, latin-1, cp1252 or utf-16.",
            encoding=encoding,
        ) from error
    except UnicodeError as error:
        raise DataError(
            "{name} is not {encoding} text; save it as UTF-8, or set its encoding (latin-1, cp1252, utf-16).",
            name=path.name, encoding=encoding,
        ) from error
    if len(line) >= LONGEST_LINE:
        raise DataError(f"{path.name} has a first line of over {LONGEST_LINE // 2**20} MB; is it a table?")
    if "\0" in line:
        raise DataError("{name} holds zero bytes and is no text; choose another file, or set its encoding.", name=path.name)
    return line.rstrip("\r\n").removeprefix("\ufeff")


def separator_of(path: Path, line: str) -> str:
    """Tab for .tsv; else whichever of the usual separators the first line holds most."""
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    return max(SEPARATORS, key=line.count)
