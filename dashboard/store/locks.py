"""One importer at a time: a lock that the system gives back when its holder dies."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.errors import StoreError

if sys.platform == "win32":  # pragma: no cover - measured on Linux
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def lock_file(file: Path, *, holder: str) -> Iterator[None]:
    """Hold a file's lock; the file itself stays, its lock ends with the process at the latest.

    Args:
        file: The lock file, made when it is not there.
        holder: Who is locked, for the message.

    Raises:
        StoreError: If another process or thread holds the lock, or the file cannot be opened.
    """
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        message = (
            f"{holder}: the folder cannot be written ({error.strerror}). "
            "Name a folder that you may write to."
        )
        raise StoreError(message) from None
    try:
        try:
            _take(handle)
        except OSError:
            message = f"{holder}: another import is at work in it. Wait until it has ended."
            raise StoreError(message) from None
        yield
    finally:
        os.close(handle)
