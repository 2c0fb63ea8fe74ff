"""A draft of a mapping for tables nobody has described: commented TOML for a person to correct."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.errors import SourceError
from dashboard.exports.corrections import Corrections
from dashboard.exports.draft_blocks import DraftTable, blocks
from dashboard.exports.files import export_files
from dashboard.exports.understanding import (
    HEAD,
    Understood,
    file_block,
    quoted,
    understood_tables,
)
from dashboard.exports.word_maps import CHOICES, UNPLACED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dashboard.exports.files import ExportFiles

NO_INSTRUMENT = "INSTRUMENT"
"""Stands in a draft where a person has to name the instrument."""

_HINTS = """\
# A draft: every line marked 'guess' or 'say' wants to be looked at. Then try it with
#   alliance check SOURCE --mapping THIS_FILE
# What each key means: docs/mapping.md."""


MISSING = {
    "family": "which column holds the code of the family",
    "session": "which column holds the number or the day of the session",
    "member": "which column says the member; as it is, one is taken for each family",
    "roles": "words of the role column that stand for no role ({count})",
    "score": "which columns hold the answers, or the total",
    "instrument": "which form the numbered columns belong to",
}
"""What a person may have to say, by its code."""

_KEYS = {
    "family": "columns.family_id",
    "session": "columns.session_no",
    "member": "columns.member_id",
    "roles": "[map.roles]",
    "score": "[[table.item_scores]]",
    "instrument": "columns.instrument_id; alliance doctor lists the instruments",
}
_NEEDED = ("family", "session")


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not found and has to be said by a person: a code of ``MISSING``."""

    code: str
    count: int = 1

    @property
    def sentence(self) -> str:
        """Return what has to be said."""
        return MISSING[self.code].format(count=self.count)

    @property
    def key(self) -> str:
        """Return where in the mapping it is said."""
        return _KEYS[self.code]


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted mapping.

    Attributes:
        text: The mapping as commented TOML.
        tables: The tables it describes, as they are understood.
        guessed: Sentences: what was guessed, and why.
        missing: What was not found and has to be said by a person.
        roles: Role by word of the role columns; empty where a person has to say it.
        words: By kind of column (age, referral, index), what each of its words means; empty
            where a person has to say it.
        instrument: Instrument of the items; empty where a person has to say it.
    """

    text: str
    tables: tuple[Understood, ...]
    guessed: tuple[str, ...]
    missing: tuple[Missing, ...]
    roles: dict[str, str]
    instrument: str
    words: dict[str, dict[str, str]]

    @property
    def can_be_tried(self) -> bool:
        """Return whether the mapping names every column without which nothing comes in."""
        return not any(each.code in _NEEDED for each in self.missing)


def draft_mapping(source: Path, corrections: Corrections | None = None) -> Draft:
    """Draft the mapping of the tables of a source.

    Args:
        source: A table, a workbook, or a folder or zip of them.
        corrections: What a person corrected in an earlier draft.

    Returns:
        A mapping that can be read as it is, with a comment for each guess and for each thing that
        a person has to say.

    Raises:
        SourceError: If there is no table, or one that cannot be read.
    """
    listed = export_files(source)
    tables = understood_tables(listed, corrections)
    refused = next((each.refused for each in tables if each.refused), "")
    if refused:
        raise SourceError(refused)
    return drafted(listed, tables, corrections)


def drafted(
    listed: ExportFiles, tables: Sequence[Understood], corrections: Corrections | None = None
) -> Draft:
    """Return the draft for tables that are understood already.

    Args:
        listed: Files of the export.
        tables: Its tables, of which those that cannot be read are left out.
        corrections: What a person corrected.

    Raises:
        SourceError: If there is no table that can be read.
    """
    given = corrections or Corrections()
    readable = tuple(each for each in tables if not each.refused)
    if not readable:
        message = f"{listed.name}: expected a table (CSV, XLSX, ODS, Parquet); found none to read."
        raise SourceError(message)
    roles = _roles(readable, given)
    words = _words(readable, given)
    instrument = given.instrument or _instrument(readable)
    draft_tables = _joined(readable, instrument or NO_INSTRUMENT)
    return Draft(
        text=_text(draft_tables, roles, words),
        tables=readable,
        guessed=tuple(_guessed(readable)),
        missing=tuple(_missing(draft_tables, roles)),
        roles=roles,
        instrument=instrument,
        words=words,
    )


def _joined(readable: Sequence[Understood], instrument: str) -> list[DraftTable]:
    """Return the tables with the keys that all of them have."""
    guesses = [each.guess for each in readable]
    scored = [g for g in guesses if g.items or {"total", "session_no", "day"} & set(g.found)]
    has_case = bool(scored) and all("case" in guess.found for guess in scored)
    is_shared = any(guess.is_shared_member for guess in guesses)
    kinds = {each.guess.kind_of(name)[0] for each in readable for name in each.guess.unplain}
    return [
        DraftTable(each, has_case, is_shared, instrument, _columns_of(each, kinds))
        for each in readable
    ]


def _columns_of(each: Understood, kinds: set[str]) -> tuple[str, ...]:
    """Return the columns of a table that hold one of these kinds."""
    found = each.guess.found
    return tuple(found[kind].column for kind in sorted(kinds) if kind in found)


def _roles(readable: Sequence[Understood], given: Corrections) -> dict[str, str]:
    roles: dict[str, str] = {}
    for each in readable:
        roles |= each.guess.roles
        roles |= {word: given.roles.get(word, "") for word in each.guess.unplaced}
    return {word: given.roles.get(word, role) for word, role in roles.items()}


def _words(readable: Sequence[Understood], given: Corrections) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in readable:
        for kind, words in each.guess.words.items():
            found.setdefault(kind, {}).update(words)
    return {
        kind: {word: given.words.get(kind, {}).get(word, meant) for word, meant in words.items()}
        for kind, words in found.items()
    }


def _instrument(readable: Sequence[Understood]) -> str:
    """Return the instrument of the items by their names; the SRS where only a total is known."""
    named = [each.guess.instrument for each in readable if each.guess.items]
    if named:
        return next((each for each in named if each), "")
    return "srs"


def _guessed(readable: Sequence[Understood]) -> Iterator[str]:
    for each in readable:
        place = f"{each.file_id}: " if len(readable) > 1 else ""
        yield from (f"{place}{reason}" for reason in each.reasons)
        if each.form.get("header_rows") == 2:
            yield f"{place}header of two rows: the second holds words, the rows below numbers"
        for what, guess in each.guess.found.items():
            yield f"{place}{what.replace('_', ' ')}: {guess.reason}"
        for column, reason in each.guess.left_out.items():
            yield f"{place}'{column}' is not used: {reason}"
        if each.guess.items:
            items = sorted(each.guess.items.items())
            first, last = items[0][1], items[-1][1]
            yield f"{place}items of a form: '{first.column}' to '{last.column}', {first.reason}"


def _missing(tables: Sequence[DraftTable], roles: dict[str, str]) -> Iterator[Missing]:
    def none_has(*kinds: str) -> bool:
        return not any(table.has(*kinds) for table in tables)

    if none_has("family", "case"):
        yield Missing("family")
    if none_has("session_no", "day"):
        yield Missing("session")
    if none_has("member", "role"):
        yield Missing("member")
    unplaced = sum(1 for role in roles.values() if not role)
    if unplaced:
        yield Missing("roles", unplaced)
    if not any(table.has_scores for table in tables):
        yield Missing("score")
    is_named = any(table.has("instrument") for table in tables)
    if any(table.instrument == NO_INSTRUMENT for table in tables) and not is_named:
        yield Missing("instrument")


def _text(
    tables: Sequence[DraftTable], roles: dict[str, str], words: dict[str, dict[str, str]]
) -> str:
    parts = [_HINTS, HEAD]
    if any(table.has("role") for table in tables):
        parts.append(_role_map(roles))
    if any(table.has("instrument") for table in tables):
        parts.append(_instrument_map(tables))
    parts += [file_block(table.each) for table in tables]
    maps = [_word_map(kind, meant) for kind, meant in words.items()]
    return "\n\n".join([*parts, *blocks(tables), *maps]) + "\n"


def _word_map(kind: str, meant: dict[str, str]) -> str:
    """Return the map of a column of words; what nobody has placed counts as not known."""
    lines = [f"[map.{kind}] # guess: words of that column"]
    folded: set[str] = set()
    for word, meaning in meant.items():
        plain = word.strip().casefold()
        if plain not in folded:
            folded.add(plain)
            asked = "" if meaning else f" # say: {', '.join(CHOICES[kind])}"
            lines.append(f"{quoted(word)} = {quoted(meaning or UNPLACED[kind])}{asked}")
    return "\n".join(lines)


def _role_map(roles: dict[str, str]) -> str:
    lines = ["[map.roles] # guess: words of the role column"]
    folded: set[str] = set()
    for word, role in roles.items():
        if role and word.strip().casefold() not in folded:
            folded.add(word.strip().casefold())
            lines.append(f"{quoted(word)} = {quoted(role)}")
    if not all(roles.values()):
        lines.append('# say: further words, for instance "uncle" = "other"')
    return "\n".join(lines)


def _instrument_map(tables: Sequence[DraftTable]) -> str:
    lines = ["[map.instruments] # guess: words of the instrument column"]
    folded: set[str] = set()
    for table in tables:
        for word, instrument in table.guess.instruments.items():
            if word.strip().casefold() not in folded:
                folded.add(word.strip().casefold())
                lines.append(f"{quoted(word)} = {quoted(instrument)}")
    lines.append('# say: further words, for instance "Session form" = "srs"')
    return "\n".join(lines)
