"""Whether an export has arrived: its files seen from outside, before and after they are read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath

from dashboard.errors import PendingSource, SourceError
from dashboard.exports.files import export_files, is_plain
from dashboard.exports.native import find_manifest, is_companion

Sight = tuple[tuple[str, int, int], ...]
"""Name, size and time of every file, as one look from outside finds them."""

APART_SECONDS = 1.0
"""Two looks at files without checksums are at least this far apart."""

COMPANIONS = ("mapping.toml", "instruments.toml", "rules.toml")
"""What may lie beside a single file of an export and goes with it."""


def source_files(source: Path) -> list[Path]:
    """Return the files that an import of a source would read, sorted; none where there is none.

    Hidden files are passed over, as when an export is read.

    Args:
        source: A folder, a ``.zip`` or one file; beside a file lie its companions.

    Raises:
        OSError: If the folder cannot be listed.
    """
    if source.is_dir():
        return sorted(file for file in source.iterdir() if is_plain(file))
    beside = [source.parent / name for name in COMPANIONS]
    return [file for file in (source, *beside) if file.is_file()]


def sight_of(sources: Sequence[Path]) -> Sight:
    """Return what one look finds: name, size in bytes and time in ns of each file.

    Nothing is opened. Times are only compared for equality, so no clock has to be right.

    Args:
        sources: Folders, archives or files that make one export together.

    Returns:
        Empty where nothing lies there.

    Raises:
        OSError: If a folder or file cannot be reached.
    """
    found = []
    for source in sources:
        for file in source_files(source):
            state = file.stat()
            found.append((file.name, state.st_size, state.st_mtime_ns))
    return tuple(found)


def has_checksums(source: Path) -> bool:
    """Return whether a manifest holds the SHA-256 of every file of an export.

    Such an export needs no second look: half a file has another checksum.

    Raises:
        SourceError: If there is no export.
        PendingSource: If the manifest or an archive is not whole.
    """
    listed = export_files(source)
    manifest = find_manifest(listed)
    if manifest is None:
        return False
    files = [name for name in listed.names if not is_companion(name)]
    return all(manifest.vouches_for(name, PurePath(name).stem.lower()) for name in files)


@contextmanager
def undisturbed(
    sources: Sequence[Path],
    *,
    apart_seconds: float | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Read an export inside this block; it counts only if its files kept still meanwhile.

    Args:
        sources: Folders, archives or files that make one export together.
        apart_seconds: Least time between the two looks; ``APART_SECONDS`` where not given.
        sleep: Waits for what is left of that time.

    Raises:
        PendingSource: If a file came, went, grew or was written to meanwhile.
    """
    began, before = time.monotonic(), _look(sources)
    try:
        yield
    except PendingSource:
        raise
    except SourceError:
        _require_same(sources, before)
        raise
    if len(sources) == 1 and has_checksums(sources[0]):
        return
    apart = APART_SECONDS if apart_seconds is None else apart_seconds
    sleep(max(0.0, began + apart - time.monotonic()))
    _require_same(sources, before)


def _look(sources: Sequence[Path]) -> Sight | None:
    try:
        return sight_of(sources)
    except OSError:
        return None


def _require_same(sources: Sequence[Path], before: Sight | None) -> None:
    if _look(sources) != before:
        message = (
            f"{sources[0].name}: files changed while they were read, so a copy is still under way. "
            "Wait and try again; a manifest with the sha256 of every file makes sure of it."
        )
        raise PendingSource(message)
