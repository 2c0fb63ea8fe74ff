"""What is looked at: one immutable value that widgets edit, the URL holds and queries take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from urllib.parse import parse_qsl, urlencode

from dashboard.domain.codes import is_code
from dashboard.domain.vocabulary import Axis
from dashboard.errors import SelectionError

_LISTS = {
    "groups": "group",
    "therapists": "therapist",
    "families": "family",
    "cases": "case",
    "members": "member",
    "threats": "threat",
}
_WORDS = {"instrument": "instrument", "scale": "scale"}
_DATES = {"date_from": "from", "date_to": "to"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of the data is looked at, and how.

    An empty tuple means "every one". Codes are sorted and unique, so that equal selections are
    equal values with one canonical text.

    Attributes:
        groups: Supervision groups (``group_id`` of therapists).
        therapists: Cases with one of them as lead or co at some time within the dates.
        families: Families.
        cases: Cases; the first is the one whose heatmap is shown, none shows the overview.
        members: Family members.
        threats: Threat types; cases with one of them open at some time within the dates.
        instrument: Family of instruments shown together (``srs`` holds SRS and CSRS); empty
            means the commonest one.
        scale: Scale shown; empty means the first of the instrument.
        date_from: First day counted, or none.
        date_to: Last day counted, or none.
        axis: What the columns of a heatmap follow.
    """

    groups: tuple[str, ...] = ()
    therapists: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    instrument: str = ""
    scale: str = ""
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    axis: Axis = field(default=Axis.SESSION)

    def __post_init__(self) -> None:
        for name in _LISTS:
            object.__setattr__(self, name, _codes(name, getattr(self, name)))
        for name in _WORDS:
            if getattr(self, name):
                _require_code(name, getattr(self, name))
        try:
            object.__setattr__(self, "axis", Axis(self.axis))
        except ValueError:
            message = f"Selection.axis takes one of {[str(axis) for axis in Axis]}."
            raise SelectionError(message) from None
        if self.date_from and self.date_to and self.date_from > self.date_to:
            message = "Selection: date_from is later than date_to; swap them or remove one."
            raise SelectionError(message)

    @property
    def is_of_all(self) -> bool:
        """Whether it chooses every case: of the switches of the picture any may be set."""
        return self == Selection(instrument=self.instrument, scale=self.scale, axis=self.axis)

    def changed(self, **changes: object) -> Selection:
        """Return this selection with some fields replaced, lists given in any iterable."""
        known = {item.name for item in fields(self)}
        unknown = sorted(set(changes) - known)
        if unknown:
            message = f"Selection has no field {unknown}. Known fields: {sorted(known)}."
            raise SelectionError(message)
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_query(self) -> str:
        """Return the canonical URL query: codes only, fields in a fixed order, defaults left out.

        Returns:
            For instance ``therapist=T02,T03&threat=lack_of_trust``; empty for the default.
        """
        pairs = [(key, ",".join(getattr(self, name))) for name, key in _LISTS.items()]
        pairs += [(key, getattr(self, name)) for name, key in _WORDS.items()]
        pairs += [(key, _day(getattr(self, name))) for name, key in _DATES.items()]
        pairs += [("axis", str(self.axis) if self.axis != Axis.SESSION else "")]
        return urlencode([(key, text) for key, text in pairs if text], safe=",")

    @classmethod
    def from_query(cls, query: str) -> Selection:
        """Read a selection from a URL query.

        Args:
            query: Text as ``to_query`` writes it; keys of other purposes are passed over.

        Raises:
            SelectionError: If a value cannot be a code or a day.
        """
        given = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=False))
        return cls.from_mapping(given)

    @classmethod
    def from_mapping(cls, given: Mapping[str, str]) -> Selection:
        """Read a selection from URL keys and texts; the same rules as ``from_query``."""
        values: dict[str, object] = {
            name: tuple(part for part in given[key].split(",") if part)
            for name, key in _LISTS.items()
            if key in given
        }
        values |= {name: given[key] for name, key in _WORDS.items() if key in given}
        values |= {
            name: _parse_day(key, given[key]) for name, key in _DATES.items() if key in given
        }
        if "axis" in given:
            values["axis"] = given["axis"]
        return cls(**values)  # type: ignore[arg-type]


def _codes(name: str, values: Iterable[str]) -> tuple[str, ...]:
    if isinstance(values, str):
        values = (values,)
    codes = tuple(sorted({str(value) for value in values}))
    for code in codes:
        _require_code(name, code)
    return codes


def _require_code(name: str, code: str) -> None:
    if not is_code(code):
        message = (
            f"Selection.{name} takes codes of 1 to 32 letters, digits, '.', '_' or '-'; "
            "one that was given is not such a code."
        )
        raise SelectionError(message)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _parse_day(key: str, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"'{key}' takes a day as YYYY-MM-DD; what was given is not one."
        raise SelectionError(message) from None
