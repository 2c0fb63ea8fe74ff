"""DuckDB connections, locked down: nothing outside the one file, no downloads, capped memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from dashboard.errors import StoreError

READER_MEMORY = "1GB"
WRITER_MEMORY = "2GB"
SPILL_LIMIT = "20GB"
THREADS = str(min(4, os.cpu_count() or 1))
CHOSEN_AT_ONCE = "5000"
"""Rows up to which a join tells the table it reads just what it looks for: the cases of a therapist
or a group are then found by where they stand, and the rest of a large store is not read."""
ROWS_TOGETHER = 8_192
"""Rows of a table that are found or left out together. The cases of one therapist stand far apart
in a table by cases: with the 122,880 rows of DuckDB nearly all of a large one would be read."""

_NO_DOWNLOADS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    "threads": THREADS,
}
_READER = _NO_DOWNLOADS | {
    "threads": "1",
    "enable_external_access": "false",
    "lock_configuration": "true",
    "memory_limit": READER_MEMORY,
    "temp_directory": "",
    "dynamic_or_filter_threshold": CHOSEN_AT_ONCE,
}
"""A question runs in the thread that asks it: many ask at once, and none takes the cores of all."""


def open_reader(file: Path) -> duckdb.DuckDBPyConnection:
    """Open a generation for reading only.

    Args:
        file: A finished generation file.

    Raises:
        StoreError: If the file is missing, damaged, or written by another version of DuckDB.
    """
    try:
        return duckdb.connect(str(file), read_only=True, config=dict(_READER))
    except duckdb.Error as error:
        message = (
            f"{file.name} cannot be read ({type(error).__name__}): it is missing, damaged, or "
            "written by another version. Import the export again."
        )
        raise StoreError(message) from None


@contextmanager
def open_writer(file: Path, spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new database file for one import; it may read and write nothing else.

    Args:
        file: The file to make.
        spill: A folder for what does not fit in memory.
    """
    config = _NO_DOWNLOADS | {
        "memory_limit": WRITER_MEMORY,
        "temp_directory": str(spill),
        "max_temp_directory_size": SPILL_LIMIT,
    }
    connection = duckdb.connect(":memory:", config=dict(config))
    try:
        made = {"file": str(file), "rows": ROWS_TOGETHER}
        connection.execute("attach $file as made (row_group_size $rows)", made)
        connection.execute("use made")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection
    finally:
        connection.close()
