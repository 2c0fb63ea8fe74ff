"""Files sent to a served board as its own page sends them."""

from __future__ import annotations

import http.client
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import xlsxwriter

from dashboard.shells.decisions import OWN_HEADER

if TYPE_CHECKING:
    from tests.support.served import Served

OWN = {"Content-Type": "application/octet-stream", OWN_HEADER: "1"}

SHEET = """\
Family;Role;Session;Session date;Therapist;Relationship;Goals and topics;Approach or method;Overall
F01;Mother;1;2026-01-05;T1;8,5;9;8;9
F01;Father;1;2026-01-05;T1;7;7;6;7
F01;Son;1;2026-01-05;T1;5;4;6;5
F01;Mother;2;2026-01-12;T1;8;8;8;8,5
F01;Son;2;2026-01-12;T1;6;5;6;6
F02;Mother;1;2026-01-06;T2;9;8;9;9
"""
"""A practice's own sheet: semicolons, decimal commas, names of its own; invented people."""


@dataclass
class Answer:
    """What the board answered."""

    status: int
    told: dict[str, Any]
    headers: http.client.HTTPMessage

    @property
    def refused(self) -> str:
        """The sentence of a refusal; empty where there is none."""
        return str(self.told.get("refused", ""))


def body_of(files: dict[str, bytes], **asked: object) -> bytes:
    """Return the body of an upload."""
    listed = [{"name": name, "size": len(content)} for name, content in files.items()]
    return json.dumps({"files": listed, **asked}).encode() + b"\n" + b"".join(files.values())


def send(board: Served, body: bytes, headers: dict[str, str] | None = None) -> Answer:
    """Send a body to the board."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=120)
    connection.request(
        "POST", "/upload/files", body=body, headers=OWN if headers is None else headers
    )
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return Answer(answer.status, json.loads(text) if text[:1] == "{" else {}, answer.headers)


def get(board: Served, path: str) -> tuple[int, str]:
    """Return status and text of an address of the board."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def upload(board: Served, files: dict[str, bytes], **asked: object) -> Answer:
    """Send files to the board."""
    return send(board, body_of(files, **asked))


def workbook(rows: list[list[object]], formula: str = "") -> bytes:
    """Return a workbook of one sheet."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if formula:
            sheet.write_formula(len(rows), 0, formula, value=7)
    return written.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a zip of parts."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def added_to(book: bytes, part: str, content: bytes) -> bytes:
    """Return a workbook with one part more, or with another content of it."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, part: content})
