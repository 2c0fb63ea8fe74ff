"""One connection for one piece of work: opened, tried again while others write, closed."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from dashboard.domain.places import make_private_folder
from dashboard.errors import MeetingsError
from dashboard.meetings.migrations import bring_up_to_date

WAIT_SECONDS = 15.0
"""How long a piece of work waits for others that write, before it says so."""

_TURN_SECONDS = 0.02
"""How long SQLite itself waits. It asks ever more seldom the longer it has waited, so that whoever
comes later goes first; asking at one pace is therefore ours. Of ten writers the longest wait was 5
seconds with the one and 1 second with the other."""

PRIVATE_FILE = 0o600
_MAKING = threading.Lock()
"""Held while a file is made: closing a file of this process lets go of the locks that SQLite has on
it in other threads, so none of them may have it open by then. Source: sqlite.org, "How To Corrupt
An SQLite Database File", 2.2."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRAGMAS = (
    "pragma journal_mode = wal",
    "pragma synchronous = full",
    "pragma secure_delete = on",
    "pragma trusted_schema = off",
)
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full. Make room and try again",
    sqlite3.SQLITE_READONLY: "it may not be written. Give yourself the right to write it",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Look whether the folder is there and yours",
    sqlite3.SQLITE_PERM: "it may not be opened. Give yourself the right to read and write it",
    sqlite3.SQLITE_NOTADB: "it is no meetings file, or it is damaged. Bring back a copy of it",
    sqlite3.SQLITE_CORRUPT: "it is damaged. Bring back a copy of it",
    sqlite3.SQLITE_IOERR: "the disk did not read or write it. Look at the disk and try again",
}
_UNKNOWN = "the database refused. Try again, and run: alliance doctor"

Outcome = TypeVar("Outcome")
Work = Callable[[sqlite3.Connection], Outcome]


def writing(path: Path, work: Work[Outcome], wait_seconds: float = WAIT_SECONDS) -> Outcome:
    """Do a piece of work in a transaction of its own: all of it is kept, or nothing.

    Args:
        path: The meetings file; it is made where it is missing.
        work: Takes a connection inside a transaction, and may run more than once.
        wait_seconds: How long to wait for others that write.

    Raises:
        MeetingsError: If the file cannot be written; what it held before is still there.
    """
    with _MAKING:
        _make(path)
    return _tried(path, "begin immediate", work, wait_seconds)


def reading(path: Path, work: Work[Outcome], wait_seconds: float = WAIT_SECONDS) -> Outcome:
    """Do a piece of work that only reads, and sees the file at one moment.

    Args:
        path: A meetings file that is there.
        work: Takes a connection, and may run more than once.
        wait_seconds: How long to wait for others that write.

    Raises:
        MeetingsError: If the file cannot be read.
    """
    with _MAKING:
        pass
    return _tried(path, "begin", work, wait_seconds)


def forget_the_log(path: Path, wait_seconds: float = WAIT_SECONDS) -> None:
    """Write what was removed out of the file beside the database too, as far as others let it.

    Args:
        path: The meetings file.
        wait_seconds: How long to wait for others that read.

    Raises:
        MeetingsError: If the file cannot be written.
    """

    def checkpoint(connection: sqlite3.Connection) -> None:
        connection.rollback()
        connection.execute("pragma wal_checkpoint(truncate)").fetchone()

    _tried(path, "begin", checkpoint, wait_seconds)


def _make(path: Path) -> None:
    try:
        make_private_folder(path.parent)
        if path.exists():
            _close_to_others(path)
        else:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
    except OSError as error:
        message = (
            f"{path.name}: the meetings file cannot be made or written ({error.strerror}). "
            "Name one that you may write with --meetings."
        )
        raise MeetingsError(message) from None


def _close_to_others(path: Path) -> None:
    if os.name != "nt" and path.is_file() and path.stat().st_mode & 0o077:
        with suppress(PermissionError):
            path.chmod(PRIVATE_FILE)


def _tried(path: Path, begin: str, work: Work[Outcome], wait_seconds: float) -> Outcome:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return _once(path, begin, work, deadline)
        except sqlite3.Error as error:
            code = _primary_code(error)
            if code not in _BUSY:
                raise MeetingsError(_sentence(path, code)) from None
        if time.monotonic() >= deadline:
            message = (
                f"{path.name}: the meetings file was in use for {wait_seconds:g} seconds. Nothing "
                "was written. Try again; if it stays so, look which other program has it open."
            )
            raise MeetingsError(message)
        _pause()


def _once(path: Path, begin: str, work: Work[Outcome], deadline: float) -> Outcome:
    with _opened(path) as connection:
        bring_up_to_date(connection, path.name)
        _begin(connection, begin, deadline)
        try:
            outcome = work(connection)
        except BaseException:
            connection.rollback()
            raise
        connection.commit()
        return outcome


def _begin(connection: sqlite3.Connection, begin: str, deadline: float) -> None:
    """Begin a transaction, asking again at the same pace however long it has been waiting."""
    while True:
        try:
            connection.execute(begin)
        except sqlite3.Error as error:
            if _primary_code(error) not in _BUSY or time.monotonic() >= deadline:
                raise
            _pause()
        else:
            return


def _pause() -> None:
    time.sleep(random.uniform(0.001, 0.01))  # noqa: S311 - a pause, not a secret


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(address, timeout=_TURN_SECONDS, isolation_level=None, uri=True)
    try:
        connection.row_factory = sqlite3.Row
        for pragma in _PRAGMAS:
            connection.execute(pragma).fetchall()
        yield connection
    finally:
        connection.close()


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF


def _sentence(path: Path, code: int) -> str:
    return f"{path.name}: {_REASONS.get(code, _UNKNOWN)}. What it held before is untouched."
