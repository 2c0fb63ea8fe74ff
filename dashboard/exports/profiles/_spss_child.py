"""Reads one SPSS file in a process of its own: the C library dies of some damaged files.

Bytes of the file come in on standard input; cases (Arrow IPC) and what the file says of its
variables (JSON) go out on standard output. It writes no file and is given none.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import polars as pl

from dashboard.exports.foreign_code import limit_further_memory, limit_memory

SECONDS = 300
"""A file that takes longer is refused."""

MEMORY_BYTES = 8 * 1024**3
"""Addresses the process may take, where the system can limit them."""

BASE_BYTES = 192 * 1024**2
"""Data that any file may take, beside what the libraries hold before they read one."""

GROWTH = {b"$FL2": 100, b"$FL3": 400}
"""Bytes of data for each byte of a file, by its first four.

A cell takes some 50 bytes while it is read, and one to eight bytes of a file that is packed by
SPSS. A .zsav is packed twice: one of whole numbers took ninety bytes for each of its own.
"""

_TOO_MUCH = 3
_SIGNS = (b"memory allocation of", b"bad_alloc", b"MemoryError")
"""What compiled libraries say last where they get no memory."""


class UnreadableSpssError(Exception):
    """The library refused the file, died of it, or took too long."""


class GreedySpssError(UnreadableSpssError):
    """Reading it takes more memory than a file of its size may."""


def has_library() -> bool:
    """Return whether the package that reads SPSS files is installed."""
    return importlib.util.find_spec("pyreadstat") is not None


def read_apart(content: bytes, encoding: str) -> tuple[pl.DataFrame, Any]:
    """Return the cases of an SPSS file as it stores them, and what it says of its variables.

    Args:
        content: Bytes of the file.
        encoding: Encoding of its texts; "utf-8": as the file says.

    Raises:
        GreedySpssError: If it takes more memory than ``memory_for`` it.
        UnreadableSpssError: If it cannot be read; it may be cut, damaged or of another encoding.
    """
    command = [sys.executable, "-P", "-m", __name__, encoding]
    try:
        done = subprocess.run(  # noqa: S603 - this module, with a word of the mapping
            command,
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={**os.environ, "POLARS_MAX_THREADS": "1"},
        )
        return unpacked(done.stdout)
    except subprocess.CalledProcessError as fault:
        is_greedy = fault.returncode == _TOO_MUCH or any(sign in fault.stderr for sign in _SIGNS)
        raise (GreedySpssError if is_greedy else UnreadableSpssError) from None
    except (OSError, ValueError, subprocess.SubprocessError, pl.exceptions.PolarsError):
        raise UnreadableSpssError from None


def memory_for(content: bytes) -> int:
    """Return the bytes of data that reading a file may take, beside its libraries.

    Args:
        content: Bytes of the file; an empty one gets the base.
    """
    return BASE_BYTES + GROWTH.get(content[:4], 0) * len(content)


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
    content = sys.stdin.buffer.read()
    library = importlib.import_module("pyreadstat")
    limit_further_memory(memory_for(content))
    try:
        piece = packed(content, sys.argv[1])
    except (MemoryError, library.ReadstatError) as fault:
        if isinstance(fault, MemoryError) or "memory" in str(fault):
            sys.exit(_TOO_MUCH)
        raise
    sys.stdout.buffer.write(piece)


if __name__ == "__main__":
    main()
