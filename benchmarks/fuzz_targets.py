"""What the search of ``fuzz_imports.py`` gives to the board, and what must hold of every answer.

A target is one sound export. The first byte of an input says which of its files the other bytes
stand for; the other files stay as they are. Each input is read by the reader of its file; of those
that it takes, one in a few is also imported whole, from a folder, as ``alliance check`` does it.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import AllianceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.files import ExportFiles
from dashboard.exports.input_files import read_input
from dashboard.exports.mapping_format import parse_mapping
from dashboard.exports.profile import ProfileReading, profile_named, profile_names
from dashboard.exports.profiles._grid import plain_spec
from dashboard.exports.reading import read_export

if TYPE_CHECKING:
    from dashboard.exports.mapping_model import FileSpec

REPOSITORY = Path(__file__).parents[1]
EXAMPLES = REPOSITORY / "docs" / "examples"
WORDS = REPOSITORY / "docs" / "data_dictionary.md"
"""Words of the native tables; a message may say them."""

CORRUPT = REPOSITORY / "tests" / "exports" / "corrupt"
SOUND = REPOSITORY / "tests" / "exports" / "sound"
PLAIN = {"csv": "table.csv", "xlsx": "table.xlsx", "ods": "table.ods", "parquet": "table.parquet"}
WHOLE = ("native", "spreadsheet", "mapping")
NAMES = (*PLAIN, *WHOLE, *profile_names())
TEXTS = (
    b"case,nr,q1\nA,1,7.5\n",
    b'\xef\xbb\xbf"case";"nr"\r\n"A";"7,5"\r\n',
    "case\tnr\nB\t2\n".encode("utf-16"),
    b"Title\n\ncase|nr|nr|\nA|1|2|\n",
    b"'case', 'nr'\r'A', '1'\r",
)
HEADER_LINES = 4
"""Lines in which names of columns may stand; what a message repeats of them is no value."""

_PRIVATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,}")
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_OPEN = TextForm(None, "utf-8", None, quote=None, is_forgiving=True, needs_final_newline=False)


class Bytes(ExportFiles):
    """Files of an export that lie in memory."""

    def content(self, name: str) -> bytes:
        """Return the bytes of one file."""
        return self.paths[name]  # type: ignore[return-value]


def _room() -> Path:
    """Return a folder for the files of one import, in memory where the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - made by mkdtemp, of this user alone
    room = tempfile.mkdtemp(prefix="alliance-", dir=memory if memory.is_dir() else None)
    return Path(room) / "export"


@dataclass
class Target:
    """One export under search: what is changed in it, and what came of it.

    Attributes:
        name: Profile, kind of table, "native", "spreadsheet" or "mapping".
        files: A sound export, by name of file.
        changed: Files, or parts of the workbook, that an input can stand for.
        parts: Parts of the workbook, where the file is one.
        seeds: Inputs to begin with.
        every: Of so many inputs that a reader took, one is imported whole.
        outcomes: How often rows, rows with some set aside, and refusals came out.
    """

    name: str
    files: dict[str, bytes]
    changed: list[str]
    parts: dict[str, bytes] = field(default_factory=dict)
    seeds: list[bytes] = field(default_factory=list)
    every: int = 8
    outcomes: Counter[str] = field(default_factory=Counter)
    private: frozenset[str] = frozenset()
    folder: Path = field(default_factory=_room)

    def __post_init__(self) -> None:
        """Begin with the files as they are, and know the words that no message may repeat."""
        self.seeds[:0] = [self.input_for(name, self.sound(name)) for name in self.changed]
        texts = [each for name, each in self.files.items() if not name.endswith(".toml")]
        names = b"\n".join(
            [
                *(b"\n".join(each.splitlines()[:HEADER_LINES]) for each in texts),
                *(each for name, each in self.files.items() if name.endswith(".toml")),
                WORDS.read_bytes(),
            ]
        )
        said = set(_PRIVATE.findall(names.decode("latin-1")))
        rows = b"\n".join(b"\n".join(each.splitlines()[1:]) for each in texts)
        is_text = self.name not in (*PLAIN, "spss", "mapping", "fhir")
        found = set(_PRIVATE.findall(rows.decode("latin-1"))) if is_text else set()
        self.private = frozenset(found - said)

    def sound(self, name: str) -> bytes:
        """Return a file, or part of the workbook, as it is in the sound export."""
        return self.parts.get(name) or self.files[name]

    def input_for(self, name: str, content: bytes) -> bytes:
        """Return the input that gives a file these bytes."""
        return bytes([self.changed.index(name)]) + content

    def take(self, given: bytes, *, is_whole: bool = False) -> None:
        """Read an input; anything but rows or a refusal in words is a find.

        Args:
            given: Place of the file, and its bytes.
            is_whole: Whether to import it whole in any case.
        """
        name = self.changed[given[0] % len(self.changed)] if given else self.changed[0]
        content = given[1:]
        files = {**self.files, **self._file(name, content)}
        lead = b"\n".join(content.splitlines()[:HEADER_LINES]).decode("latin-1")
        try:
            self._read(files)
            if is_whole or self.name in WHOLE or zlib.crc32(given) % self.every == 0:
                self.outcomes[self._import(files, lead)] += 1
            else:
                self.outcomes["read"] += 1
        except AllianceError as refusal:
            require(bool(str(refusal).strip()), "a refusal without words")
            self._require_discreet([str(refusal)], lead)
            self.outcomes["refused"] += 1

    def _file(self, name: str, content: bytes) -> dict[str, bytes]:
        if name not in self.parts:
            return {name: content}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as book:
            for part, sound in self.parts.items():
                book.writestr(part, content if part == name else sound)
        return {PLAIN[self.name]: target.getvalue()}

    def _read(self, files: dict[str, bytes]) -> None:
        """Read with the reader of the target alone, which costs a tenth of an import."""
        if self.name == "mapping":
            parse_mapping("mapping.toml", files["mapping.toml"])
        elif self.name in PLAIN:
            name = PLAIN[self.name]
            found = read_input(_listed(files), name, plain_spec(name, _OPEN), None)
            _require_accounted(ProfileReading(found))
        elif self.name not in WHOLE:
            listed = _listed(files)
            profile = profile_named(self.name)
            profile.recognise(listed)
            name, spec = _main(self.name, files)
            _require_accounted(profile.read(listed, name, spec, None))

    def _import(self, files: dict[str, bytes], lead: str) -> str:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        export = read_export(self.folder)
        counts = export.files.select("row_count", "accepted_count", "set_aside_count")
        for row_count, accepted, aside in counts.iter_rows():
            require(row_count == accepted + aside, "rows in = accepted + set aside")
            require(accepted >= 0, "more rows set aside than there are")
        rows = export.set_aside
        for column in ("file", "row_no", "rule", "mend"):
            require(rows[column].null_count() == 0, f"a row set aside without {column}")
        reasons = [*rows["mend"], *export.notices["message"]]
        require(all(each.strip() for each in (*rows["rule"], *reasons)), "an empty reason")
        known = set(export.files["file"])
        require(set(rows["file"]) <= known, "a row set aside of a file that is in no account")
        self._require_discreet(reasons, lead)
        return "imported" if rows.is_empty() else "imported, rows set aside"

    def _require_discreet(self, messages: list[str], lead: str) -> None:
        for message in messages:
            for place in (str(self.folder), str(REPOSITORY)):
                require(place not in message, "a message names a path of the machine")
            told = self.private.intersection(_PRIVATE.findall(message))
            require(all(each in lead for each in told), f"a message repeats a value: {message}")


def require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - a claim and its words
    """Raise where a claim does not hold."""
    if not holds:
        raise AssertionError(sentence)


def target_named(name: str, *, more: Path | None = None, longest: int = 8192) -> Target:
    """Return a target with its inputs to begin with.

    Args:
        name: One of ``NAMES``.
        more: Folder of further files of the kind, searched through and through; of each, as much
            is taken as an input may hold.
        longest: Bytes an input may hold.
    """
    if name in ("xlsx", "ods"):
        target = _workbook(name)
    elif name in PLAIN:
        target = _table(name)
    elif name == "native":
        target = _native()
    elif name == "mapping":
        target = Target(name, _files(EXAMPLES / "redcap"), ["mapping.toml"])
        for file in sorted(EXAMPLES.glob("*/mapping.toml")):
            target.seeds.append(target.input_for("mapping.toml", file.read_bytes()))
    else:
        files = _files(EXAMPLES / name)
        changed = [each for each in files if each != "mapping.toml"]
        target = Target(name, files, changed)
    if more is not None:
        target.seeds += _further(target, more, longest)
    return target


def _further(target: Target, folder: Path, longest: int) -> list[bytes]:
    """Return what a folder holds of the kind of the last file, cut to what an input may hold."""
    last = target.changed[-1]
    endings = {Path(each).suffix for each in target.files} - {".toml"}
    endings |= {"fhir": {".json"}, "spss": {".zsav"}}.get(target.name, set())
    found = sorted(file for file in folder.rglob("*") if file.suffix.lower() in endings)
    contents = [file.read_bytes() for file in found]
    is_text = last.endswith((".csv", ".ndjson"))
    return [
        target.input_for(last, content)[:longest]
        for content in contents
        if is_text or len(content) < longest
    ]


def _files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}


def _listed(files: dict[str, bytes]) -> Bytes:
    return Bytes("export", EXAMPLES, files)  # type: ignore[arg-type]


def _main(name: str, files: dict[str, bytes]) -> tuple[str, FileSpec]:
    """Return the file that a profile reads, and what its mapping says of it."""
    mapping = parse_mapping("mapping.toml", files["mapping.toml"])
    for spec in mapping.files.values():
        if spec.reader in (name, None):
            for file in files:
                if Path(file).match(spec.path):
                    return file, spec
    message = f"the example of {name} holds no file of it"
    raise AssertionError(message)


def _native() -> Target:
    """Return the native tables with a manifest, and the changes that tests make to them."""
    files = {**_files(SOUND), "manifest.json": b'{"source_system": "drawn", "timezone": "UTC"}'}
    target = Target("native", files, list(files), every=1)
    for file in sorted(CORRUPT.rglob("*.csv")):
        if file.name in files:
            target.seeds.append(target.input_for(file.name, file.read_bytes()))
    return target


def _table(name: str) -> Target:
    sessions = (EXAMPLES / "spreadsheet" / "sessions.csv").read_bytes()
    file = PLAIN[name]
    if name == "csv":
        target = Target(name, {file: sessions}, [file])
        target.seeds += [target.input_for(file, each) for each in TEXTS]
        return target
    packed, plain = io.BytesIO(), io.BytesIO()
    rows = pl.read_csv(sessions)
    rows.write_parquet(packed)
    rows.head(3).write_parquet(plain, compression="uncompressed", statistics=False)
    target = Target(name, {file: packed.getvalue()}, [file])
    target.seeds.append(target.input_for(file, plain.getvalue()))
    small = io.BytesIO()
    two = pl.DataFrame({"case": ["A", "B"], "q1": [7.5, None]})
    two.write_parquet(small, compression="uncompressed")
    target.seeds.append(target.input_for(file, small.getvalue()))
    return target


def _workbook(name: str) -> Target:
    """Return a workbook whose parts are changed one at a time, each in a sound archive."""
    file = PLAIN[name]
    given = EXAMPLES / "spreadsheet" / "sessions.csv"
    sessions = pl.read_csv(given, try_parse_dates=True).head(3)  # its parts fit into an input
    book = io.BytesIO()
    if name == "xlsx":
        sessions.write_excel(book)
    else:
        book.write(_ods(sessions))
    with zipfile.ZipFile(book) as opened:
        parts = {each: opened.read(each) for each in opened.namelist()}
    cells = [each for each in parts if "sheet" in each.lower() or each == "content.xml"]
    styles = [each for each in parts if each.endswith(("styles.xml", "workbook.xml", "rels"))]
    return Target(name, {file: book.getvalue()}, [*cells, *styles, file], parts=parts)


def _ods(rows: pl.DataFrame) -> bytes:
    """Return a table as the smallest OpenDocument spreadsheet."""
    lines = [rows.columns, *([str(cell or "") for cell in row] for row in rows.iter_rows())]
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p>'
            "</table:table-cell>"
            for cell in line
        )
        + "</table:table-row>"
        for line in lines
    )
    names = " ".join(f'xmlns:{each}="{_NAMES}:{each}:1.0"' for each in ("office", "table", "text"))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>'
        '<office:body><office:spreadsheet><table:table table:name="sessions">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", f"<m:manifest xmlns:m='{_NAMES}:manifest:1.0'/>")
    return target.getvalue()


def _require_accounted(reading: ProfileReading) -> None:
    """See that every record is a row, ragged, or set aside as a whole with its reason."""
    table, aside = reading.table, reading.set_aside
    whole = aside.filter(pl.col("column_name").is_null())["row_no"].to_list()
    numbers = {*table.rows["__row"], *table.ragged_rows, *whole}
    require(table.row_count == len(numbers), "rows in = accepted + set aside")
    for column in ("row_no", "rule", "mend"):
        require(aside[column].null_count() == 0, f"a row set aside without {column}")
    require(all(each.strip() for each in (*aside["rule"], *aside["mend"])), "an empty reason")
