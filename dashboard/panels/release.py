"""Writing a file that leaves the board: whole or not at all, and one run at a time."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dashboard.errors import DisclosureError, PendingSource

OWNER_ONLY = 0o600
LATEST = "latest.html"
LOCK = ".alliance-snapshot.lock"
_UNFINISHED = re.compile(r"\..+\.[a-z0-9_]{8}\.tmp\.(?:html|pdf|age)")


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold a folder while a file is made in it.

    Raises:
        PendingSource: If another run is writing there; the same call may succeed later.
        DisclosureError: If the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, OWNER_ONLY)
    except OSError as error:
        message = f"{folder.name}: cannot be written to ({error.strerror}). Nothing was written."
        raise DisclosureError(message) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"{folder.name}: another snapshot is being written there. Try again later."
            raise PendingSource(message) from None
        _remove_unfinished(folder)
        yield
    finally:
        os.close(handle)


def _remove_unfinished(folder: Path) -> None:
    """Remove what a run left that was killed; whoever holds the folder is the only one there."""
    for each in folder.glob(".*.tmp.*"):
        if _UNFINISHED.fullmatch(each.name):
            each.unlink(missing_ok=True)


@contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """Yield a private file of the same ending beside the one to be written; it never stays."""
    handle, name = tempfile.mkstemp(
        prefix=f".{file.name}.", suffix=f".tmp{file.suffix}", dir=file.parent
    )
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def put_in_place(beside: Path, file: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk.

    Raises:
        OSError: If the disk is full; the file of that name stays as it was.
    """
    with beside.open("rb") as finished:
        os.fsync(finished.fileno())
    beside.chmod(OWNER_ONLY)
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def point_latest_to(file: Path) -> None:
    """Let ``latest.html`` beside a file lead to it."""
    beside = file.parent / f".{LATEST}.tmp"
    with suppress(FileNotFoundError):
        beside.unlink()
    beside.symlink_to(file.name)
    beside.replace(file.parent / LATEST)


def remove_older(folder: Path, pattern: str, keep: int) -> list[str]:
    """Remove all but the newest files of a pattern, by name, and return the names removed.

    Args:
        folder: Folder of the files.
        pattern: Glob of their names, which sort by age.
        keep: How many stay, 1 or more.
    """
    files = sorted(file for file in folder.glob(pattern) if not file.is_symlink())
    removed = files[: max(len(files) - keep, 0)]
    for file in removed:
        file.unlink()
    return [file.name for file in removed]
