"""The files of an export: a folder, a zip archive or one file, listed and read by name."""

from __future__ import annotations

import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from dashboard.errors import PendingSource, SourceError

MAX_UNPACKED_BYTES = 8 * 1024**3
"""A zip that unpacks to more than this is refused before anything is unpacked."""

MAX_PACKING_RATIO = 1000
"""A zip entry that claims to grow by more than this factor is refused."""

UNFINISHED_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
"""Endings that copying programs give to a file until it is whole."""

_BESIDE = ("readme", "license")
"""Names of texts that may lie beside the one folder of an archive."""

UNREADABLE_ARCHIVE = (
    *(OSError, EOFError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What reading a damaged file or archive raises; an unknown packing is a RuntimeError too."""


@dataclass(frozen=True)
class ExportFiles:
    """The files of one export by name; nothing is read before it is asked for."""

    name: str
    folder: Path
    paths: Mapping[str, Path] = field(default_factory=dict)
    archive: Path | None = None
    entries: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Return the file names of the export, sorted."""
        return sorted(self.paths or self.entries)

    def content(self, name: str) -> bytes:
        """Return the bytes of one file of ``names``.

        Raises:
            SourceError: If it cannot be read.
        """
        try:
            if self.archive is None:
                return self.paths[name].read_bytes()
            with zipfile.ZipFile(self.archive) as archive:
                return archive.read(self.entries[name])
        except UNREADABLE_ARCHIVE:
            message = f"{name}: the file cannot be read; check its rights, or copy it again."
            raise SourceError(message) from None


def sha256(content: bytes) -> str:
    """Return the SHA-256 of the bytes of a file, as lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def export_files(source: Path) -> ExportFiles:
    """List the files of an export.

    Args:
        source: A folder, a ``.zip`` archive or one file.

    Returns:
        The files lying directly in the folder or archive (an archive may hold them in one
        folder); hidden files and folders are passed over.

    Raises:
        SourceError: If there is no such source, it is empty, or an archive is damaged, too
            large, or holds names that point outside it.
        PendingSource: If a file still carries the ending of a copy under way.
    """
    if source.is_dir():
        found = {item.name: item for item in source.iterdir() if is_plain(item)}
        listed = ExportFiles(name=source.name, folder=source, paths=found)
    elif not source.is_file():
        message = (
            f"{source.name}: there is no such folder or file. Give a folder of export files, "
            "a .zip of them, or one file."
        )
        raise SourceError(message)
    elif source.suffix.lower() == ".zip":
        listed = _zip_files(source)
    else:
        listed = ExportFiles(name=source.name, folder=source.parent, paths={source.name: source})
    if not listed.names:
        message = f"{source.name}: expected export files; found none."
        raise SourceError(message)
    _require_finished(listed)
    return listed


def is_plain(item: Path) -> bool:
    """Return whether something in a folder is a file that an export may consist of."""
    return item.is_file() and not item.name.startswith((".", "~$"))


def _require_finished(listed: ExportFiles) -> None:
    for name in listed.names:
        if name.lower().endswith(UNFINISHED_SUFFIXES):
            message = f"{name}: a copy is still under way. Wait until the file has its final name."
            raise PendingSource(message)


def _zip_files(source: Path) -> ExportFiles:
    try:
        with zipfile.ZipFile(source) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (OSError, zipfile.BadZipFile):
        message = f"{source.name}: not a whole zip archive; it may still be copied."
        raise PendingSource(message) from None
    _require_harmless(source.name, entries)
    return ExportFiles(
        name=source.name,
        folder=source.parent,
        archive=source,
        entries=_entry_names(source.name, [entry.filename for entry in entries]),
    )


def _require_harmless(name: str, entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
            message = f"{name}: an entry points outside the archive. Pack the plain files again."
            raise SourceError(message)
        if entry.flag_bits & 1:
            message = f"{name}: the archive is encrypted. Unpack it to a protected folder first."
            raise SourceError(message)
        if entry.file_size > MAX_PACKING_RATIO * max(entry.compress_size, 1024):
            message = f"{name}: an entry grows more than {MAX_PACKING_RATIO}-fold. Unpack it first."
            raise SourceError(message)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024**3
        message = f"{name}: unpacks to more than {limit} GiB. Unpack it to a folder first."
        raise SourceError(message)


def _entry_names(name: str, listed: list[str]) -> dict[str, str]:
    paths = [PurePosixPath(entry) for entry in listed]
    plain = [path for path in paths if not any(part.startswith((".", "__")) for part in path.parts)]
    deeper = [path for path in plain if len(path.parts) > 1 or path.stem.lower() not in _BESIDE]
    parents = {path.parent for path in deeper}
    if len(parents) > 1:
        message = f"{name}: the files lie in several folders. Pack one folder of export files."
        raise SourceError(message)
    found: dict[str, str] = {}
    for path in deeper:
        if path.name in found:
            message = f"{name}: holds '{path.name}' twice. Pack each file once."
            raise SourceError(message)
        found[path.name] = str(path)
    return {**{path.name: str(path) for path in plain}, **found}
