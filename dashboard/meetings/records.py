"""What a person may write down about a case, and what is made of it before it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from dashboard.domain.codes import is_code, plain_text
from dashboard.domain.vocabulary import Strategy
from dashboard.errors import EntryError

TEXT_LIMIT = 4_000
"""Characters of a question, a decision or an outcome: about a page each."""

HIGHEST_SESSION = 9_999

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)

Value = str | int | dt.date | None


class DecisionState(StrEnum):
    """How a decision stands; a withdrawn one was written down by mistake or taken back."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a group writes down about a case for the first time.

    Attributes:
        case_id: Code of the case; what is kept survives every import because of it.
        family_id: Code of its family.
        declared_by: Code the person typed; declared, not verified.
        decided_on: Local day of the meeting.
        question: The supervisee's question.
        decision: What the group decided; may be empty while there is only a question.
        agreed_strategy: Code of a strategy of the source article, or none.
        agreed_member_id: The member it is meant for, or none for the whole family.
        review_on: Local day on which the group wants to look at it again.
        discussed_session_no: Latest held session of the case on that day.
        state: How it stands.
        outcome: What the group says became of it, in its own words.
        reviewed_on: Local day on which state or outcome were last talked about.
        reviewed_session_no: Latest held session of the case on that day.
    """

    case_id: str
    family_id: str
    declared_by: str
    decided_on: dt.date
    question: str = ""
    decision: str = ""
    agreed_strategy: str | None = None
    agreed_member_id: str | None = None
    review_on: dt.date | None = None
    discussed_session_no: int | None = None
    state: str = DecisionState.OPEN.value
    outcome: str | None = None
    reviewed_on: dt.date | None = None
    reviewed_session_no: int | None = None

    def values(self) -> dict[str, object]:
        """Return the fields by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Decision(Entry):
    """A decision as it stands in the file; ``declared_by`` is who wrote it down first.

    Attributes:
        decision_id: Made by the file, never typed.
        revision: 1 when it is new, one more with each change.
        recorded_at: When it was first written, UTC.
        revised_at: When it was last changed, UTC.
    """

    decision_id: str = ""
    revision: int = 0
    recorded_at: dt.datetime = _NEVER
    revised_at: dt.datetime = _NEVER


REVISABLE = frozenset(each.name for each in fields(Entry)) - {
    "case_id",
    "family_id",
    "declared_by",
}
"""What may be changed afterwards; case, family and who wrote it first may not."""


def checked(values: Mapping[str, object]) -> dict[str, Value]:
    """Return what was typed in the form in which it is kept.

    Marks that nobody sees (control characters, text direction) are taken out of texts.

    Args:
        values: By name of a field of ``Entry``; days as dates or as YYYY-MM-DD.

    Raises:
        EntryError: If a field is unknown or its value cannot be kept, in words that do not
            repeat the value.
    """
    unknown = len(values.keys() - _CHECKS.keys())
    if unknown:
        message = f"An entry has the fields {sorted(_CHECKS)}; {unknown} given are none of these."
        raise EntryError(message)
    return {name: _CHECKS[name](name, value) for name, value in values.items()}


def checked_key(key: object) -> str:
    """Return the key that a page made for an entry, by which a retry is known.

    Raises:
        EntryError: If it is none.
    """
    return _code("request_key", key)


def require_sense(values: Mapping[str, object]) -> None:
    """Refuse an entry that says nothing, or is to be reviewed before it was made.

    Args:
        values: The whole entry, checked.

    Raises:
        EntryError: If so.
    """
    if not values["question"] and not values["decision"]:
        message = "Write a question or a decision; both are empty."
        raise EntryError(message)
    decided_on, review_on = values["decided_on"], values["review_on"]
    if isinstance(review_on, dt.date) and isinstance(decided_on, dt.date):
        _require_order(decided_on, review_on)


def _require_order(decided_on: dt.date, review_on: dt.date) -> None:
    if review_on < decided_on:
        message = (
            "'review_on' lies before 'decided_on'. Choose the day of the meeting or a later one."
        )
        raise EntryError(message)


def clean_text(text: str) -> str:
    """Return a text of one or more lines without marks that nobody sees."""
    lines = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").splitlines()
    return "\n".join(plain_text(line) for line in lines).strip()


def _code(name: str, value: object) -> str:
    if isinstance(value, str) and is_code(value):
        return value
    message = f"'{name}' takes a code of 1 to 32 letters, digits, dots, dashes or underscores."
    raise EntryError(message)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        message = f"'{name}' takes a text."
        raise EntryError(message)
    text = clean_text(value)
    if len(text) > TEXT_LIMIT:
        message = f"'{name}' takes at most {TEXT_LIMIT} characters; this has {len(text)}."
        raise EntryError(message)
    return text


def _strategy(name: str, value: object) -> str:
    if isinstance(value, str) and value in set(Strategy):
        return str(value)
    message = f"'{name}' takes one of {[each.value for each in Strategy]}, or null."
    raise EntryError(message)


def _state(name: str, value: object) -> str:
    if isinstance(value, str) and value in set(DecisionState):
        return str(value)
    message = f"'{name}' takes one of {[each.value for each in DecisionState]}."
    raise EntryError(message)


def _day(name: str, value: object) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        if isinstance(value, str) and len(value) == len("YYYY-MM-DD"):
            return dt.date.fromisoformat(value)
    except ValueError:
        pass
    message = f"'{name}' takes a day as YYYY-MM-DD."
    raise EntryError(message)


def _session(name: str, value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST_SESSION:
        return value
    message = f"'{name}' takes the number of a session, 0 to {HIGHEST_SESSION}."
    raise EntryError(message)


def _or_none(check: Callable[[str, object], Value]) -> Callable[[str, object], Value]:
    return lambda name, value: None if value is None or value == "" else check(name, value)


_CHECKS: dict[str, Callable[[str, object], Value]] = {
    "case_id": _code,
    "family_id": _code,
    "declared_by": _code,
    "decided_on": _day,
    "question": _text,
    "decision": _text,
    "agreed_strategy": _or_none(_strategy),
    "agreed_member_id": _or_none(_code),
    "review_on": _or_none(_day),
    "discussed_session_no": _or_none(_session),
    "state": _state,
    "outcome": _or_none(_text),
    "reviewed_on": _or_none(_day),
    "reviewed_session_no": _or_none(_session),
}
