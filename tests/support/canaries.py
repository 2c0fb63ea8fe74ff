"""Forty texts that no file may hold, and the disguises they could travel in."""

from __future__ import annotations

import base64
import gzip
import html
import json
import urllib.parse
import zlib
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CANARIES = (
    "Quillabeth Ossendrijver",
    "Åsmund Øverkråkedal",
    "Zoë D'Arcy-Müller",
    "Ναταλία Παπαδοπούλου",
    "Наталья Воробьянинова",
    "محمد القاهرتاني",
    "小野寺希望之介殿",
    "김하늘별바다나라",
    "O'Plantagenet, Wim",
    "Quillabeth's stepfather moved out",
    "she said she would rather not come",
    "quillabeth@ossendrijver.example",
    "Quillabeth <quillabeth@clinic.example>",
    "/srv/quillabeth/exports/notes.csv",
    "C:\\Users\\quillabeth\\Desktop\\notes.docx",
    "file:///srv/clinic/quillabeth.odt",
    "\\\\clinic-server\\share\\quillabeth",
    "https://clinic.example/quillabeth?id=7",
    "//evil.example/quillabeth.js",
    "javascript:globalThis.ran=1//quilla",
    "data:text/html,<script>globalThis.ran=1</script>",
    "</script><script>globalThis.ran=1</script>",
    "</style><img src=x onerror=globalThis.ran=1>",
    '<img src=x onerror="globalThis.ran=1">',
    "\"><svg onload='globalThis.ran=1'>",
    "' onmouseover='globalThis.ran=1' x='quilla",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    "&lt;img src=x onerror=globalThis.ran=1&gt;",
    '<!--#exec cmd="quillabeth"-->',
    "{{ quillabeth.constructor }}",
    "{% include 'quillabeth' %}",
    "${globalThis.ran=1} quilla",
    "#{quillabeth} <%= quillabeth %>",
    '=HYPERLINK("quillabeth";"open")',
    "+quillabeth|' /C calc'!A0",
    "@SUM(quillabeth)*cmd|calc",
    "-2+quillabeth+cmd|' /C calc'!A0",
    "\u202equillabeth\u202c\u2066 turned",
    "quilla\u200bbeth\u200d with joins",
    "\U0001f426 quillabeth \u2028 and \u2029 lines",
)


def bare(text: str) -> str:
    return text


def in_html(text: str) -> str:
    return html.escape(text)


def in_numbered_entities(text: str) -> str:
    return "".join(f"&#x{ord(sign):x};" for sign in text)


def in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def in_code_units(text: str) -> str:
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def in_an_address(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def in_base64(text: str) -> str:
    return base64.b64encode(f"before {text} after".encode()).decode()


def in_url_base64(text: str) -> str:
    return base64.urlsafe_b64encode(f"before! {text} after".encode()).decode().rstrip("=")


def in_wide_base64(text: str) -> str:
    return base64.b64encode(f"before {text} after".encode("utf-16-le")).decode()


def deflated(text: str) -> str:
    return base64.b64encode(zlib.compress(f"before {text} after".encode())).decode()


def deflated_without_a_head(text: str) -> str:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(packer.compress(f"{text} after".encode()) + packer.flush()).decode()


def gzipped_json(text: str) -> str:
    return base64.b64encode(gzip.compress(json.dumps([text]).encode(), mtime=0)).decode()


DISGUISES: tuple[Callable[[str], str], ...] = (
    bare,
    in_html,
    in_numbered_entities,
    in_json,
    in_code_units,
    in_an_address,
    in_base64,
    in_url_base64,
    in_wide_base64,
    deflated,
    deflated_without_a_head,
    gzipped_json,
)

CHECKED_COLUMNS = {
    "attendance": ("state", "between_session_work"),
    "case_therapists": ("role",),
    "cases": ("modality", "referral", "ending"),
    "forms": ("perspective", "instrument_id", "state", "collected", "components_source"),
    "members": ("role", "age_band"),
    "ratings": ("scale",),
    "sessions": ("format", "status"),
    "strategies": ("strategy", "context", "helpful"),
    "therapists": ("grade",),
    "threats": ("threat_type", "reported_by", "status"),
}
"""Text columns with a list of words each: a row with another word is set aside, with its reason."""

FREE_COLUMNS = {
    "families": ("label",),
    "members": ("label",),
    "therapists": ("label", "room"),
    "cases": ("note", "/srv/quillabeth"),
    "sessions": ("room",),
    "forms": ("instrument_version", "comment"),
    "threats": ("description",),
    "strategies": ("description",),
}
"""Text columns that take any text, those the board does not know among them."""


def plant_canaries(folder: Path) -> int:
    """Put every canary into every text column of an export but ids; return how many were put."""
    planted = 0
    for table in sorted(CHECKED_COLUMNS.keys() | FREE_COLUMNS):
        file = folder / f"{table}.csv"
        rows = pl.read_csv(file, infer_schema=False)
        free = FREE_COLUMNS.get(table, ())
        told = pl.Series([CANARIES[at % len(CANARIES)] for at in range(rows.height)])
        faulty = [
            rows.slice(at % rows.height, 1).with_columns(
                pl.lit(f"X-{column}-{at}"[:32]).alias(rows.columns[0]),
                pl.lit(text).alias(column),
            )
            for column in CHECKED_COLUMNS.get(table, ())
            for at, text in enumerate(CANARIES)
        ]
        rows = rows.with_columns(told.alias(column) for column in free)
        planted += rows.height * len(free) + len(faulty)
        pl.concat([rows, *faulty], how="diagonal").write_csv(file)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name in ("row_counts", "sha256"):
        manifest.pop(name)
    manifest |= {"note": " ".join(CANARIES[:20]), "source_system": " ".join(CANARIES[20:])}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return planted


def readings(text: str) -> list[str]:
    """Return a file in every decoding, made here without the gate: what a curious reader would."""
    found = [text, html.unescape(text), urllib.parse.unquote(html.unescape(text))]
    for run in _runs(text):
        try:
            content = base64.b64decode(run + "=" * (-len(run) % 4), altchars=b"-_")
        except ValueError:
            continue
        for plain in (content, *_inflated(content)):
            found += [plain.decode("utf-8", "ignore"), plain.decode("utf-16-le", "ignore")]
    return [reading for each in found for reading in (each, _without_units(each))]


def _runs(text: str) -> list[str]:
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
    table = {code: " " for code in {ord(sign) for sign in set(text)} if chr(code) not in signs}
    return [run.replace("+", "-").replace("/", "_") for run in text.translate(table).split()
            if len(run) >= 16]  # fmt: skip


def _inflated(content: bytes) -> list[bytes]:
    found = []
    for window in (zlib.MAX_WBITS, zlib.MAX_WBITS | 16, -zlib.MAX_WBITS):
        try:
            found.append(zlib.decompressobj(window).decompress(content))
        except zlib.error:
            continue
    return found


def _without_units(text: str) -> str:
    pieces = text.split("\\u")
    units = [piece[:4] for piece in pieces[1:]]
    if not units or not all(_is_unit(unit) for unit in units):
        return text
    joined = pieces[0].encode("utf-16-be", "surrogatepass")
    for unit, piece in zip(units, pieces[1:], strict=True):
        joined += bytes.fromhex(unit) + piece[4:].encode("utf-16-be", "surrogatepass")
    return joined.decode("utf-16-be", "ignore")


def _is_unit(text: str) -> bool:
    return len(text) == 4 and all(sign in "0123456789abcdefABCDEF" for sign in text)
