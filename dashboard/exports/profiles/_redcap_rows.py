"""Rows of REDCap: parents and repeats, events in their order, states of forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.exports.profiles._redcap_dictionary import Event
    from dashboard.exports.profiles._redcap_values import Cells

EVENT = "redcap_event_name"
INSTRUMENT = "redcap_repeat_instrument"
INSTANCE = "redcap_repeat_instance"
_ARM = r"^(.*) \(arm (\d+): .*\)$"
_STATES = {"1": "complete", "2": "complete"}


def add_events(cells: Cells, events: Sequence[Event]) -> None:
    """Name events as REDCap does, and number them within their arm in the given order.

    Args:
        cells: The rows; changed in place.
        events: The events in their order; empty: their order stays unknown.
    """
    if EVENT not in cells.columns or not events:
        return
    given = cells.columns[EVENT]
    folded = given.str.to_lowercase().str.replace(_ARM, "$1 (arm $2)")
    found = folded.replace_strict(_event_names(events), default=None, return_dtype=pl.String)
    orders = {event.unique_name: str(event.order) for event in events}
    arms = {event.unique_name: event.arm for event in events}
    bad = given.is_not_null() & found.is_null()
    cells.put(EVENT, found.zip_with(~bad, given))
    cells.refuse(
        EVENT,
        bad,
        "event_not_in_event_file",
        "The event file has no such event; export the events anew, together with the data.",
    )
    for name, values in (("redcap:event_order", orders), ("redcap:event_arm", arms)):
        cells.words[name] = (EVENT, values)


def _event_names(events: Sequence[Event]) -> dict[str, str]:
    """Return unique names by all an export can call an event; a shared label names none."""
    labels = [event.name.casefold() for event in events]
    found = {}
    for event, label in zip(events, labels, strict=True):
        if labels.count(label) == 1:
            found[label] = event.unique_name
        found[f"{label} (arm {event.arm})"] = event.unique_name
    return {**found, **{event.unique_name.casefold(): event.unique_name for event in events}}


def add_row_kinds(cells: Cells) -> None:
    """Add ``redcap:row``: parent, repeat, or single where nothing repeats in the event."""
    repeats = [column for column in (INSTRUMENT, INSTANCE) if column in cells.columns]
    if not repeats:
        kinds = pl.Series(["single"], dtype=pl.String).new_from_index(0, len(cells.numbers))
        cells.derived["redcap:row"] = ("", kinds)
        return
    rows = cells.rows
    event = pl.col(EVENT) if EVENT in rows.columns else pl.lit(None, pl.String)
    is_repeat = pl.any_horizontal(pl.col(column).is_not_null() for column in repeats)
    found = rows.with_columns(is_repeat.alias("__repeat"), event.alias("__event")).select(
        pl.when("__repeat")
        .then(pl.lit("repeat"))
        .when(pl.col("__repeat").any().over("__event"))
        .then(pl.lit("parent"))
        .otherwise(pl.lit("single"))
        .alias("kind")
    )
    cells.derived["redcap:row"] = (repeats[0], found["kind"])


def add_states(cells: Cells, forms: Mapping[str, str]) -> None:
    """Add ``state:FORM_complete`` for each form: complete, partial, or null without any answer.

    Args:
        cells: The rows; changed in place.
        forms: By column, the form it belongs to.
    """
    checkboxes = cells.checkboxes
    by_form: dict[str, list[str]] = {}
    for name, form in forms.items():
        by_form.setdefault(form, []).append(name)
    for column in [each for each in cells.columns if each.endswith("_complete")]:
        answers = by_form.get(column.removesuffix("_complete"), [])
        ticks = [cells.columns[name] for name in answers if name in checkboxes]
        texts = [cells.columns[name] for name in answers if name not in checkboxes]
        is_answered = _any_filled(cells, texts) | _any_filled(cells, ticks, only="1")
        said = cells.columns[column]
        state = said.replace_strict(_STATES, default=None, return_dtype=pl.String)
        begun = pl.select(pl.when((said == "0") & is_answered).then(pl.lit("partial"))).to_series()
        cells.derived[f"state:{column}"] = (column, state.zip_with(state.is_not_null(), begun))


def _any_filled(cells: Cells, columns: list[pl.Series], only: str | None = None) -> pl.Series:
    """Return for each row whether any of some columns is filled, or holds one text."""
    if not columns:
        return pl.repeat(0, len(cells.numbers), eager=True) == 1
    every = pl.DataFrame([each.alias(str(place)) for place, each in enumerate(columns)])
    is_filled = pl.all().is_not_null() if only is None else pl.all().eq_missing(only)
    return every.select(pl.any_horizontal(is_filled).alias("filled"))["filled"]


def carry_down(cells: Cells, record: str, forms: Mapping[str, str]) -> None:
    """Fill the empty cells of repeats from the parent row of the same record and event.

    A checkbox of a form that a row does not belong to is no "not ticked", and is filled too.
    Columns of states stay with the parent row: it is one form, not one for every repeat.

    Args:
        cells: The rows; changed in place.
        record: Column of the record id.
        forms: By column, the form it belongs to.
    """
    kinds = cells.derived["redcap:row"][1]
    if not (kinds == "repeat").any():
        return
    keys = [column for column in (record, EVENT) if column in cells.columns]
    carried = [column for column in forms if column not in keys]
    is_repeat = kinds == "repeat"
    _forget_foreign_ticks(cells, is_repeat, forms)
    rows = cells.rows
    parents = (
        rows.filter((kinds == "parent") & rows[record].is_not_null())
        .group_by(keys, maintain_order=True)
        .agg(pl.col(carried).drop_nulls().first())
    )
    found = rows.select(keys).join(
        parents, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    nothing = pl.Series([None], dtype=pl.String)
    for column in carried:
        given = cells.columns[column]
        above = found[column].zip_with(is_repeat, nothing)
        cells.put(column, given.zip_with(given.is_not_null(), above))


def _forget_foreign_ticks(cells: Cells, is_repeat: pl.Series, forms: Mapping[str, str]) -> None:
    if INSTRUMENT not in cells.columns:
        return
    for column in sorted(each for each in cells.checkboxes if forms.get(each)):
        repeated = cells.columns[INSTRUMENT]
        is_foreign = (is_repeat & (repeated != forms[column])).fill_null(value=False)
        cells.put(column, cells.columns[column].set(is_foreign, None))


def carry_everywhere(cells: Cells, record: str, columns: Sequence[str]) -> None:
    """Fill the empty cells of some columns with the first filled one of the record.

    Args:
        cells: The rows; changed in place.
        record: Column of the record id.
        columns: What a mapping asks for: what is asked once and holds for the whole record.
    """
    for column in columns:
        given = pl.DataFrame({"record": cells.columns[record], "given": cells.columns[column]})
        first = pl.col("given").drop_nulls().first().over("record")
        known = pl.when(pl.col("record").is_not_null()).then(first)
        cells.put(column, given.select(pl.col("given").fill_null(known))["given"])
