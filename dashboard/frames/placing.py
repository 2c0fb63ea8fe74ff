"""Files and folders that are handed over: whole and private, or as they were before."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from dashboard.domain.places import PRIVATE_FOLDER
from dashboard.errors import DisclosureError, PendingSource
from dashboard.store.folder import settle, sync_folder

README = "README.md"


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """Yield a file to fill, which takes its name when it is whole and on the disk.

    Args:
        file: Name it gets; a file of that name stays until then, and stays where this fails.

    Raises:
        DisclosureError: If it cannot be written.
        PendingSource: If another run is writing it.
    """
    beside = file.with_name(f".{file.name}.new")
    with _in_words(file), _held(beside, is_folder=False):
        try:
            yield beside
            settle(beside, file)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def new_folder(folder: Path, mark: str, known: Collection[str]) -> Iterator[Path]:
    """Yield an empty folder to fill, which takes its name when all of it is on the disk.

    A folder of that name stays until then, and stays where this fails; a run that was killed while
    one took the place of the other is put right by the next.

    Args:
        folder: Name it gets: new, empty, or one that was made in the same way.
        mark: First line of ``README.md`` in such a folder.
        known: Names of all files that may lie in such a folder.

    Raises:
        DisclosureError: If files of somebody else lie there, or it cannot be written.
        PendingSource: If another run is writing it.
    """
    place = Path(folder).absolute()
    beside = place.with_name(f".{place.name}.new")
    before = place.with_name(f".{place.name}.before")
    with _in_words(folder):
        _put_right(place, before)
        _require_replaceable(place, mark, known)
        with _held(beside, is_folder=True):
            try:
                yield beside
                _settle(beside)
                _change_places(beside, place, before)
            finally:
                shutil.rmtree(beside, ignore_errors=True)


@contextmanager
def _in_words(place: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        message = (
            f"{place.name}: could not be written ({reason}). What was there before is unchanged; "
            "name a place that exists, that you may write to, and that has room."
        )
        raise DisclosureError(message) from None


@contextmanager
def _held(beside: Path, *, is_folder: bool) -> Iterator[None]:
    """Make what is to be filled, empty and private, and hold it as the only one."""
    if is_folder:
        beside.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        handle = os.open(beside, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    else:
        handle = os.open(beside, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        if not _is_taken(handle, beside):
            message = f"{beside.stem[1:]}: another run is writing it. Try again later."
            raise PendingSource(message)
        _empty(beside)
        yield
    finally:
        os.close(handle)


def _is_taken(handle: int, beside: Path) -> bool:
    """Lock what was opened; false where somebody holds it, or has renamed it meanwhile."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(handle), beside.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _empty(beside: Path) -> None:
    if beside.is_dir():
        for each in beside.iterdir():
            each.unlink()
    else:
        os.truncate(beside, 0)


def _put_right(place: Path, before: Path) -> None:
    if before.is_dir() and not place.exists():
        before.rename(place)
    shutil.rmtree(before, ignore_errors=True)


def _require_replaceable(place: Path, mark: str, known: Collection[str]) -> None:
    if not place.exists() and not place.is_symlink():
        return
    names = {each.name for each in place.iterdir()} if place.is_dir() else {place.name}
    if not names or (names <= set(known) and _first_line(place / README) == mark):
        return
    message = (
        f"{place.name}: expected a new or empty folder, or an earlier export; it holds other "
        "files. Name another folder."
    )
    raise DisclosureError(message)


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as opened:
            return opened.readline().rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return ""


def _settle(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o600)
        with file.open("rb") as written:
            os.fsync(written.fileno())
    folder.chmod(PRIVATE_FOLDER)
    sync_folder(folder)


def _change_places(beside: Path, place: Path, before: Path) -> None:
    has_before = place.is_dir()
    if has_before:
        place.rename(before)
    try:
        beside.rename(place)
    except OSError:
        if has_before:
            before.rename(place)
        raise
    sync_folder(place.parent)
    shutil.rmtree(before, ignore_errors=True)
