"""The data dictionary and the event file of REDCap, and headers and codes that they explain."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dashboard.exports.profiles._grid import Grid

_FIELD_KEYS = {
    "variable / field name": "name",
    "field_name": "name",
    "form name": "form",
    "form_name": "form",
    "field type": "kind",
    "field_type": "kind",
    "field label": "label",
    "field_label": "label",
    "choices, calculations, or slider labels": "choices",
    "select_choices_or_calculations": "choices",
    "text validation type or show slider number": "validation",
    "text_validation_type_or_show_slider_number": "validation",
    "text validation min": "minimum",
    "text_validation_min": "minimum",
    "text validation max": "maximum",
    "text_validation_max": "maximum",
}
_FIXED = {"yesno": {"1": "Yes", "0": "No"}, "truefalse": {"1": "True", "0": "False"}}
_CODED = ("radio", "dropdown", "select", "checkbox")
_TAG = re.compile(r"<[^<>]*>")
_UNIQUE_LENGTH = 18

SYSTEM_LABELS = {
    "event name": "redcap_event_name",
    "repeat instrument": "redcap_repeat_instrument",
    "repeat instance": "redcap_repeat_instance",
    "data access group": "redcap_data_access_group",
    "survey identifier": "redcap_survey_identifier",
}
"""What an export with labels calls the columns that REDCap adds."""


@dataclass(frozen=True)
class Field:
    """One line of a data dictionary."""

    name: str
    form: str
    kind: str
    label: str
    choices: dict[str, str]
    validation: str
    minimum: str
    maximum: str


@dataclass(frozen=True)
class Event:
    """One line of an event file; ``order`` is its place within its arm, from 1."""

    unique_name: str
    name: str
    arm: str
    order: int


def is_dictionary(header: Sequence[str]) -> bool:
    """Return whether a header is that of a data dictionary."""
    found = {_FIELD_KEYS.get(cell.casefold()) for cell in header}
    return {"name", "form", "kind", "label"} <= found


def is_event_file(header: Sequence[str]) -> bool:
    """Return whether a header is that of an event file."""
    return {"event_name", "arm_num"} <= {cell.casefold() for cell in header}


def dictionary_fields(grid: Grid) -> list[Field]:
    """Return the fields of a data dictionary in their order; empty where it has no header."""
    keys = [_FIELD_KEYS.get(cell.casefold()) for cell in grid.record(0)]
    fields = []
    for record in _after_header(grid):
        said = {key: cell for key, cell in zip(keys, record, strict=True) if key}
        if said.get("name"):
            fields.append(_field(said))
    return fields


def event_list(grid: Grid) -> list[Event]:
    """Return the events of an event file in its order; empty where it has none."""
    keys = [cell.casefold() for cell in grid.record(0)]
    events: list[Event] = []
    for record in _after_header(grid):
        said = dict(zip(keys, record, strict=True))
        name, arm = said.get("event_name", ""), said.get("arm_num", "")
        unique = said.get("unique_event_name") or _unique_name(name, arm)
        order = 1 + sum(event.arm == arm for event in events)
        events.append(Event(unique, name, arm, order))
    return events


def listed_events(unique_names: Sequence[str]) -> list[Event]:
    """Return the events that a mapping itself names in their order."""
    events: list[Event] = []
    for name in unique_names:
        arm = name.rpartition("_arm_")[2] if "_arm_" in name else ""
        order = 1 + sum(event.arm == arm for event in events)
        events.append(Event(name, name, arm, order))
    return events


def variable_names(header: Sequence[str], fields: Sequence[Field]) -> list[str]:
    """Return the names of variables for a header of names or of labels.

    Args:
        header: Cells of the first row.
        fields: The dictionary; without one, only the columns that REDCap adds are known.

    Returns:
        One name for each cell; a cell that nothing explains stays as it is.
    """
    known = {name for name, _ in _expected(fields)}
    labels = {label for _, label in _expected(fields)}
    plain = [tidy(cell) for cell in header]
    named = sum(cell in known for cell in header)
    if named >= sum(cell in labels for cell in plain):
        return [SYSTEM_LABELS.get(cell.casefold(), cell) for cell in header]
    expected, start = list(_expected(fields)), 0
    names = []
    for cell, label in zip(header, plain, strict=True):
        name = SYSTEM_LABELS.get(label)
        ahead = range(start, len(expected)) if name is None and label in labels else ()
        place = next((number for number in ahead if expected[number][1] == label), None)
        if place is not None:
            name, start = expected[place][0], place + 1
        names.append(name or cell)
    return names


def tidy(text: str) -> str:
    """Return a label as it is compared: without markup, case and doubled spaces."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split()).casefold()


def form_named(text: str, forms: Sequence[str]) -> str:
    """Return the form that a name or label of an instrument means; the text where none does."""
    guess = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
    return guess if guess in forms else text


def _after_header(grid: Grid) -> Iterator[list[str]]:
    for place in range(1, grid.table.rows.height):
        yield grid.record(place)


def _field(said: dict[str, str]) -> Field:
    kind = said.get("kind", "").casefold()
    choices = _FIXED.get(kind) or (_choices(said.get("choices", "")) if kind in _CODED else {})
    return Field(
        name=said["name"],
        form=said.get("form", ""),
        kind=kind,
        label=said.get("label", ""),
        choices=choices,
        validation=said.get("validation", "").casefold(),
        minimum=said.get("minimum", ""),
        maximum=said.get("maximum", ""),
    )


def _choices(text: str) -> dict[str, str]:
    """Return the labels of choices by their codes: ``1, one | 2, two``."""
    found = {}
    for part in re.split(r"[|\n]", text):
        code, _, label = part.partition(",")
        if code.strip():
            found[code.strip()] = label.strip() or code.strip()
    return found


def _unique_name(name: str, arm: str) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:_UNIQUE_LENGTH]
    return f"{stem}_arm_{arm}"


def _expected(fields: Sequence[Field]) -> Iterator[tuple[str, str]]:
    """Yield name and compared label of every column that an export of these fields can have."""
    for number, field in enumerate(fields):
        label = tidy(field.label)
        if field.kind == "checkbox":
            for code, choice in field.choices.items():
                yield checkbox_name(field.name, code), f"{label} (choice={tidy(choice)})"
        elif field.kind != "descriptive":
            yield field.name, label
        is_last = number + 1 == len(fields) or fields[number + 1].form != field.form
        if is_last and field.form:
            yield f"{field.form}_complete", "complete?"


def checkbox_name(field: str, code: str) -> str:
    """Return the column that REDCap gives one choice of a checkbox."""
    return f"{field}___{re.sub(r'[^a-z0-9_]', '_', code.casefold())}"
