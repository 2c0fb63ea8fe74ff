"""Reads one SPSS file in a process of its own: the C library dies of some damaged files.

Bytes of the file come in on standard input; cases (Arrow IPC) and what the file says of its
variables (JSON) go out on standard output. It writes no file and is given none.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import polars as pl

from dashboard.exports.foreign_code import limit_memory

SECONDS = 300
"""A file that takes longer is refused."""

MEMORY_BYTES = 8 * 1024**3
"""Addresses the process may take, where the system can limit them."""


class UnreadableSpssError(Exception):
    """The library refused the file, died of it, or took too long."""


def has_library() -> bool:
    """Return whether the package that reads SPSS files is installed."""
    return importlib.util.find_spec("pyreadstat") is not None


def read_apart(content: bytes, encoding: str) -> tuple[pl.DataFrame, Any]:
    """Return the cases of an SPSS file as it stores them, and what it says of its variables.

    Args:
        content: Bytes of the file.
        encoding: Encoding of its texts; "utf-8": as the file says.

    Raises:
        UnreadableSpssError: If it cannot be read; it may be cut, damaged or of another encoding.
    """
    command = [sys.executable, "-P", "-m", __name__, encoding]
    try:
        done = subprocess.run(  # noqa: S603 - this module, with a word of the mapping
            command, input=content, capture_output=True, timeout=SECONDS, check=True
        )
        return unpacked(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError, pl.exceptions.PolarsError):
        raise UnreadableSpssError from None


def packed(content: bytes, encoding: str) -> bytes:
    """Return cases and description in one piece, for ``unpacked``."""
    library = importlib.import_module("pyreadstat")
    cases, about = library.read_sav(
        io.BytesIO(content),
        user_missing=True,
        disable_datetime_conversion=True,
        output_format="polars",
        encoding=None if encoding == "utf-8" else encoding,
    )
    described = {
        "file_encoding": about.file_encoding,
        "original_variable_types": about.original_variable_types,
        "missing_ranges": about.missing_ranges,
        "variable_value_labels": {
            name: list(labels.items()) for name, labels in about.variable_value_labels.items()
        },
    }
    table = io.BytesIO()
    cases.write_ipc(table)
    head = json.dumps(described).encode()
    return len(head).to_bytes(8, "big") + head + table.getvalue()


def unpacked(piece: bytes) -> tuple[pl.DataFrame, Any]:
    """Return cases and description of ``packed``.

    Raises:
        ValueError: If the piece is not whole.
    """
    end = 8 + int.from_bytes(piece[:8], "big")
    described = json.loads(piece[8:end])
    labels = described["variable_value_labels"]
    described["variable_value_labels"] = {name: dict(pairs) for name, pairs in labels.items()}
    return pl.read_ipc(io.BytesIO(piece[end:])), SimpleNamespace(**described)


def main() -> None:
    """Read one file from standard input; a fault ends the process without a word."""
    limit_memory(MEMORY_BYTES)
    sys.stdout.buffer.write(packed(sys.stdin.buffer.read(), sys.argv[1]))


if __name__ == "__main__":
    main()
