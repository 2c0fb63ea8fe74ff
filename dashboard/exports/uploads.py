"""What a file must not be that somebody hands over a page: nothing that acts, hides or swells."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Sequence
from pathlib import PurePath

from dashboard.errors import SourceError
from dashboard.exports.files import UNREADABLE_ARCHIVE

UPLOAD_BYTES = 50_000_000
"""All files of one upload together; larger exports go in by the command line."""

UNPACKED_BYTES = 500_000_000
"""What an archive or a workbook may unpack to."""

MOST_FILES = 100
MOST_ENTRIES = 2_000
PACKING_RATIO = 200
"""A part that grows by more than this, and beyond a megabyte, is refused."""

TAKEN = (
    *(".csv", ".tsv", ".txt", ".tab", ".xlsx", ".ods", ".parquet"),
    *(".json", ".ndjson", ".sav", ".zsav", ".toml", ".zip"),
)
_WORKBOOKS = (".xlsx", ".ods")
_SMALL = 1_000_000
_CHUNK = 1 << 20
_OVERLAP = 512
_LONGEST_NAME = 120
_ACTS = re.compile(r"vbaProject|macrosheets/|activeX/|^Basic/|^Scripts/", re.IGNORECASE)
_HIDES = re.compile(r"externalLinks/|embeddings/|^Object ", re.IGNORECASE)
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_UNREADABLE = (*UNREADABLE_ARCHIVE, ValueError)


def require_upload_names(names: Sequence[str]) -> None:
    """Refuse names that are no plain names of files the board can read.

    Raises:
        SourceError: With the reason, for the first name that cannot be taken.
    """
    if not 0 < len(names) <= MOST_FILES:
        message = f"An upload takes 1 to {MOST_FILES} files."
        raise SourceError(message)
    if len({name.casefold() for name in names}) < len(names):
        message = "Two files have the same name. Rename one."
        raise SourceError(message)
    for name in names:
        _require_name(name)
    archives = [name for name in names if name.lower().endswith(".zip")]
    others = [name for name in names if not name.lower().endswith((".zip", ".toml"))]
    if archives and (len(archives) > 1 or others):
        message = "Choose one .zip by itself, or the plain files."
        raise SourceError(message)


def _require_name(name: str) -> None:
    is_plain = name.isprintable() and not set('/\\:*?"<>|') & set(name)
    if not is_plain or name.startswith((".", "~")) or len(name) > _LONGEST_NAME:
        message = (
            "A file has a name that cannot be taken. Give it a plain name and choose it again."
        )
        raise SourceError(message)
    if name.lower().endswith((".xlsm", ".xlsb", ".xltm", ".xls")):
        message = (
            f"{name}: a workbook of this kind may hold macros, which are programs. "
            "Save it as .xlsx or CSV."
        )
        raise SourceError(message)
    if PurePath(name).suffix.lower() not in TAKEN:
        message = f"{name}: a file of this kind is not taken. Taken are {', '.join(TAKEN)}."
        raise SourceError(message)


def require_harmless(name: str, content: bytes) -> None:
    """Refuse an archive or workbook that holds more than tables; other files pass.

    Args:
        name: Name of the file.
        content: Its bytes.

    Raises:
        SourceError: If it holds links, archives, macros, parts from elsewhere,
            declarations of entities, or swells when it is unpacked.
    """
    ending = PurePath(name).suffix.lower()
    if ending != ".zip" and ending not in _WORKBOOKS:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_small(name, archive.infolist())
            if ending == ".zip":
                _require_plain_files(name, archive)
            else:
                _require_plain_workbook(name, archive)
    except _UNREADABLE:
        message = f"{name}: not a whole .zip, .xlsx or .ods file. Save or pack it again."
        raise SourceError(message) from None


def _require_small(name: str, entries: list[zipfile.ZipInfo]) -> None:
    grows = any(
        entry.file_size > max(_SMALL, PACKING_RATIO * entry.compress_size) for entry in entries
    )
    total = sum(entry.file_size for entry in entries)
    if grows or total > UNPACKED_BYTES or len(entries) > MOST_ENTRIES:
        message = (
            f"{name}: unpacks to far more than it is (at most {UNPACKED_BYTES // 10**6} MB and "
            f"{MOST_ENTRIES} parts are unpacked). Save the table as CSV."
        )
        raise SourceError(message)
    if any(entry.flag_bits & 1 for entry in entries):
        message = f"{name}: is encrypted. Save it without a password."
        raise SourceError(message)


def _require_plain_files(name: str, archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
            message = (
                f"{name}: holds a link or device in place of a file. Pack the files themselves."
            )
            raise SourceError(message)
        inner = PurePath(entry.filename).name
        if entry.is_dir() or inner.startswith("."):
            continue
        if inner.lower().endswith((".zip", ".gz", ".7z", ".rar", ".xlsm", ".xlsb", ".xls")):
            message = f"{name}: holds an archive or a workbook with macros. Pack plain files only."
            raise SourceError(message)
        if inner.lower().endswith(_WORKBOOKS):
            require_harmless(inner, archive.read(entry))


def _require_plain_workbook(name: str, archive: zipfile.ZipFile) -> None:
    names = [entry.filename for entry in archive.infolist()]
    if any(_ACTS.search(each) for each in names):
        message = f"{name}: holds macros, which are programs. Save it as .xlsx without macros."
        raise SourceError(message)
    if any(_HIDES.search(each) for each in names):
        message = (
            f"{name}: holds links to other workbooks or embedded objects. Copy the table into a "
            "new workbook as values, and save that."
        )
        raise SourceError(message)
    for each in names:
        if each.lower().endswith((".xml", ".rels", ".vml")):
            _require_plain_part(name, each, archive)


def _require_plain_part(name: str, part: str, archive: zipfile.ZipFile) -> None:
    kept = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if not kept and chunk.startswith(_UTF_16):
                message = f"{name}: a part of it is no UTF-8 text. Save it again in your program."
                raise SourceError(message)
            looked_at = kept + chunk
            if _DECLARES.search(looked_at):
                message = (
                    f"{name}: declares entities, with which a small file can swell without end. "
                    "Save the table as CSV."
                )
                raise SourceError(message)
            kept = looked_at[-_OVERLAP:]
