"""What a person corrects in the guesses about a table: how it is written, what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.domain.vocabulary import Role
from dashboard.errors import MappingError
from dashboard.exports.guessing import FOUND, HIGHEST_ITEM
from dashboard.exports.word_maps import CHOICES

FORM_TEXTS = ("reader", "separator", "quote", "encoding", "decimal", "date_order", "sheet")
FORM_NUMBERS = ("skip_rows", "header_rows", "name_row")
_OF_FILE = (*FORM_TEXTS, *FORM_NUMBERS, "names", "final_newline")
_LONGEST = 200


@dataclass(frozen=True)
class Corrections:
    """Corrections of a draft; what is not corrected is found or guessed.

    Attributes:
        forms: Keys of ``[[file]]`` by the id of the file.
        columns: What a column holds, by file and column: a word of ``FOUND``, ``item:N``, or
            empty for "nothing".
        roles: Role by word of the role columns.
        words: By kind of column (age, referral, index), what its words mean.
        instrument: Instrument of the items, or empty.
    """

    forms: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    instrument: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_corrections(given: object) -> Corrections:
    """Return corrections from plain values, as a page sends them.

    Args:
        given: A table with ``forms``, ``columns``, ``roles``, ``words`` and ``instrument``;
            each may be left out.

    Raises:
        MappingError: If something in it is not of its kind.
    """
    table = _table(given, "The corrections")
    _only(table, ("forms", "columns", "roles", "words", "instrument"), "The corrections")
    forms = _table(table.get("forms", {}), "'forms'")
    columns = _table(table.get("columns", {}), "'columns'")
    return Corrections(
        forms={name: _form(form) for name, form in forms.items()},
        columns={name: _kinds(kinds) for name, kinds in columns.items()},
        roles=_roles(table.get("roles", {})),
        words=_words(table.get("words", {})),
        instrument=_text(table.get("instrument", ""), "'instrument'"),
    )


def _form(given: object) -> dict[str, object]:
    form = _table(given, "How a file is written")
    _only(form, _OF_FILE, "How a file is written")
    found: dict[str, object] = {}
    for key, value in form.items():
        if key in FORM_NUMBERS:
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                message = f"'{key}' takes a number of rows from 0."
                raise MappingError(message)
            found[key] = value
        elif key == "names":
            named = _table(value, "'names'")
            found[key] = {number: _text(name, "'names'") for number, name in named.items()}
        elif key == "final_newline":
            found[key] = value is not False
        else:
            found[key] = _text(value, f"'{key}'")
    return found


def _kinds(given: object) -> dict[str, str]:
    kinds = {
        column: _text(kind, "'columns'") for column, kind in _table(given, "'columns'").items()
    }
    for kind in kinds.values():
        number = kind.removeprefix("item:")
        is_item = kind != number and number.isdecimal() and 1 <= int(number) <= HIGHEST_ITEM
        if kind and kind not in FOUND and not is_item:
            message = f"A column holds one of {', '.join(FOUND)}, item:1 to item:{HIGHEST_ITEM}."
            raise MappingError(message)
    return kinds


def _roles(given: object) -> dict[str, str]:
    roles = {word: _text(role, "'roles'") for word, role in _table(given, "'roles'").items()}
    if set(roles.values()) - {"", *map(str, Role)}:
        message = f"A word of a role column is one of {', '.join(Role)}."
        raise MappingError(message)
    return {word: role for word, role in roles.items() if role}


def _words(given: object) -> dict[str, dict[str, str]]:
    found = {}
    for kind, meant in _table(given, "'words'").items():
        words = {word: _text(value, "'words'") for word, value in _table(meant, "'words'").items()}
        if kind not in CHOICES or set(words.values()) - {"", *CHOICES[kind]}:
            message = f"'words' takes {', '.join(CHOICES)}, and for each what its words can mean."
            raise MappingError(message)
        found[kind] = {word: value for word, value in words.items() if value}
    return found


def _table(given: object, what: str) -> dict[str, object]:
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given):
        message = f"{what}: a table of names and values was expected."
        raise MappingError(message)
    return given


def _only(table: Mapping[str, object], names: tuple[str, ...], what: str) -> None:
    if table.keys() - set(names):
        message = f"{what}: takes {', '.join(names)} and nothing else."
        raise MappingError(message)


def _text(given: object, what: str) -> str:
    if not isinstance(given, str) or len(given) > _LONGEST:
        message = f"{what} takes a text of at most {_LONGEST} characters."
        raise MappingError(message)
    return given
