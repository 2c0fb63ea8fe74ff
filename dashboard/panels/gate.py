"""The gate before a file leaves: what may not be in it is looked for in every form it could take.

A file is built from allowed columns only; the gate is the second, independent look. It fails
closed and names the rule, never what was found.
"""

from __future__ import annotations

import base64
import binascii
import html
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from dashboard.domain.disclosure import Level
from dashboard.errors import DisclosureError

_OWN_FORMS = ("<script>{}</script>", '<script type="module">{}</script>', "<style>{}</style>")
_OTHER_SCRIPT = re.compile(
    r"<(?:style|script(?! type=\"application/json\" id=\"[a-z-]+\">))\b", re.IGNORECASE
)
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[A-Za-z0-9-]+\.[A-Za-z]", re.IGNORECASE)
_LOADED = re.compile(
    r"<(?:link|img|iframe|object|embed|source|video|audio|base)\b[^>]*", re.IGNORECASE
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_PATH = re.compile(
    r"(?:/(?:home|root|Users|var|srv|mnt|tmp)/|(?<![A-Za-z])[A-Za-z]:\\{1,2})[\w.-]+"
)
_HANDLER = re.compile(r"<[^<>]+\son\w+\s*=", re.IGNORECASE)
_ESCAPED = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|\\u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|\\[\"\\/bfnrt]"
)
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_WORD = re.compile(r"[A-Za-z0-9._-]+")
_COLUMNS = re.compile(r'<script type="application/json" id="columns">"([A-Za-z0-9+/=]*)"</script>')
_SHORT_ID, _SHORT_TEXT, _SHORT_NUMBER = 3, 4, 6

_LEAST_IN_NOISE = 6
"""Signs from which a word does not stand by chance in half a million bytes that are no text."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may not be in a file.

    Attributes:
        ids: Ids of the export, found as whole words; those too short to be told from other
            numbers and words are left to the allow-list of columns.
        texts: Free texts and planted names, found anywhere, whatever their case.
        days: Days of sessions as ``YYYY-MM-DD``.
    """

    ids: Sequence[str] = ()
    texts: Sequence[str] = ()
    days: Sequence[str] = ()

    def at(self, level: Level) -> Guarded:
        """Return what is guarded at a level: the group itself knows its ids and days."""
        return Guarded(texts=self.texts) if level is Level.SUPERVISION else self


def require_releasable(content: str, guarded: Guarded, own: Iterable[str] = ()) -> None:
    """Refuse a file that holds what it may not hold.

    Args:
        content: The whole HTML file.
        guarded: What may not be in it.
        own: Scripts and styles that come with the board, the same in every file; only where they
            stand to the letter are they passed over.

    Raises:
        DisclosureError: Naming the rule that failed, never what was found.
    """
    told = _without(content, own)
    for rule, pattern in _FORBIDDEN:
        if pattern.search(_DATA_ICON.sub("", told)):
            raise _refused(rule)
    if "default-src 'none'" not in html.unescape(told):
        raise _refused("a policy that forbids every request")
    words, columns = _without_columns(told)
    texts, noise = _decoded_of(words)
    for reading in (words, texts):
        _require_none(_readings(reading), guarded, least=0)
    for reading in (noise, "\n".join(_as_texts(columns))):
        _require_none(_readings(reading), guarded, least=_LEAST_IN_NOISE)


def _require_none(forms: Iterator[str], guarded: Guarded, *, least: int) -> None:
    """Refuse forms of a text that hold an id, a day or a free text of so many signs or more."""
    ids = {word for word in (*guarded.ids, *guarded.days) if can_be_told(word)}
    ids = {word for word in ids if len(word) >= least}
    texts = {text.casefold() for text in guarded.texts if can_be_told(text, is_text=True)}
    sought = sorted(text for text in texts if len(text.strip()) >= least)
    for form in forms:
        if not ids.isdisjoint(_words_of(form)):
            raise _refused("no id or day of the export")
        if sought and _holds_any(form.casefold(), sought):
            raise _refused("no free text of the export")


def _holds_any(form: str, texts: list[str]) -> bool:
    """Return whether any text stands in a form; thousands are looked for in one pass."""
    return bool(pl.Series([form]).str.contains_any(texts)[0])


def _without_columns(told: str) -> tuple[str, bytes]:
    """Return a page without its packed columns, and the numbers they hold.

    As text they are chance: three signs that are an id stand in half a megabyte of them.
    """
    found = _COLUMNS.search(told)
    if not found:
        return told, b""
    try:
        unpacking = zlib.decompressobj()
        columns = unpacking.decompress(base64.b64decode(found[1], validate=True))
    except (binascii.Error, zlib.error):
        raise _refused("columns that are packed numbers and nothing else") from None
    if unpacking.unused_data or not unpacking.eof:
        raise _refused("columns that are packed numbers and nothing else")
    return told[: found.start(1)] + told[found.end(1) :], columns


def _without(content: str, own: Iterable[str]) -> str:
    for text in own:
        for form in _OWN_FORMS:
            content = content.replace(form.format(text), "")
    return content


_DATA_ICON = re.compile(r'<link rel="icon" href="data:[^"]*"[^>]*>')
_FORBIDDEN = (
    ("no address outside the file", _OUTSIDE),
    ("nothing that is loaded from elsewhere", _LOADED),
    ("no e-mail address", _EMAIL),
    ("no path of a computer", _PATH),
    ("no script in an attribute", _HANDLER),
    ("no script or style but the board's own", _OTHER_SCRIPT),
)


def _refused(rule: str) -> DisclosureError:
    return DisclosureError(
        f"The file was not written: the gate asks for {rule}, and what was built breaks that. "
        "Nothing has left; report this as a defect with the version of the board."
    )


def _words_of(text: str) -> set[str]:
    """Return every word an id could be, with and without the full stop that ends its sentence."""
    words = set(_WORD.findall(text))
    return words | {word.strip("._-") for word in words}


def can_be_told(word: str, *, is_text: bool = False) -> bool:
    """Return whether an id or a text is long enough to be told from other words.

    Args:
        word: Id or day; or a free text.
        is_text: Whether it is a free text.
    """
    if is_text:
        return len(word.strip()) >= _SHORT_TEXT
    return len(word) >= (_SHORT_NUMBER if word.isdigit() else _SHORT_ID)


def _decoded_of(text: str) -> tuple[str, str]:
    """Return everything packed in a text, decoded: what is text, and what is bytes by chance."""
    texts: list[str] = []
    noise: list[str] = []
    for encoded in set(_ENCODED.findall(text)):
        for content in _decoded(encoded):
            (texts if _is_text(content) else noise).extend(_as_texts(content))
    return "\n".join(texts), "\n".join(noise)


def _is_text(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _readings(text: str) -> Iterator[str]:
    """Yield a text as it stands and in every decoding a reader or a browser could make of it."""
    yield text
    unescaped = html.unescape(text) if "&" in text else text
    if unescaped != text:
        yield unescaped
    if "%" in unescaped or "+" in unescaped:
        yield _PERCENT.sub(lambda found: urllib.parse.unquote(found[0]), unescaped).replace(
            "+", " "
        )
    if "\\" in unescaped:
        yield _without_escapes(unescaped)


def _without_escapes(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        return str(json.loads(f'"{found[0]}"'))

    return _ESCAPED.sub(character, text)


def _decoded(encoded: str) -> Iterable[bytes]:
    padded = encoded.rstrip("=").replace("-", "+").replace("_", "/")
    padded += "=" * (-len(padded) % 4)
    try:
        content = base64.b64decode(padded, validate=True)
    except (binascii.Error, ValueError):
        return
    yield content
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        try:
            yield zlib.decompressobj(window).decompress(content, 50_000_000)
        except zlib.error:
            continue


def _as_texts(content: bytes) -> Iterator[str]:
    yield content.decode("latin-1")
    yield content.decode("utf-8", "ignore")
    yield content.decode("utf-16-le", "ignore")
