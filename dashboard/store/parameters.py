"""Bound parameters: what a selection means to a query, and what a caller may give."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.errors import QueryError
from dashboard.store.contracts import SCOPE_PARAM, QueryContract, query_contracts

if TYPE_CHECKING:
    from dashboard.domain.scope import Scope
    from dashboard.domain.selection import Selection
    from dashboard.store.facts import HasFacts

SELECTION_DEFAULTS: Mapping[str, object] = {
    "group_ids": [],
    "therapist_ids": [],
    "family_ids": [],
    "case_ids": [],
    "member_ids": [],
    "threat_types": [],
    "instrument_family": "",
    "scale": "",
    "date_from": None,
    "date_to": None,
    "discussed_case_ids": [],
    "discussed_session_nos": [],
    "discussed_dates": [],
    "last_meeting_on": None,
}
"""What stands for "every one" where a caller gives nothing."""


def selection_params(
    selection: Selection, store: HasFacts | None = None, *, query: str | None = None
) -> dict[str, Any]:
    """Return the bound parameters a selection stands for.

    Args:
        selection: What is looked at.
        store: Where given and without any date, the dates of the selection are left out, since
            there they would hide everything.
        query: Where given, only the parameters that this query declares.

    Raises:
        QueryError: If no query has that name.
    """
    has_dates = store is None or store.facts.has_dates
    params: dict[str, Any] = {
        "group_ids": list(selection.groups),
        "therapist_ids": list(selection.therapists),
        "family_ids": list(selection.families),
        "case_ids": list(selection.cases),
        "member_ids": list(selection.members),
        "threat_types": list(selection.threats),
        "instrument_family": selection.instrument,
        "scale": selection.scale,
        "date_from": selection.date_from if has_dates else None,
        "date_to": selection.date_to if has_dates else None,
    }
    if query is None:
        return params
    declared = {param.name for param in require_query(query).given_params}
    return {name: value for name, value in params.items() if name in declared}


def require_query(name: str) -> QueryContract:
    """Return the contract of a query that may be asked: not one that only publishing uses.

    Raises:
        QueryError: If no such query exists; the message names the nearest and all known ones.
    """
    known = {key: item for key, item in query_contracts().items() if item.folder != "publish"}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    message = f"No query is named '{name}'.{hint} Known queries: {', '.join(sorted(known))}."
    raise QueryError(message)


def bind(contract: QueryContract, scope: Scope, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the values to bind: the scope, the given ones, and defaults of a selection.

    Args:
        contract: The query.
        scope: Who is looking.
        given: Values by parameter name; texts stand for lists ("a,b"), days and numbers.

    Raises:
        QueryError: If one is missing, not declared, or not of its type.
    """
    declared = {param.name: param.type for param in contract.given_params}
    values = {name: value for name, value in SELECTION_DEFAULTS.items() if name in declared}
    values |= given
    missing = sorted(declared.keys() - values.keys())
    unknown = sorted(values.keys() - declared.keys())
    if missing or unknown:
        message = f"Query '{contract.name}' takes {sorted(declared)}; missing {missing}"
        raise QueryError(f"{message}, not declared {unknown}." + _hint(unknown, declared))
    bound = {name: _value(contract, name, declared[name], values[name]) for name in declared}
    if any(param.name == SCOPE_PARAM for param in contract.asked_params):
        case_ids = scope.case_ids
        bound[SCOPE_PARAM] = None if case_ids is None else sorted(case_ids)
    return bound


def _hint(unknown: Iterable[str], declared: Iterable[str]) -> str:
    pairs = [(name, difflib.get_close_matches(name, list(declared), n=1)) for name in unknown]
    hints = [f" Did you mean '{near[0]}' for '{name}'?" for name, near in pairs if near]
    return "".join(hints)


def _value(contract: QueryContract, name: str, type_: str, value: object) -> object:
    try:
        return _CONVERTERS[type_](value)
    except (TypeError, ValueError):
        message = (
            f"Query '{contract.name}': parameter '{name}' takes {type_}; "
            f"what was given ({type(value).__name__}) cannot be read as that."
        )
        raise QueryError(message) from None


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, Iterable):
        return [_text(part) for part in value]
    raise TypeError


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError


def _day(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        raise TypeError
    if value is None or isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(_text(value)) if value else None


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _wholes(value: object) -> list[int]:
    parts = _list(value) if isinstance(value, str) else value
    if isinstance(parts, Iterable):
        return [_whole(part) for part in parts]
    raise TypeError


def _days(value: object) -> list[dt.date | None]:
    parts = _list(value) if isinstance(value, str) else value
    if isinstance(parts, Iterable):
        return [_day(part) for part in parts]
    raise TypeError


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return float(value)


_CONVERTERS: Mapping[str, Callable[[object], object]] = {
    "VARCHAR": _text,
    "VARCHAR[]": _list,
    "INTEGER[]": _wholes,
    "DATE[]": _days,
    "DATE": _day,
    "INTEGER": _whole,
    "BIGINT": _whole,
    "DOUBLE": _number,
}
