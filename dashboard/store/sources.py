"""A source as people name it: an export, published behind the scenes, or a store folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from dashboard.domain.places import PACKAGE, PRIVATE_FOLDER, data_folder, state_folder
from dashboard.domain.version import VERSION
from dashboard.errors import SourceError, StoreError
from dashboard.store.contracts import PUBLISHED_FOLDERS
from dashboard.store.folder import StoreFolder, is_store_folder, replace_text
from dashboard.store.publishing import Progress, publish
from dashboard.store.reading import Store

SEAL = "source.json"
OnRefusal = Literal["raise", "serve_last"]
_CODE_FOLDERS = ("exports", "domain", "store")
_CHUNK = 1 << 20
_COMPANIONS = ("mapping.toml", "instruments.toml", "rules.toml")


@dataclass(frozen=True, slots=True)
class StoreListing:
    """A store kept for a source, for ``alliance doctor``.

    Attributes:
        folder: Where it lies.
        source: The export it was made from; empty when that is not known.
        generation: The one in use, or none where no import ever ended.
        size_bytes: Of all its files.
    """

    folder: Path
    source: str
    generation: int | None
    size_bytes: int


def open_source(
    source: Path,
    *,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
    home: Path | None = None,
    progress: Progress | None = None,
    on_refusal: OnRefusal = "raise",
    newer_only: bool = False,
) -> Store:
    """Open a store folder as it is, or an export through a store of its own.

    Nothing is written beside the export. Where files, mapping, instruments and this software
    are unchanged since the last time, the store is opened without reading the export again.

    Args:
        source: Store folder, or a folder, zip or file of an export.
        mapping: Mapping file; otherwise ``mapping.toml`` beside the data.
        instruments: Instrument file; otherwise ``instruments.toml`` beside the data.
        rules: Rules file; otherwise ``rules.toml`` beside the data.
        home: State folder instead of ``$ALLIANCE_HOME``.
        progress: Told what is being done and the share done.
        on_refusal: ``serve_last`` opens the last good generation where the export is refused
            and there is one; ``stale_reason`` then says why.
        newer_only: Refuse what was exported before the data in use, where both say when.

    Raises:
        SourceError: If the export is refused, or could be a store as well, or rules are given for
            a store.
        PendingSource: If files of the export are still being written.
        StoreError: If the store cannot be made or read.
    """
    source = Path(source)
    if is_store_folder(source):
        _require_no_rules(source, rules)
        return Store(source)
    folder = store_folder_of(source, home)
    beside = _GivenFiles(mapping, instruments, rules)
    kept = _kept_store(folder) if _sealed(folder) == _seal(source, beside) else None
    if kept is not None:
        return kept
    try:
        _import(source, beside, folder, progress, newer_only=newer_only)
    except (SourceError, StoreError) as error:
        if on_refusal == "serve_last":
            with suppress(StoreError):
                return Store(folder, stale_reason=str(error))
        raise
    return Store(folder)


def renew_store(
    source: Path,
    *,
    mapping: Path | None = None,
    instruments: Path | None = None,
    rules: Path | None = None,
    home: Path | None = None,
) -> None:
    """Bring the store of an export up to date, without opening it for anybody.

    An export that was exported before the one in use is refused: what is served never goes back.

    Args:
        source: A folder, zip or file of an export.
        mapping: Mapping file; otherwise ``mapping.toml`` beside the data.
        instruments: Instrument file; otherwise ``instruments.toml`` beside the data.
        rules: Rules file; otherwise ``rules.toml`` beside the data.
        home: State folder instead of ``$ALLIANCE_HOME``.

    Raises:
        PendingSource: If it is still being written.
        SourceError: If the export is refused, or is older than the one in use.
        StoreError: If the store cannot be written; the last good generation stays.
    """
    opened = open_source(
        source,
        mapping=mapping,
        instruments=instruments,
        rules=rules,
        home=home,
        newer_only=True,
    )
    opened.close()


def _require_no_rules(source: Path, rules: Path | None) -> None:
    if rules is not None:
        message = (
            f"{source.name}: a store keeps the rules it was made by, so --rules has no place here. "
            "Import the export again: alliance import SOURCE --store FOLDER --rules FILE."
        )
        raise SourceError(message)


def store_folder_of(source: Path, home: Path | None = None) -> Path:
    """Return the folder of the store that belongs to an export, by its absolute path."""
    name = hashlib.sha256(str(Path(source).resolve()).encode()).hexdigest()[:24]
    return state_folder(home) / "stores" / name


def list_stores(home: Path | None = None) -> list[StoreListing]:
    """Return the stores kept for exports, by folder name; empty where there is none."""
    stores = state_folder(home) / "stores"
    if not stores.is_dir():
        return []
    return [_listing(folder) for folder in sorted(stores.iterdir()) if folder.is_dir()]


def purge_stores(home: Path | None = None) -> list[StoreListing]:
    """Remove the stores kept for exports and return what they were.

    Raises:
        StoreError: If an import is at work in one of them.
    """
    purged = list_stores(home)
    for listing in purged:
        with StoreFolder(listing.folder).locked():
            shutil.rmtree(listing.folder, ignore_errors=True)
    return purged


def _kept_store(folder: Path) -> Store | None:
    try:
        store = Store(folder)
    except StoreError:
        return None
    if not store.stale_reason:
        return store
    store.close()
    return None


class _GivenFiles(NamedTuple):
    """Files named beside a source; none where one lies with the data or is not needed."""

    mapping: Path | None
    instruments: Path | None
    rules: Path | None


def _import(
    source: Path,
    beside: _GivenFiles,
    folder: Path,
    progress: Progress | None,
    *,
    newer_only: bool,
) -> None:
    from dashboard.exports.arrival import undisturbed  # noqa: PLC0415 - only where one is read
    from dashboard.exports.reading import read_export  # noqa: PLC0415

    seal = _seal(source, beside)
    with undisturbed([source]):
        export = read_export(source, **beside._asdict(), progress=progress)
    exported = export.facts.exported_instant
    if newer_only:
        _require_newer(source, folder, exported)
    try:
        _prepare_home(folder)
        publish(export, folder, progress=progress)
        said = {"source": str(source.absolute()), "seal": seal}
        at = {} if exported is None else {"exported_at": exported.isoformat()}
        replace_text(folder / SEAL, json.dumps(said | at))
    except OSError as error:
        message = (
            f"The store of '{source.name}' cannot be written ({error.strerror}). The last good "
            "generation stays in use; free space or mend the rights, and repeat."
        )
        raise StoreError(message) from None


def _require_newer(source: Path, folder: Path, exported: dt.datetime | None) -> None:
    in_use = _seal_file(folder).get("exported_at", "")
    if exported is None or not in_use or exported >= dt.datetime.fromisoformat(in_use):
        return
    message = (
        f"{source.name}: this export was made before the one that is shown, so it was not loaded. "
        "If it is meant, stop the board and start it once without --watch."
    )
    raise SourceError(message)


def _prepare_home(folder: Path) -> None:
    for made in (folder.parent.parent, folder.parent, folder):
        if not made.is_dir():
            made.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)


def _seal(source: Path, beside: _GivenFiles) -> str:
    digest = hashlib.sha256(_code_seal().encode())
    for file in _source_files(source, beside):
        digest.update(f"\0{file.name}\0".encode())
        try:
            with file.open("rb") as opened:
                while chunk := opened.read(_CHUNK):
                    digest.update(chunk)
        except OSError:
            digest.update(b"unreadable")
    return digest.hexdigest()


def _source_files(source: Path, beside: _GivenFiles) -> Iterator[Path]:
    if source.is_dir():
        yield from sorted(file for file in source.iterdir() if file.is_file())
    else:
        yield source
        yield from (source.parent / name for name in _COMPANIONS)
    yield from (Path(given) for given in beside if given is not None)


@cache
def _code_seal() -> str:
    files = [file for name in _CODE_FOLDERS for file in (PACKAGE / name).glob("*.py")]
    files += (PACKAGE / "domain").glob("*.toml")
    for name in (*PUBLISHED_FOLDERS, "macros"):
        files += (data_folder("queries") / name).glob("*.sql")
    digest = hashlib.sha256(VERSION.encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _sealed(folder: Path) -> str:
    return _seal_file(folder).get("seal", "")


def _seal_file(folder: Path) -> dict[str, str]:
    try:
        content = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _listing(folder: Path) -> StoreListing:
    try:
        generation = StoreFolder(folder).current()
    except StoreError:
        generation = None
    files = [file for file in folder.rglob("*") if file.is_file()]
    return StoreListing(
        folder=folder,
        source=_seal_file(folder).get("source", ""),
        generation=generation,
        size_bytes=sum(file.stat().st_size for file in files),
    )
