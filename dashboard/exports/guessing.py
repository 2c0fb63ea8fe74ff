"""Guesses about a table: which column holds what, each with the reason it is guessed by."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.instruments import load_registry
from dashboard.domain.vocabulary import Role
from dashboard.exports.guess_words import (
    kind_by_label,
    kind_by_name,
    lines_by_label,
    lines_by_name,
    words_of,
)
from dashboard.exports.guesses import Described, Guess, TableGuess
from dashboard.exports.word_maps import PLACED, UNPLACED, placed_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS: dict[str, tuple[str, ...]] = {
    "case": ("caseid", "case", "episodeid", "episode", "sak", "sakid"),
    "family": (
        *("familyid", "family", "fam", "famid", "householdid", "household", "familie"),
        *("familieid", "recordid", "famille", "familia", "familynr", "familyno", "familycode"),
        *("familynumber", "familiekode", "familienr"),
    ),
    "member": (
        *("memberid", "member", "personid", "person", "clientid", "client", "patientid"),
        *("patient", "participantid", "participant", "medlem", "membercode", "familymember"),
    ),
    "rater": ("rater", "raterid", "ratedby", "respondentid", "respondent", "informant"),
    "role": (
        *("labelrole", "labelmemberrole", "role", "memberrole", "relation", "familyrole"),
        *("relationtofamily", "rolle", "who", "whois"),
    ),
    "session_no": (
        *("sessionno", "sessionnumber", "sessionnr", "session", "sessionid", "sess", "visit"),
        *("visitno", "meeting", "time", "timenr", "sesjon", "sessioncode", "samtale", "samtalenr"),
    ),
    "day": (
        *("sessiondate", "date", "heldon", "visitdate", "dato", "datum", "fecha", "recordeddate"),
    ),
    "therapist": (
        *("therapistid", "therapist", "clinicianid", "clinician", "counsellor", "counselor"),
        *("behandler", "terapeut", "therapeut"),
    ),
    "instrument": ("instrument", "measure", "questionnaire", "instrumentid", "skjema"),
    "state": ("formstate",),
    "age": ("labelage", "labelageband", "ageband", "age", "agegroup", "alder", "aldersgruppe"),
    "index": ("indexclient", "isindexclient", "indexmember", "indexperson", "indeksklient"),
    "referral": ("labelreferral", "referral", "referraltype", "henvisning", "henvist"),
    "site": ("redcapdataaccessgroup", "site", "clinic", "klinikk", "enhet"),
    "total": ("srstotal", "totalsrs", "total", "sum", "sumscore", "score"),
}
"""What columns are called, written together without signs, in the order they are looked for."""

FOUND = tuple(_WORDS)
"""What a column can be taken for, beside an item of a form."""

HIGHEST_ITEM = 99

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
    Role.YOUTH: ("youth", "adolescent", "teenager", "teen", "ungdom", "youngperson"),
    Role.CHILD: ("child", "son", "daughter", "boy", "girl", "barn"),
    Role.SIBLING: ("sibling", "brother", "sister"),
    Role.OTHER_CAREGIVER: ("caregiver", "guardian", "fosterparent", "foster"),
}
_NUMBERED = re.compile(r"^(?P<stem>.*?[A-Za-z_.\-])(?P<number>\d{1,2})$")
_LEAST_NUMBERED = 5
_SAID = "you said so"
_WORDS_LISTED = 60


SITES_DIFFER = (
    "its name says a site, but a therapist has rows of several, and can be given one only; choose "
    "it as the site of the therapist to take the last one"
)


def guess_table(
    rows: pl.DataFrame,
    columns: Sequence[str],
    chosen: Mapping[str, str] | None = None,
    described: Described | None = None,
) -> TableGuess:
    """Return what the columns of a table are taken for, by their names and descriptions alone.

    Args:
        rows: The rows as texts.
        columns: Columns of the file.
        chosen: What a person says a column holds: one of ``FOUND``, ``item:N``, or empty.
        described: What a dictionary says of the columns, where there is one.

    Returns:
        Guesses for a person to correct; nothing is guessed from a clinical value.
    """
    usable = [name for name in columns if not {"{", "}"} & set(name)]
    said = {name: kind for name, kind in (chosen or {}).items() if name in usable}
    free = sorted((name for name in usable if name not in said), key=lambda each: ":" not in each)
    together = {_together(name): name for name in reversed(free)}
    found = {
        what: Guess(together[word], f"the column is called '{together[word]}'")
        for what, words in _WORDS.items()
        if what not in said.values()
        and (word := next((word for word in words if word in together), None))
    }
    found |= {kind: Guess(name, _SAID) for name, kind in said.items() if kind in FOUND}
    beside = described or Described()
    items, instrument = _items(free, together, said, beside)
    taken = {each.column for each in (*found.values(), *items.values())} | set(said)
    left = [name for name in usable if name not in taken]
    found |= _told(left, columns, {*found, *said.values()}, beside)
    left_out = {} if "site" in said.values() else _leave_out_sites(rows, found)
    if "state" not in found and "state" not in said.values():
        found |= _state(rows, free, [each.column for each in items.values()])
    roles, unplaced = _roles(rows, found)
    return TableGuess(
        found=found,
        items=items,
        instrument=instrument,
        roles=roles,
        unplaced=unplaced,
        instruments=_instruments(rows, found),
        words=_placed(rows, found),
        is_shared_member=_is_shared(rows, found),
        unplain=_unplain(rows, found),
        left_out=left_out,
    )


def _leave_out_sites(rows: pl.DataFrame, found: dict[str, Guess]) -> dict[str, str]:
    """Take the column of sites out of what was found, where a therapist has several; say why."""
    if _has_one_site(rows, found):
        return {}
    site = found.pop("site", None)
    return {site.column: SITES_DIFFER} if site and "therapist" in found else {}


def sites_that_differ(rows: pl.DataFrame, unused: Sequence[str]) -> frozenset[str]:
    """Return which unused columns say by their names a site, of which a therapist has several.

    Args:
        rows: A table with all its columns.
        unused: Its columns that a mapping takes nothing from; empty for none of them.
    """
    named = {name for name in unused if _together(name) in _WORDS["site"]}
    named |= {name for name in unused if kind_by_name(name)[0] == "site"}
    return frozenset(named & set(guess_table(rows, rows.columns).left_out) if named else ())


def _told(
    left: Sequence[str], columns: Sequence[str], known: set[str], described: Described
) -> dict[str, Guess]:
    """Return guesses by words within a name, or within what a dictionary says of a column."""
    found: dict[str, Guess] = {}
    own = [name for name in left if ":" not in name and not name.endswith("_complete")]
    for name in own:
        kind, words = kind_by_name(name)
        where = "its name has"
        if not kind:
            kind, words = kind_by_label(described.labels.get(name, ""))
            where = "the data dictionary describes it with"
        if kind and kind not in known and kind not in found:
            label = f"label:{name}"
            best = label if kind in ("role", *UNPLACED) and label in columns else name
            listed = " and ".join(f"'{word}'" for word in words)
            found[kind] = Guess(best, f"{where} {listed}")
    return found


def _has_one_site(rows: pl.DataFrame, found: Mapping[str, Guess]) -> bool:
    """Return whether every therapist works at one site; without therapists there is none."""
    if not {"site", "therapist"} <= set(found):
        return False
    pairs = rows.select(found["therapist"].column, found["site"].column).drop_nulls().unique()
    return not bool(pairs[found["therapist"].column].is_duplicated().any())


def _placed(rows: pl.DataFrame, found: Mapping[str, Guess]) -> dict[str, dict[str, str]]:
    return {
        kind: placed_words(kind, _different(rows, found[kind].column))
        for kind in PLACED
        if kind in found
    }


def _different(rows: pl.DataFrame, column: str) -> list[str]:
    return rows[column].drop_nulls().unique().sort().head(_WORDS_LISTED).to_list()


def _items(
    free: Sequence[str], together: Mapping[str, str], said: Mapping[str, str], beside: Described
) -> tuple[dict[int, Guess], str]:
    own = {
        int(kind.removeprefix("item:")): Guess(name, _SAID)
        for name, kind in said.items()
        if kind.startswith("item:")
    }
    lines = {
        number: Guess(together[word], f"it is called as line {number} of the SRS")
        for number, words in _ITEMS.items()
        if (word := next((word for word in words if word in together), None))
    }
    if len({*lines, *own}) == len(_ITEMS) and lines:
        return {**lines, **own}, "srs"
    described, instrument = _described_items(free, beside)
    if described:
        return {**described, **own}, instrument
    stem, numbers = _numbered([name for name in free if name not in beside.no_answers])
    if len(numbers) < _LEAST_NUMBERED and not _named_after(stem):
        return own, ""
    guessed = {
        number: Guess(name, f"one of the columns '{stem}1', '{stem}2' and so on")
        for number, name in numbers.items()
    }
    return {**guessed, **own}, _named_after(stem)


def _described_items(free: Sequence[str], beside: Described) -> tuple[dict[int, Guess], str]:
    """Return items by the ends of four names, or by what a dictionary numbers in one form."""
    plain = [name for name in free if ":" not in name]
    short = lines_by_name(plain)
    if short:
        reason = "one of four columns whose names end as the lines of the SRS"
        return _because(short, reason), _of_form(short[1], beside) or "srs"
    for form in dict.fromkeys(beside.forms.values()):
        labels = {
            name: beside.labels.get(name, "") for name in plain if beside.forms.get(name) == form
        }
        lines = lines_by_label(labels)
        if lines and form:
            reason = "the data dictionary numbers it among the lines of one form"
            return _because(lines, reason), _of_form(lines[1], beside)
    return {}, ""


def _because(columns: Mapping[int, str], reason: str) -> dict[int, Guess]:
    return {number: Guess(name, reason) for number, name in columns.items()}


def _of_form(column: str, beside: Described) -> str:
    """Return the instrument that the name of the form of a column has among its words."""
    known = load_registry().instruments
    words = words_of(beside.forms.get(column, ""))
    return next((word for word in words if word in known), "")


def _together(name: str) -> str:
    plain = name.removeprefix("item:").casefold().replace("&", "and").replace("/", "or")
    return re.sub(r"[^a-z0-9]", "", plain)


def _state(rows: pl.DataFrame, free: Sequence[str], items: Sequence[str]) -> dict[str, Guess]:
    """Return the column in which a profile says how whole a form is, where forms have answers."""
    offered = [name for name in free if name.startswith("state:")]
    if not offered or not items:
        return {}
    answered = rows.filter(pl.any_horizontal(pl.col(items).is_not_null()))
    filled = {name: answered.height - answered[name].null_count() for name in offered}
    best = max(offered, key=lambda name: filled[name])
    reason = "it says how whole a form is where there are answers"
    return {"state": Guess(best, reason)} if filled[best] else {}


def _roles(
    rows: pl.DataFrame, found: Mapping[str, Guess]
) -> tuple[dict[str, str], tuple[str, ...]]:
    if "role" not in found:
        return {}, ()
    words = rows[found["role"].column].drop_nulls().unique().sort().to_list()
    known = {word: role for role, names in _ROLES.items() for word in (*names, str(role))}
    placed = {
        word: str(known[key])
        for word in words
        if (key := re.sub(r"[^a-z_]", "", word.casefold())) in known
    }
    left = [word for word in words if word not in placed]
    return placed, tuple(left[:_WORDS_LISTED])


def _instruments(rows: pl.DataFrame, found: Mapping[str, Guess]) -> dict[str, str]:
    if "instrument" not in found:
        return {}
    known = {_together(each): each for each in load_registry().instruments}
    words = rows[found["instrument"].column].drop_nulls().unique().sort().to_list()
    return {word: known[_together(word)] for word in words if _together(word) in known}


def _is_shared(rows: pl.DataFrame, found: Mapping[str, Guess]) -> bool:
    family = found.get("family") or found.get("case")
    if family is None or "member" not in found:
        return False
    pairs = rows.select(family.column, found["member"].column).drop_nulls().unique()
    return bool(pairs[found["member"].column].is_duplicated().any())


def _unplain(rows: pl.DataFrame, found: Mapping[str, Guess]) -> tuple[str, ...]:
    columns = [found[kind].column for kind in ("role", "day") if kind in found]
    return tuple(name for name in columns if rows[name].str.contains(r"[^A-Za-z0-9.-]").any())


def _named_after(stem: str) -> str:
    """Return the instrument whose id a stem is, such as ``ors_`` for ``ors1`` to ``ors4``."""
    known = {_together(each): each for each in load_registry().instruments}
    return known.get(_together(stem), known.get(_together(stem).removesuffix("q"), ""))


def _numbered(columns: Sequence[str]) -> tuple[str, dict[int, str]]:
    stems: dict[str, dict[int, str]] = {}
    for name in columns:
        match = _NUMBERED.match(name)
        if match and 1 <= int(match["number"]) <= HIGHEST_ITEM:
            stems.setdefault(match["stem"], {}).setdefault(int(match["number"]), name)
    if not stems:
        return "", {}
    stem = max(stems, key=lambda each: len(stems[each]))
    return stem, dict(sorted(stems[stem].items()))
