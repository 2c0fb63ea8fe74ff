"""REDCap: records with events, repeats, checkboxes and forms, in codes or in labels.

The data dictionary and the event file are taken from the same folder, known by their headers.
Columns are called by their variables, whether the export has names or labels, and cells hold codes.
Made besides: ``label:FIELD``, ``ticked:FIELD___CODE`` (the code, where it is ticked),
``state:FORM_complete`` (complete or partial), ``redcap:row`` (parent, repeat, single),
``redcap:event_order`` and ``redcap:event_arm`` (where the order of events is known).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.dialects import TextForm
from dashboard.exports.headers import ROW
from dashboard.exports.native import file_note
from dashboard.exports.profile import ProfileReading, Recognition
from dashboard.exports.profiles._grid import (
    Grid,
    leads,
    named_reading,
    plain_spec,
    read_grid,
    settings_of,
    with_columns,
)
from dashboard.exports.profiles._redcap_dictionary import (
    SYSTEM_LABELS,
    Event,
    Field,
    checkbox_name,
    dictionary_fields,
    event_list,
    form_named,
    is_dictionary,
    is_event_file,
    listed_events,
    variable_names,
)
from dashboard.exports.profiles._redcap_rows import (
    EVENT,
    INSTRUMENT,
    add_events,
    add_row_kinds,
    add_states,
    carry_down,
    carry_everywhere,
)
from dashboard.exports.profiles._redcap_values import Cells, understand_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dashboard.exports.files import ExportFiles
    from dashboard.exports.manifest import Manifest
    from dashboard.exports.mapping_model import FileSpec
    from dashboard.exports.text_tables import InputTable

_SYSTEM = frozenset({*SYSTEM_LABELS, *SYSTEM_LABELS.values()})


@dataclass(frozen=True)
class _Asked:
    """Which file is read, among which, and how."""

    listed: ExportFiles
    name: str
    spec: FileSpec
    manifest: Manifest | None
    tables: list[tuple[str, str, list[list[str]]]]


@dataclass(frozen=True)
class _Project:
    """What the files beside the data say of it."""

    fields: list[Field]
    events: list[Event]
    companions: tuple[InputTable, ...]


class Redcap:
    """Records as REDCap exports them, as text or workbook."""

    def recognise(self, listed: ExportFiles) -> list[Recognition]:
        """Return the files of records, with the dictionary and event file beside them."""
        tables = list(leads(listed))
        companions = {}
        for name, _, records in tables:
            if is_dictionary(records[0]):
                companions["dictionary"] = name
            elif is_event_file(records[0]):
                companions["events"] = name
        found = []
        for name, separator, records in tables:
            reasons = _reasons(records[0])
            if reasons and name not in companions.values():
                found.append(
                    Recognition("redcap", name, reasons, companions, settings_of(separator))
                )
        return found

    def read(
        self, listed: ExportFiles, name: str, spec: FileSpec, manifest: Manifest | None
    ) -> ProfileReading:
        """Read records; the first column is the record id.

        Options: ``dictionary`` and ``events`` name those files, ``event_order`` lists the events
        instead, ``carry`` names columns that are asked once and hold for the whole record.

        Raises:
            SourceError: If a named companion is absent or of another kind, or the header is none
                of REDCap.
        """
        project = _project(_Asked(listed, name, spec, manifest, list(leads(listed))))
        grid = read_grid(listed, name, spec, manifest)
        names = _names(name, grid.record(0), project.fields)
        reading = named_reading(name, grid, names, grid.row_no(0), manifest)
        table = reading.table
        texts = _without_missing(table.rows, spec.missing)
        columns = {each: texts[each] for each in table.columns}
        cells = Cells(name, columns, numbers=table.rows[ROW])
        forms = _understand(cells, project, spec)
        done = replace(
            reading,
            table=replace(table, rows=cells.rows, labels=_labels(project.fields), forms=forms),
            companions=project.companions,
            set_aside=pl.concat([reading.set_aside, *cells.refused]),
            notices=pl.concat([reading.notices, *_notes(cells, project)]),
        )
        return with_columns(done, cells.made)


def _labels(fields: list[Field]) -> dict[str, str]:
    return {each.name: each.label for each in fields}


def _understand(cells: Cells, project: _Project, spec: FileSpec) -> dict[str, str]:
    """Understand every cell, and return the form of each column of answers."""
    record = next(
        (each.name for each in project.fields[:1] if each.name in cells.columns),
        next(iter(cells.columns)),
    )
    forms = _forms([each for each in cells.columns if each != record], project.fields)
    understand_values(cells, project.fields, spec.decimal)
    if INSTRUMENT in cells.columns:
        known = sorted({form for form in forms.values() if form})
        named = [each and form_named(each, known) for each in cells.columns[INSTRUMENT]]
        cells.put(INSTRUMENT, pl.Series(named, dtype=pl.String))
    add_events(cells, project.events)
    add_row_kinds(cells)
    add_states(cells, forms)
    carry_down(cells, record, forms)
    carried = spec.options.get("carry", ())
    for column in carried:
        if column not in cells.columns:
            message = f"{spec.key}.options.carry: {cells.file} has no column '{column}'."
            raise SourceError(message)
    carry_everywhere(cells, record, carried)
    return forms


def _names(name: str, header: list[str], fields: list[Field]) -> list[str]:
    """Return the variables of a header; one that is none of REDCap is refused."""
    if not header:
        message = f"{name}: expected a header in row 1; the file has no rows."
        raise SourceError(message)
    names = variable_names(header, fields)
    if _reasons(names) or {each.name for each in fields} & set(names):
        return names
    message = (
        f"{name}: row 1 is no header of REDCap: it has neither columns that begin with 'redcap_' "
        "or end with '_complete', nor fields of a data dictionary beside it. Export again, or "
        'leave reader = "redcap" out.'
    )
    raise SourceError(message)


def _reasons(header: Sequence[str]) -> tuple[str, ...]:
    folded = [cell.casefold() for cell in header]
    own = sorted(set(folded) & _SYSTEM)
    reasons = [f"it has the columns {', '.join(own)}"] if own else []
    if any(cell.endswith("_complete") for cell in folded) or "complete?" in folded:
        reasons.append("its forms say whether they are complete")
    return tuple(reasons)


def _project(asked: _Asked) -> _Project:
    dictionary = _companion(asked, "dictionary", is_dictionary)
    order = asked.spec.options.get("event_order", ())
    events = None if order else _companion(asked, "events", is_event_file)
    return _Project(
        fields=dictionary_fields(dictionary) if dictionary else [],
        events=event_list(events) if events else listed_events(order),
        companions=tuple(each.table for each in (dictionary, events) if each),
    )


def _companion(
    asked: _Asked, kind: str, is_of_kind: Callable[[Sequence[str]], bool]
) -> Grid | None:
    """Return the file of a kind that the mapping names, or the one that lies beside the data."""
    listed, key = asked.listed, f"{asked.spec.key}.options"
    named = asked.spec.options.get(kind, ())
    if named and named[0] not in listed.names:
        message = f"{key}.{kind}: expected '{named[0]}' in {listed.name}; it is not there."
        raise SourceError(message)
    fitting = [
        (each, separator)
        for each, separator, records in asked.tables
        if each != asked.name and (not named or each == named[0]) and is_of_kind(records[0])
    ]
    if named and not fitting:
        message = f"{named[0]}: row 1 is not the header of a REDCap {kind} file; export it anew."
        raise SourceError(message)
    if len(fitting) > 1:
        message = (
            f"{listed.name}: {len(fitting)} files may be the {kind} of {asked.name}. Name the "
            f'right one: {key} = {{ {kind} = "FILE" }}.'
        )
        raise SourceError(message)
    if not fitting:
        return None
    file, separator = fitting[0]
    form = replace(TextForm(), separator=separator, encoding=asked.spec.text_form.encoding)
    form = replace(form, needs_final_newline=asked.spec.text_form.needs_final_newline)
    grid = read_grid(listed, file, plain_spec(file, form), asked.manifest)
    table = replace(grid.table, row_count=max(grid.table.row_count - 1, 0))
    return Grid(replace(table, derived=dict.fromkeys(table.columns, "")))


def _forms(columns: Sequence[str], fields: Sequence[Field]) -> dict[str, str]:
    """Return the form of each column of answers, by the dictionary or else by their order.

    A column whose form is not known has an empty one.
    """
    own = [column for column in columns if _is_answer(column)]
    if fields:
        forms = {each.name: each.form for each in fields}
        for each in fields:
            for code in each.choices if each.kind == "checkbox" else ():
                forms[checkbox_name(each.name, code)] = each.form
        return {column: forms.get(column, "") for column in own}
    found = dict.fromkeys(own, "")
    waiting: list[str] = []
    for column in columns:
        if column.endswith("_complete"):
            found |= dict.fromkeys(waiting, column.removesuffix("_complete"))
            waiting = []
        elif column in found:
            waiting.append(column)
    return found


def _is_answer(column: str) -> bool:
    return not (
        column.startswith("redcap_") or column.endswith(("_complete", "_timestamp", "_return_code"))
    )


def _without_missing(rows: pl.DataFrame, missing: Sequence[str]) -> pl.DataFrame:
    texts = [column for column, kind in rows.schema.items() if kind == pl.String]
    if not missing or not texts:
        return rows
    return rows.with_columns(
        pl.when(~pl.col(texts).is_in(list(missing))).then(pl.col(texts)).name.keep()
    )


def _notes(cells: Cells, project: _Project) -> list[pl.DataFrame]:
    notes = []
    if not project.fields:
        message = (
            "No data dictionary lies beside the file: codes, labels and ranges of its fields are "
            "not known. Put the dictionary (CSV) into the same folder."
        )
        notes.append(file_note(cells.file, "", None, "no_data_dictionary", message))
    if EVENT in cells.columns and not project.events:
        message = (
            "The order of events is not known, so there is no 'redcap:event_order'. Put the event "
            "file (CSV) into the same folder, or list them: options = { event_order = [...] }."
        )
        notes.append(file_note(cells.file, "", EVENT, "event_order_unknown", message))
    unverified = [
        column
        for column in cells.columns
        if f"state:{column}" in cells.derived and (cells.columns[column] == "1").any()
    ]
    for column in unverified:
        message = "Some forms are unverified in REDCap; they count as complete."
        notes.append(file_note(cells.file, "", column, "unverified_form", message))
    return notes


PROFILE = Redcap()
