"""Words by which a column is taken for something, in its name or in what a dictionary calls it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ID = frozenset({"id", "code", "nr", "no", "number", "kode", "nummer", "num", "key"})
_FAMILY = frozenset({"fam", "family", "familie", "familien", "household"})
_MEMBER = frozenset(
    {"mem", "member", "medlem", "medlemmet", "person", "client", "klient", "patient"}
)
_THERAPIST = frozenset(
    {"ther", "therapist", "terapeut", "terapeuten", "behandler", "clinician", "counsellor"}
)
_SESSION = frozenset({"sess", "session", "sesjon", "samtale", "samtalen", "visit", "meeting"})
_DAY = frozenset({"date", "day", "dato", "dag", "datum"})
_RATES = frozenset({"rater", "rates", "rated", "informant", "respondent", "vurderer", "utfyller"})
_BORN = frozenset({"birth", "born", "dob", "fodt", "født", "fødsel"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """A kind, the words of which one each must be there, and those that rule it out."""

    kind: str
    needed: tuple[frozenset[str], ...]
    without: frozenset[str] = frozenset()


_RULES = (
    _Rule("day", (_SESSION, _DAY), _BORN),
    _Rule("rater", (_RATES,), _DAY),
    _Rule("role", (frozenset({"role", "rolle", "relation", "relasjon"}),)),
    _Rule("index", (frozenset({"index", "indeks", "opened"}), _MEMBER)),
    _Rule("age", (frozenset({"age", "alder", "agegroup", "aldersgruppe"}),), _THERAPIST),
    _Rule("referral", (frozenset({"referral", "referred", "henvisning", "henvist"}),), _DAY | _ID),
    _Rule("session_no", (_SESSION, _ID)),
    _Rule("member", (_MEMBER, _ID), _THERAPIST),
    _Rule("therapist", (_THERAPIST, _ID)),
    _Rule("family", (_FAMILY, _ID)),
    _Rule("case", (frozenset({"case", "episode", "sak"}), _ID)),
    _Rule("site", (frozenset({"site", "clinic", "klinikk", "enhet", "office", "kontor"}),), _DAY),
)
_SENTENCES = (
    _Rule("role", (frozenset({"place", "plass", "plassen"}), _FAMILY)),
    _Rule("referral", (frozenset({"how", "hvordan"}), _FAMILY, frozenset({"came", "kom"}))),
)
"""Rules for what a dictionary says of a column, before those for names."""

_SHORT = {
    1: {"rel", "relationship", "bond"},
    2: {"goal", "goals"},
    3: {"appr", "approach", "method", "task", "tasks"},
    4: {"all", "overall", "over"},
}
"""Last parts of names that four columns together have when they are the lines of the SRS."""

_LINE = re.compile(r"^(?:line|item|question|linje|spørsmål|ledd)\s*(\d{1,2})$")


def words_of(text: str) -> list[str]:
    """Return the words of a name or label in small letters, split at signs and new capitals."""
    apart = re.sub(r"(?<=[a-zæøåäöü])(?=[A-ZÆØÅÄÖÜ])", " ", text)
    return re.findall(r"[a-zæøåäöü]+|\d+", apart.casefold())


def kind_by_name(name: str) -> tuple[str, list[str]]:
    """Return what a column is called for and the words that say so; empty for nothing known."""
    return _by_rules(words_of(name), _RULES)


def kind_by_label(label: str) -> tuple[str, list[str]]:
    """Return what a dictionary says a column holds and its words for it; empty for nothing."""
    return _by_rules([word for word in words_of(label) if word != "no"], (*_SENTENCES, *_RULES))


def lines_by_name(names: list[str]) -> dict[int, str]:
    """Return four columns with one beginning whose ends are the lines of the SRS; else none."""
    stems: dict[str, dict[int, str]] = {}
    for name in names:
        stem, _, end = name.casefold().rpartition("_")
        number = next((number for number, words in _SHORT.items() if end in words), None)
        if stem and number is not None:
            stems.setdefault(stem, {}).setdefault(number, name)
    return next((found for found in stems.values() if len(found) == len(_SHORT)), {})


def lines_by_label(labels: dict[str, str]) -> dict[int, str]:
    """Return the columns that a dictionary numbers as lines from 1 without a gap; else none."""
    found: dict[int, str] = {}
    for name, label in labels.items():
        match = _LINE.match(" ".join(label.split()).casefold())
        if match:
            found.setdefault(int(match[1]), name)
    return found if len(found) > 1 and set(found) == set(range(1, len(found) + 1)) else {}


def _by_rules(words: list[str], rules: tuple[_Rule, ...]) -> tuple[str, list[str]]:
    said = set(words)
    for rule in rules:
        if rule.without & said:
            continue
        meant = [next((word for word in words if word in needed), "") for needed in rule.needed]
        if all(meant):
            return rule.kind, list(dict.fromkeys(meant))
    return "", []
