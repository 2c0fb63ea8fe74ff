"""A snapshot: one file of the board, told at a level, passed by the gate, written whole or not."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level
from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.errors import DisclosureError, SelectionError
from dashboard.panels.chromium import chromium, print_pdf, require_no_request
from dashboard.panels.collecting import without_collecting
from dashboard.panels.disclosed import OWN_NOTES, DisclosedPictures
from dashboard.panels.gate import Guarded, require_releasable
from dashboard.panels.outside import outside_page
from dashboard.panels.release import only_writer, put_in_place, unfinished
from dashboard.panels.still import own_scripts, own_style, still_page
from dashboard.store import state_folder
from dashboard.views.language import own_words

if TYPE_CHECKING:
    from dashboard.panels.board import Board
    from dashboard.store import Store
    from dashboard.views.language import Language

KEY_FILE = "codes.key"


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """What is to be written.

    Attributes:
        selection: Which cases it is about; everything else is not in the file.
        level: Who it is for: the group itself (A), readers of a snapshot (B), outside (C).
        pdf: Print it beside as a PDF, one case a page.
        recipients: Recipients of age to encrypt it for; none leaves it readable.
        planted: Texts that must not be found in it, beside those of the export.
        needs_browser: Refuse where no Chromium can open it before it is released.
    """

    selection: Selection = field(default_factory=Selection)
    level: Level = Level.SNAPSHOT
    pdf: bool = False
    recipients: tuple[str, ...] = ()
    planted: tuple[str, ...] = ()
    needs_browser: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was written.

    Attributes:
        file: The file, or the encrypted one.
        size_bytes: Its size.
        case_count: Cases told in it.
        was_opened: Whether a browser opened it before it was released.
        pdf: The PDF beside it, or none.
    """

    file: Path
    size_bytes: int
    case_count: int
    was_opened: bool
    pdf: Path | None


def write_snapshot(
    store: Store,
    file: Path,
    language: Language,
    request: SnapshotRequest,
    *,
    scope: Scope = WHOLE_GROUP,
    codes: Codes | None = None,
) -> Snapshot:
    """Write a snapshot, or leave the file of that name as it was.

    Args:
        store: An open store.
        file: Where it is written; readable by its owner only.
        language: Of its words.
        request: What is to be written.
        scope: Who is looking.
        codes: Codes of the ids at levels B and C; none takes those of this computer's service.

    Raises:
        DisclosureError: If it would tell what it may not, cannot be written, or no case is told.
        SelectionError: If level C is asked for a part of the service.
        PendingSource: If another run is writing in that folder.
    """
    content, cases = _content(store, language, request, scope, codes or service_codes())
    guarded = guarded_of(store, request.planted).at(request.level)
    require_releasable(content, guarded, [*own_scripts(), own_style()])
    with only_writer(file.parent):
        try:
            return _released(content, cases, file, request)
        except OSError as error:
            message = (
                f"{file.name}: could not be written ({error.strerror}). "
                "What was there before is unchanged."
            )
            raise DisclosureError(message) from None


def save_board(board: Board, file: Path, *, level: str, pdf: bool) -> Path:
    """Write what a board looks at as a snapshot, and return the file; see ``Board.save``.

    Raises:
        SelectionError: If there is no such level.
    """
    if level not in list(Level):
        message = f"Board.save takes a level of {[str(each) for each in Level]}."
        raise SelectionError(message)
    request = SnapshotRequest(selection=board.selection, level=Level(level), pdf=pdf)
    return write_snapshot(board.store, file, board.words, request, scope=board.shared.scope).file


def guarded_of(store: Store, planted: Sequence[str] = ()) -> Guarded:
    """Return what may not be in a file: ids, days and texts of the export, planted ones too.

    A label or an id that is a word of the board itself, such as a role, cannot be looked for: what
    keeps it out is that its column never reaches a file.
    """
    rows = store.guarded_texts()
    kinds: dict[str, list[str]] = {"id": [], "day": [], "text": []}
    for kind, value in rows.iter_rows():
        kinds[kind].append(value)
    own = own_words()
    texts = [text for text in kinds["text"] if text not in OWN_NOTES and text.lower() not in own]
    spoken = set(re.findall(r"[A-Za-z0-9._-]+", own))
    ids = [each for each in kinds["id"] if each.lower() not in spoken]
    return Guarded(ids=ids, days=kinds["day"], texts=[*texts, *planted])


def service_codes(home: Path | None = None) -> Codes:
    """Return the codes of this computer's service; their key is made when there is none.

    Args:
        home: State folder instead of the user's own.
    """
    folder = state_folder(home)
    file = folder / KEY_FILE
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return Codes(file.read_bytes())
    with os.fdopen(handle, "wb") as made:
        made.write(secrets.token_bytes(KEY_BYTES))
        made.flush()
        os.fsync(made.fileno())
    return Codes(file.read_bytes())


def _content(
    store: Store, language: Language, request: SnapshotRequest, scope: Scope, codes: Codes
) -> tuple[str, int]:
    if request.level is Level.OUTSIDE:
        if not request.selection.is_of_all:
            message = (
                "Level C tells the whole service in quarters and takes no filter: two files could "
                "be subtracted from each other. Leave the filters out, or choose level B."
            )
            raise SelectionError(message)
        return outside_page(store, language, scope), 0
    pictures = DisclosedPictures(
        store,
        language,
        level=request.level,
        codes=codes,
        selection=request.selection,
        scope=scope,
    )
    cases = len(pictures.scope.case_ids or ())
    if not cases:
        message = "No case passes these filters: nothing to write. Leave one of them out."
        raise DisclosureError(message)
    first = pictures.told(_first_view(request.selection))
    with without_collecting():
        return still_page(pictures, first, chosen=pictures.told(request.selection)), cases


def _first_view(selection: Selection) -> Selection:
    """Return how the file opens: all of what it holds, with the switches as they stand."""
    return Selection(instrument=selection.instrument, scale=selection.scale, axis=selection.axis)


def _released(content: str, cases: int, file: Path, request: SnapshotRequest) -> Snapshot:
    browser = chromium()
    if browser is None and (request.pdf or request.needs_browser):
        message = "No Chromium is installed here, and this needs one: install it, or leave it out."
        raise DisclosureError(message)
    if request.recipients:
        return _encrypted_release(content, cases, file, request, browser)
    printed = file.with_suffix(".pdf") if request.pdf else None
    with unfinished(file.with_suffix(".html")) as opened:
        opened.write_text(content, encoding="utf-8")
        if browser:
            require_no_request(opened, browser)
        put_in_place(opened, file)
    if printed and browser:
        with unfinished(printed) as paper:
            print_pdf(file, paper, browser)
            put_in_place(paper, printed)
    return Snapshot(file, file.stat().st_size, cases, bool(browser), printed)


def _encrypted_release(
    content: str, cases: int, file: Path, request: SnapshotRequest, browser: str | None
) -> Snapshot:
    """Release a file, and its print, encrypted; what can be read never lies in their folder."""
    whole = _encrypted(content.encode(), request.recipients)
    final, printed = file.with_name(f"{file.name}.age"), None
    with tempfile.TemporaryDirectory(prefix="alliance-") as private:
        readable = Path(private) / "opened.html"
        if browser:
            readable.write_text(content, encoding="utf-8")
            require_no_request(readable, browser)
        if browser and request.pdf:
            paper = readable.with_suffix(".pdf")
            print_pdf(readable, paper, browser)
            printed = file.with_suffix(".pdf.age")
            _put_bytes(_encrypted(paper.read_bytes(), request.recipients), printed)
    _put_bytes(whole, final)
    return Snapshot(final, len(whole), cases, bool(browser), printed)


def _put_bytes(content: bytes, file: Path) -> None:
    with unfinished(file) as beside:
        beside.write_bytes(content)
        put_in_place(beside, file)


def _encrypted(content: bytes, recipients: Sequence[str]) -> bytes:
    try:
        import pyrage  # noqa: PLC0415 - only where a file is encrypted
    except ImportError:
        message = "Encrypting needs the extra 'share': pip install 'alliance-board[share]'."
        raise DisclosureError(message) from None
    try:
        known = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    except pyrage.RecipientError:
        message = "--age takes a recipient of age, which begins with 'age1'. Nothing was written."
        raise DisclosureError(message) from None
    return bytes(pyrage.encrypt(content, known))
