"""A store folder: numbered generations that never change, and the pointer to the current one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dashboard.domain.places import make_private_folder
from dashboard.errors import SourceError, StoreError
from dashboard.store.locks import lock_file

POINTER = "CURRENT"
LIMITS = "display_limits.json"
LOCK = "import.lock"
KEPT_GENERATIONS = 2
PRIVATE_FILE = 0o600

_GENERATION = re.compile(r"^generation-(?P<number>\d{6})\.duckdb$")
_BESIDE = re.compile(r"^generation-(?P<number>\d{6})\.[a-z-]+\.json$")

_EXPORT_SUFFIXES = frozenset({".csv", ".ods", ".parquet", ".tsv", ".xls", ".xlsx", ".zip"})
_EXPORT_NAMES = frozenset({"manifest.json"})


@dataclass(frozen=True, slots=True)
class StoreFolder:
    """The files of one store; nothing here opens a database."""

    path: Path

    @property
    def limits(self) -> Path:
        """Return the file that keeps the display limits of the first publish."""
        return self.path / LIMITS

    @property
    def spill(self) -> Path:
        """Return the folder an import may use for what does not fit in memory."""
        return self.path / "spill"

    def generation(self, number: int) -> Path:
        """Return the file of a generation."""
        return self.path / f"generation-{number:06d}.duckdb"

    def beside(self, number: int, name: str) -> Path:
        """Return the file for what was made of a generation and can be made anew.

        Args:
            number: Number of the generation, with which the file is dropped.
            name: Small letters and dashes.
        """
        return self.path / f"generation-{number:06d}.{name}.json"

    def unfinished(self, number: int) -> Path:
        """Return the file in which a generation is built before it counts."""
        return self.path / f"generation-{number:06d}.duckdb.tmp"

    def numbers(self) -> list[int]:
        """Return the numbers of the generations that lie here, oldest first."""
        return sorted(number for number, _ in self._numbered(_GENERATION))

    def _numbered(self, form: re.Pattern[str]) -> list[tuple[int, Path]]:
        if not self.path.is_dir():
            return []
        found = ((form.match(file.name), file) for file in self.path.iterdir())
        return [(int(match["number"]), file) for match, file in found if match]

    def current(self) -> int | None:
        """Return the number the pointer names, or none before the first import.

        Raises:
            StoreError: If the pointer does not name a generation.
        """
        try:
            text = (self.path / POINTER).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            text = ""
        match = _GENERATION.match(text)
        if match is None:
            message = (
                f"Store '{self.path.name}': the file {POINTER} names the generation in use; "
                "what stands in it is not such a name. Import the export again."
            )
            raise StoreError(message)
        return int(match["number"])

    def prepare(self) -> None:
        """Make the folder, readable by its owner only."""
        try:
            make_private_folder(self.path)
        except OSError as error:
            message = (
                f"Store '{self.path.name}': the folder cannot be made ({error.strerror}). "
                "Name a folder that you may write to."
            )
            raise StoreError(message) from None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store for one import.

        Raises:
            StoreError: If another import holds it, or the folder cannot be written.
        """
        with lock_file(self.path / LOCK, holder=f"Store '{self.path.name}'"):
            yield

    def clear_unfinished(self) -> None:
        """Remove what an import left behind that was killed."""
        for file in self.path.iterdir():
            if ".tmp" in file.suffixes:
                file.unlink(missing_ok=True)
        shutil.rmtree(self.spill, ignore_errors=True)

    def point_to(self, number: int) -> None:
        """Make a generation the current one, in one step that a crash cannot halve."""
        replace_text(self.path / POINTER, self.generation(number).name + "\n")

    def drop_old(self) -> None:
        """Remove all but the newest generations; one that is still open elsewhere stays."""
        kept = self.numbers()[-KEPT_GENERATIONS:]
        for number, file in self._numbered(_GENERATION) + self._numbered(_BESIDE):
            if number not in kept:
                with suppress(OSError):
                    file.unlink()


def holds_export_files(folder: Path) -> bool:
    """Return whether files of an export lie in a folder; false where there is no folder."""
    if not folder.is_dir():
        return False
    return any(
        file.suffix.lower() in _EXPORT_SUFFIXES or file.name.lower() in _EXPORT_NAMES
        for file in folder.iterdir()
        if file.is_file()
    )


def is_store_folder(source: Path) -> bool:
    """Return whether a source is the folder of a store, and not an export.

    Raises:
        SourceError: If it could be both, because files of an export lie in it too.
    """
    if not (source / POINTER).is_file():
        return False
    if holds_export_files(source):
        message = (
            f"{source.name}: the folder is a store (it holds a file {POINTER}), and files of an "
            "export lie in it too. Move the export into a folder of its own."
        )
        raise SourceError(message)
    return True


def require_folder_of_its_own(folder: Path, sources: Sequence[Path]) -> None:
    """Refuse a folder for a store that would mix with an export.

    Args:
        folder: Folder of the store, which need not exist yet.
        sources: Files and folders that are imported into it.

    Raises:
        StoreError: If it is one of the sources, lies inside one, or holds files of an export.
    """
    place = folder.resolve()
    inside = any(source.resolve() in (place, *place.parents) for source in sources)
    if inside or holds_export_files(folder):
        message = (
            f"Store '{place.name}': a store needs a folder of its own, and this one is that of an "
            "export or lies inside it. Name another folder with --store."
        )
        raise StoreError(message)


def replace_text(file: Path, text: str) -> None:
    """Write a small file whole or not at all.

    Raises:
        OSError: If it cannot be written; what stood there stays, and nothing is left beside it.
    """
    beside = file.with_name(file.name + ".tmp")
    try:
        with open(beside, "w", encoding="utf-8", opener=_private) as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        beside.replace(file)
        sync_folder(file.parent)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def settle(beside: Path, file: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk."""
    with beside.open("rb") as finished:
        os.fsync(finished.fileno())
    beside.chmod(PRIVATE_FILE)
    beside.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to the disk, where the system offers that."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, PRIVATE_FILE)
