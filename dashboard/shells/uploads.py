"""Uploads on the served board: read in a process of their own, kept nowhere, published if allowed.

An answer needs the files again each time: between two requests nothing of them lies anywhere.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tornado.http1connection import HTTP1Connection
from tornado.web import RequestHandler, stream_request_body

from dashboard.domain.places import make_private_folder, state_folder
from dashboard.errors import AllianceError, SourceError
from dashboard.exports.uploads import UPLOAD_BYTES, require_upload_names
from dashboard.panels.page import environment
from dashboard.panels.upload_screen import upload_facts
from dashboard.shells.decisions import OWN_HEADER
from dashboard.shells.upload_child import MEMORY_BYTES, SECONDS
from dashboard.views.language import language

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dashboard.store import Store

logger = logging.getLogger(__name__)

HEAD_BYTES = 2_000_000
"""What is said about the files: corrections, or a mapping written by hand."""

KEPT_SECONDS = 3_600
"""Folders of uploads older than this were left behind by a board that was killed."""

_KIND = "application/octet-stream"
_ASKED = frozenset({"files", "corrections", "mapping", "is_afresh", "is_publish"})
_NO_MEMORY = (
    "The files could not be read: it took too long, or more memory than an upload may take. "
    "Split them, or use the command line: alliance check FILE."
)


@dataclass(eq=False)
class UploadDesk:
    """Where uploads are read, and what may become of them.

    Attributes:
        store: The store that is shown.
        may_publish: Whether an upload may become its next generation.
        instruments: Instruments the service defines itself.
        seconds: Time that reading may take.
        memory_bytes: Memory that reading may take.
        limit_bytes: Size of all files of one upload.
        busy: Held while one upload is read: there is never a second one.
    """

    store: Store
    may_publish: bool = False
    instruments: Path | None = None
    seconds: float = SECONDS
    memory_bytes: int = MEMORY_BYTES
    limit_bytes: int = UPLOAD_BYTES
    busy: threading.Lock = field(default_factory=threading.Lock)


def upload_routes(desk: UploadDesk | None, lang: str) -> list[Any]:
    """Return the addresses of uploads; none where they are switched off."""
    if desk is None:
        return []
    clear_left_behind()
    return [
        (r"/upload", UploadPage, {"desk": desk, "lang": lang}),
        (r"/upload/files", Uploads, {"desk": desk}),
    ]


def uploads_folder() -> Path:
    """Return where the files of an upload lie while they are read."""
    return state_folder() / "uploads"


def clear_left_behind() -> None:
    """Remove what a board left behind that was killed while it read an upload."""
    folder = uploads_folder()
    if not folder.is_dir():
        return
    for left in folder.iterdir():
        if left.stat().st_mtime < time.time() - KEPT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


class UploadPage(RequestHandler):
    """Answers ``/upload`` with the page that takes files."""

    def initialize(self, desk: UploadDesk, lang: str) -> None:
        """Keep where uploads are read, and the language."""
        self._desk = desk
        self._lang = lang

    def get(self) -> None:
        """Write the page."""
        words = language(self.get_query_argument("lang", self._lang))
        facts = upload_facts(
            words, limit_bytes=self._desk.limit_bytes, may_publish=self._desk.may_publish
        )
        self.finish(environment().get_template("upload.html").render(_=words, **facts))


@stream_request_body
class Uploads(RequestHandler):
    """Answers ``/upload/files``: POST takes a line of JSON and the files after it."""

    def initialize(self, desk: UploadDesk) -> None:
        """Keep where uploads are read."""
        self._desk = desk
        self._body = bytearray()
        self._running: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Refuse what does not come from the board's own page, or is too large, unread."""
        if self.request.method != "POST":
            return
        limit = self._desk.limit_bytes + HEAD_BYTES
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        size = self.request.headers.get("Content-Length", "")
        if not self.request.headers.get(OWN_HEADER):
            self._refuse(HTTPStatus.FORBIDDEN, f"The header {OWN_HEADER} is missing.")
        elif kind != _KIND:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Files are sent as {_KIND}.")
        elif not size.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "The length of an upload is said before it.")
        elif int(size) > limit:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, self._too_large())
        else:
            self._let_in(limit)

    def _let_in(self, limit: int) -> None:
        """Allow a body larger than any other request may have."""
        connection = self.request.connection
        if isinstance(connection, HTTP1Connection):
            connection.set_max_body_size(limit)

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        if not self._finished:
            self._body += chunk

    async def post(self) -> None:
        """Read the files and answer what they are and what comes of them."""
        if not self._desk.busy.acquire(blocking=False):
            sentence = "Another upload is being read. Try again in a moment."
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, sentence)
            return
        try:
            asked, files = self._asked()
            told = await asyncio.to_thread(self._read, asked, files)
        except AllianceError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
            return
        finally:
            self._desk.busy.release()
        if told.get("published"):
            self._desk.store.refresh()
        self.finish(told)

    def on_connection_close(self) -> None:
        """End the reading of files nobody waits for any more."""
        if self._running is not None:
            _end(self._running)

    def _too_large(self) -> str:
        most = self._desk.limit_bytes // 10**6
        return (
            f"An upload takes at most {most} MB. Larger exports go in by the command line: "
            "alliance import FOLDER --store STORE."
        )

    def _asked(self) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
        line, _, content = bytes(self._body).partition(b"\n")
        self._body.clear()
        asked = _object(line)
        files = list(_files(asked.pop("files", None), content))
        if len(content) > self._desk.limit_bytes:
            raise SourceError(self._too_large())
        require_upload_names([name for name, _ in files])
        if asked.get("is_publish") and not self._desk.may_publish:
            message = (
                "This board only checks uploads. Start it on a store folder with "
                "--uploads publish to let an upload become its data."
            )
            raise SourceError(message)
        return asked, files

    def _read(self, asked: dict[str, Any], files: list[tuple[str, bytes]]) -> dict[str, Any]:
        make_private_folder(uploads_folder())
        with tempfile.TemporaryDirectory(prefix="upload-", dir=uploads_folder()) as place:
            folder = Path(place) / "upload"
            folder.mkdir(mode=0o700)
            for name, content in files:
                (folder / name).write_bytes(content)
            known = {
                "folder": str(folder),
                "store": str(self._desk.store.folder) if self._desk.may_publish else None,
                "instruments": str(self._desk.instruments) if self._desk.instruments else None,
            }
            return self._apart({**asked, **known})

    def _apart(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        command = [sys.executable, "-P", "-m", "dashboard.shells.upload_child"]
        command.append(str(self._desk.memory_bytes))
        self._running = subprocess.Popen(  # noqa: S603 - a module of our own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": "2"},
            start_new_session=True,
        )
        with self._running as child:
            try:
                said, _ = child.communicate(json.dumps(asked).encode(), self._desk.seconds)
                told = json.loads(said)
            except (subprocess.TimeoutExpired, ValueError):
                raise SourceError(_NO_MEMORY) from None
            finally:
                _end(child)
        if not isinstance(told, dict) or "refused" in told:
            raise SourceError(str(dict(told).get("refused")))
        return told

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self.set_status(status)
        self.finish({"refused": sentence})

    def log_exception(self, *exception: Any) -> None:  # noqa: ANN401 - Tornado's own form
        """Log the kind of a defect only; its words may be those of a file."""
        logger.warning("an upload was not answered: %s", getattr(exception[0], "__name__", "?"))

    def write_error(self, status_code: int, **_: Any) -> None:  # noqa: ANN401 - Tornado's own form
        """Say that it did not work, without a trace."""
        self._refuse(HTTPStatus(status_code), "The board could not read this. Nothing was kept.")


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process with those it started."""
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except (OSError, AttributeError):
            child.kill()


def _object(line: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(line.decode("utf-8")) if len(line) <= HEAD_BYTES else None
    except (UnicodeDecodeError, ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict) or asked.keys() - _ASKED:
        message = f"An upload begins with one line of JSON: {', '.join(sorted(_ASKED))}."
        raise SourceError(message)
    return asked


def _files(listed: object, content: bytes) -> Iterator[tuple[str, bytes]]:
    rows = listed if isinstance(listed, list) else []
    start = 0
    for row in rows:
        name, size = (row.get("name"), row.get("size")) if isinstance(row, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(size, int) or size < 0:
            message = "Each file of an upload has a name and a size."
            raise SourceError(message)
        yield name, content[start : start + size]
        start += size
    if start != len(content):
        message = "The files are not as long as was said. Choose them again: one may have changed."
        raise SourceError(message)
