"""The data block: the same bytes for page, notebook and snapshot."""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

NONE = -(2**31)
"""Stands for "no value" and "no day" in integer columns."""

ANY = 255
"""Stands for "every scale" in a cell."""

UNBOUND = 65535
"""Stands for "not tied to a session" in a shape."""

RIGHT = 65534
"""Stands for the right edge of the last session in view."""

BYTES_OF_A_VALUE = 24
"""Of a number in a column: a reference, and for every second one a number of its own."""

_KINDS = ("uint8", "uint16", "int16", "int32")
_NAMES = {"uint8": "Uint8", "uint16": "Uint16", "int16": "Int16", "int32": "Int32"}

Columns = dict[str, list[int]]
CaseKey = tuple[int, ...]


@dataclass
class Block:
    """Everything the picture engine needs for a set of cases.

    Attributes:
        facts: Words, codes, geometry, looks and the list of cases.
        tables: Columns of whole numbers by table; rows sorted by case and instrument family.
        texts: Pool of the texts that tables point into.
    """

    facts: dict[str, Any]
    tables: dict[str, Columns]
    texts: list[str]
    _ranges: dict[str, dict[CaseKey, range]] = field(default_factory=dict)

    def rows(self, table: str, *key: int) -> range:
        """Return the row numbers of a case (and family), empty where it has none."""
        ranges = self._ranges.get(table)
        if ranges is None:
            ranges = self._ranges[table] = _ranges(self.tables[table])
        return ranges.get(key, range(0))

    @property
    def size(self) -> int:
        """About how many bytes of memory its columns and texts take."""
        values = sum(len(column) for table in self.tables.values() for column in table.values())
        return values * BYTES_OF_A_VALUE + sum(map(sys.getsizeof, self.texts))

    def pack(self, *, without: Collection[str] = ()) -> str:
        """Return the block as canonical text: sorted keys, no spaces, ``<`` escaped.

        Args:
            without: Facts that the reader holds already.
        """
        document = {
            **{name: fact for name, fact in self.facts.items() if name not in without},
            "texts": self.texts,
            "tables": {name: _packed(columns) for name, columns in self.tables.items()},
        }
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return (
            text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
        )


def unpacked(text: str) -> Block:
    """Return the block of a text that ``Block.pack`` made with all its facts."""
    facts = json.loads(text)
    texts, tables = facts.pop("texts"), facts.pop("tables")
    columns = {
        table: {name: _numbers(*packed) for name, packed in named.items()}
        for table, named in tables.items()
    }
    return Block(facts=facts, tables=columns, texts=texts)


class TextPool:
    """Gives every distinct text one number, in order of first use."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the number of a text."""
        return self._numbers.setdefault(text, len(self._numbers))

    def texts(self) -> list[str]:
        """Return all texts by number."""
        return list(self._numbers)


class Rows:
    """Collects rows of whole numbers under fixed column names."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self._rows: list[tuple[float, ...]] = []

    def add(self, *values: float) -> None:
        """Add one row; fractions are rounded to whole pixels or hundredths beforehand."""
        self._rows.append(values)

    def columns(self, key: Callable[[tuple[float, ...]], Any] | None = None) -> Columns:
        """Return the rows as columns, sorted by case and family, otherwise in order of adding."""
        width = 2 if len(self.names) > 1 and self.names[1] == "fam" else 1
        ordered = sorted(self._rows, key=key or (lambda row: row[:width]))
        columns = zip(*ordered, strict=True) if ordered else ([] for _ in self.names)
        whole = (list(map(int, column)) for column in columns)
        return dict(zip(self.names, whole, strict=True))


def _ranges(columns: Columns) -> dict[CaseKey, range]:
    keys = [columns["case"], *([columns["fam"]] if "fam" in columns else [])]
    starts: dict[CaseKey, list[int]] = {}
    for place, key in enumerate(zip(*keys, strict=True)):
        span = starts.setdefault(key, [place, place])
        span[1] = place + 1
    return {key: range(*span) for key, span in starts.items()}


def _packed(columns: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    packed: dict[str, Any] = {}
    for name, values in columns.items():
        wide = np.asarray(values, dtype=np.int64)
        kind = _kind(wide)
        raw = base64.b64encode(wide.astype(np.dtype(kind).newbyteorder("<")).tobytes())
        packed[name] = [_NAMES[kind], raw.decode("ascii")]
    return packed


def _numbers(kind: str, packed: str) -> list[int]:
    wide = np.dtype(kind.lower()).newbyteorder("<")
    numbers: list[int] = np.frombuffer(base64.b64decode(packed), wide).tolist()
    return numbers


def _kind(values: np.ndarray[Any, np.dtype[np.int64]]) -> str:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    for kind in _KINDS:
        legal = np.iinfo(kind)
        if legal.min <= low and high <= legal.max:
            return kind
    message = "a column of the data block does not fit 32 bits"
    raise ValueError(message)
