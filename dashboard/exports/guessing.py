"""Guesses about a table: which column holds what, each with the reason it is guessed by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.domain.vocabulary import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

_WORDS: dict[str, tuple[str, ...]] = {
    "case": ("caseid", "case", "episodeid", "episode", "sak", "sakid"),
    "family": (
        *("familyid", "family", "fam", "famid", "householdid", "household", "familie"),
        *("familieid", "recordid", "famille", "familia"),
    ),
    "member": (
        *("memberid", "member", "personid", "person", "clientid", "client", "patientid"),
        *("patient", "participantid", "participant", "respondentid", "respondent", "medlem"),
    ),
    "role": ("role", "relation", "relationship_to_family", "familyrole", "rolle", "whois"),
    "session_no": (
        *("sessionno", "sessionnumber", "sessionnr", "session", "sessionid", "sess", "visit"),
        *("visitno", "meeting", "time", "timenr", "sesjon"),
    ),
    "day": (
        *("sessiondate", "date", "heldon", "visitdate", "dato", "datum", "fecha", "recordeddate"),
    ),
    "therapist": (
        *("therapistid", "therapist", "clinicianid", "clinician", "counsellor", "counselor"),
        *("behandler", "terapeut", "therapeut"),
    ),
    "total": ("srstotal", "totalsrs", "total", "sum", "sumscore", "score"),
}
"""What columns are called, written together without signs, in the order they are looked for."""

_ITEMS: dict[int, tuple[str, ...]] = {
    1: ("relationship", "bond", "srsq1", "srs1", "srsrelationship", "listening"),
    2: ("goalsandtopics", "goals", "goal", "srsq2", "srs2", "srsgoals", "importance"),
    3: ("approachormethod", "approach", "method", "tasks", "task", "srsq3", "srs3", "whatwedid"),
    4: ("overall", "srsq4", "srs4", "srsoverall"),
}
"""The four lines of the SRS by their subject, as exports name their columns; no wording."""

_ROLES: dict[Role, tuple[str, ...]] = {
    Role.PARENT: ("mother", "father", "mum", "mom", "dad", "parent", "mor", "far", "forelder"),
    Role.STEP_PARENT: ("stepmother", "stepfather", "stepparent", "stemor", "stefar"),
    Role.GRANDPARENT: ("grandmother", "grandfather", "grandparent", "bestemor", "bestefar"),
    Role.PARTNER: ("partner", "spouse", "husband", "wife", "ektefelle", "samboer"),
    Role.YOUTH: ("youth", "adolescent", "teenager", "teen", "ungdom"),
    Role.CHILD: ("child", "son", "daughter", "boy", "girl", "barn"),
    Role.SIBLING: ("sibling", "brother", "sister"),
    Role.OTHER_CAREGIVER: ("caregiver", "guardian", "fosterparent", "foster"),
}
_NUMBERED = re.compile(r"^(?P<stem>.*?[A-Za-z_.\-])(?P<number>\d{1,3})$")
_LEAST_NUMBERED = 5


@dataclass(frozen=True, slots=True)
class Guess:
    """A column taken for something.

    Attributes:
        column: Its name in the file.
        reason: Why, in a sentence about names and kinds, never about a value.
    """

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class TableGuess:
    """What the columns of a table are taken for.

    Attributes:
        found: Guess by what it is: case, family, member, role, session_no, day, therapist, total.
        items: Item number by column, of the four lines of an SRS.
        numbered: Stem and numbers of columns that look like the items of another form.
        roles: Role by word of the role column; words that are none are left out.
        unknown_roles: How many different words of the role column could not be placed.
    """

    found: Mapping[str, Guess]
    items: Mapping[str, int]
    numbered: tuple[str, tuple[int, ...]] | None
    roles: Mapping[str, str]
    unknown_roles: int


def guess_table(rows: pl.DataFrame, columns: Sequence[str]) -> TableGuess:
    """Return what the columns of a table are taken for, by their names alone.

    Args:
        rows: The rows as texts.
        columns: Columns of the file.

    Returns:
        Guesses for a person to correct; nothing is guessed from a clinical value.
    """
    together = {_together(name): name for name in reversed(columns) if not {"{", "}"} & set(name)}
    found = {
        what: Guess(together[word], f"the column is called '{together[word]}'")
        for what, words in _WORDS.items()
        if (word := next((word for word in words if word in together), None))
    }
    items = {
        together[word]: number
        for number, words in _ITEMS.items()
        if (word := next((word for word in words if word in together), None))
    }
    if len(items) < len(_ITEMS):
        items = {}
    roles, unknown = _roles(rows, found)
    numbered = None if items else _numbered(columns)
    return TableGuess(found, items, numbered, roles, unknown)


def _together(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold().replace("&", "and"))


def _roles(rows: pl.DataFrame, found: Mapping[str, Guess]) -> tuple[dict[str, str], int]:
    if "role" not in found:
        return {}, 0
    words = rows[found["role"].column].drop_nulls().unique().sort().to_list()
    known = {word: role for role, names in _ROLES.items() for word in (*names, str(role))}
    placed = {
        word: str(known[key])
        for word in words
        if (key := re.sub(r"[^a-z_]", "", word.casefold())) in known
    }
    return placed, len(words) - len(placed)


def _numbered(columns: Sequence[str]) -> tuple[str, tuple[int, ...]] | None:
    stems: dict[str, list[int]] = {}
    for name in columns:
        match = _NUMBERED.match(name)
        if match:
            stems.setdefault(match["stem"], []).append(int(match["number"]))
    if not stems:
        return None
    stem, numbers = max(stems.items(), key=lambda pair: len(pair[1]))
    return (stem, tuple(sorted(numbers))) if len(numbers) >= _LEAST_NUMBERED else None
