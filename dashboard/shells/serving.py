"""``alliance serve``: from a source as it was typed to the served board."""

from __future__ import annotations

import errno
import functools
import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict

from dashboard.domain.places import data_folder
from dashboard.errors import AllianceError
from dashboard.panels.collecting import without_collecting
from dashboard.shells.days import clock_of
from dashboard.shells.output import note
from dashboard.shells.progress import progress

if TYPE_CHECKING:
    from types import ModuleType

    from dashboard.meetings import MeetingsFile
    from dashboard.shells.pictures import ServedPictures
    from dashboard.shells.uploads import UploadDesk
    from dashboard.shells.watching import Watch
    from dashboard.store import Store

UploadMode = Literal["off", "check", "publish"]
HIGHEST_PORT = 65_535
LANGUAGE = "en"
"""Language of the page where the address names none."""

NO_STORE = (
    "An upload becomes a generation of a store, so --uploads publish takes the folder of one: "
    "alliance import EXPORT --store FOLDER makes it, then alliance serve FOLDER --uploads publish."
)


_Files = dict[str, Path | None]


def serve_source(
    source: Path | None,
    *,
    port: int,
    address: str,
    open_page: bool,
    mapping: Path | None,
    instruments: Path | None,
    rules: Path | None = None,
    meetings: Path | None = None,
    watched: Path | None = None,
    uploads: UploadMode = "check",
    today: str | None = None,
) -> int:
    """Open the data, serve the board until it is stopped, and return the exit code.

    Args:
        source: Export or store folder; none for the sample service.
        port: Port to listen on; 0 takes a free one.
        address: Address of this machine's own loopback.
        open_page: Whether to open the browser.
        mapping: Mapping file, or none.
        instruments: Instrument file, or none.
        rules: Rules file, or none.
        meetings: Meetings file, or none for that of the state folder.
        watched: Folder of an export that is looked at while the board runs, or none.
        uploads: What may become of files chosen on the page.
        today: Day of the meeting, YYYY-MM-DD; none for the clock's.

    Raises:
        AllianceError: If the address, the port, the day or the data cannot be used.
    """
    clock = clock_of(today)
    _require_sources(source, watched, uploads)
    _announce(address, port)
    beside: _Files = {"mapping": mapping, "instruments": instruments, "rules": rules}
    with _opened(watched or source, beside, is_watched=bool(watched)) as store, _listening(port):
        kept = _kept(store, watched, beside, meetings)
        _server().serve(
            store,
            port=port,
            address=address,
            open_browser=open_page,
            **kept,
            desk=_desk(store, uploads, instruments),
            today=clock,
            lang=LANGUAGE,
            announce=note,
        )
    return 0


def _begun(store: Store, meetings: MeetingsFile) -> ServedPictures:
    """Return what is shown, already asked for: in a thread, while the server is imported."""
    from dashboard.shells.pictures import ServedPictures

    return ServedPictures(store, meetings).begin(LANGUAGE)


def _server() -> ModuleType:
    """Import and return what serves the board: all of that stays for good."""
    with without_collecting():
        return import_module("dashboard.shells.serve")


class _Kept(TypedDict):
    stale_reason: str | None
    watch: Watch | None
    meetings: MeetingsFile
    pictures: ServedPictures


def _kept(store: Store, watched: Path | None, beside: _Files, meetings: Path | None) -> _Kept:
    """Return why older data are shown, what looks at their folder, what the group decided.

    And what is shown, which is begun with this: the server is imported meanwhile.
    """
    from dashboard.meetings import MeetingsFile

    file, why = MeetingsFile(meetings), store.stale_reason
    watch = _watch(watched, beside, why)
    pictures = _begun(store, file)
    return {"stale_reason": why or None, "watch": watch, "meetings": file, "pictures": pictures}


def _desk(store: Store, uploads: UploadMode, instruments: Path | None) -> UploadDesk | None:
    """Return where uploads are read; none where they are switched off."""
    from dashboard.shells.uploads import UploadDesk

    if uploads == "off":
        return None
    return UploadDesk(store, may_publish=uploads == "publish", instruments=instruments)


def _require_sources(source: Path | None, watched: Path | None, uploads: UploadMode) -> None:
    from dashboard.store import is_store_folder

    _require_one_source(source, watched)
    if uploads == "publish" and (source is None or not is_store_folder(source)):
        raise AllianceError(NO_STORE)


def _require_one_source(source: Path | None, watched: Path | None) -> None:
    if watched is None:
        return
    if source is not None:
        message = (
            "--watch FOLDER names the data that are shown, so no SOURCE stands beside it. "
            "Leave one of them out."
        )
        raise AllianceError(message)
    if not watched.is_dir():
        message = (
            f"{watched.name}: --watch takes a folder that is there. Make it, or check its name."
        )
        raise AllianceError(message)


def _opened(place: Path | None, beside: _Files, *, is_watched: bool) -> Store:
    """Open the data; a watched folder without any is waited for until a whole export is there."""
    from dashboard.errors import SourceError
    from dashboard.shells.watching import LOOK_SECONDS
    from dashboard.store import open_source

    said = ""
    while True:
        try:
            with progress() as report:
                return open_source(
                    place or data_folder("sample_data"),
                    **beside,
                    progress=report,
                    on_refusal="serve_last",
                    newer_only=is_watched,
                )
        except SourceError as error:
            if not is_watched:
                raise
            if str(error) != said:
                said = str(error)
                note(f"{said} Waiting for a whole export; stop with Ctrl+C.")
            time.sleep(LOOK_SECONDS)


def _watch(watched: Path | None, beside: _Files, stale: str) -> Watch | None:
    if watched is None:
        return None
    from dashboard.shells.importing_apart import ImportOrder, import_apart
    from dashboard.shells.watching import Watch

    order = ImportOrder(watched, **beside)
    return Watch(watched, functools.partial(import_apart, order), stale=stale)


@contextmanager
def _listening(port: int) -> Iterator[None]:
    """Say in a sentence why the board cannot listen.

    Raises:
        AllianceError: If the system refuses.
    """
    try:
        yield
    except OSError as error:
        raise AllianceError(_why_not(error, port)) from None


def _announce(address: str, port: int) -> None:
    require_loopback(address)
    require_port(port)
    where = f"http://{address}:{port}/" if port else "a free port"
    note(f"Alliance Board will be at {where} as soon as the data are open.")


def require_loopback(address: str) -> None:
    """Refuse an address that other machines could reach.

    Raises:
        AllianceError: If it is not ``localhost`` or a loopback address.
    """
    try:
        is_own = address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        is_own = False
    if not is_own:
        message = (
            "The board listens on this machine only, because it cannot yet tell who is looking. "
            "Use --address 127.0.0.1, or leave it out."
        )
        raise AllianceError(message)


def require_port(port: int) -> None:
    """Refuse a number that is no port, before the board says where it will be.

    Raises:
        AllianceError: If it lies outside 0 to 65535.
    """
    if not 0 <= port <= HIGHEST_PORT:
        message = f"--port takes a number from 0 to {HIGHEST_PORT}; 0 takes a free port."
        raise AllianceError(message)


def _why_not(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken, perhaps by another board. Choose one with --port."
    return f"The board cannot listen on port {port} ({error.strerror}). Choose one with --port."
