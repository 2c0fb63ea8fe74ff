"""Rules of forms: a known instrument, the right seat, one form for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.keys import check_reference
from dashboard.exports.registry_rows import instrument_rows
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from dashboard.exports.workbench import Workbench

SEAT = ["session_id", "member_id", "perspective", "__rater", "instrument_id"]
"""What makes a form the only one of its kind: session, target, perspective, rater, instrument."""


def require_known_instruments(bench: Workbench) -> None:
    """Refuse an export whose forms name an instrument that nobody defined.

    Raises:
        SourceError: With the file and the first such row.
    """
    known = list(bench.registry.instruments)
    unknown = bench.rows("forms").filter(~pl.col("instrument_id").is_in(known))
    if unknown.is_empty():
        return
    message = (
        f"{bench.where('forms', unknown[ROW_ID][0], 'instrument_id')}: the instrument is not "
        f"known (forms that name such a one: {unknown.height}). Define it in a file and give that "
        f"with --instruments FILE, or correct the id. Known ids: {', '.join(sorted(known))}."
    )
    raise SourceError(message)


def check_forms(bench: Workbench) -> None:
    """Set aside forms whose perspective, rater or seat cannot be."""
    _check_perspective(bench)
    _check_self_rater(bench)
    check_reference(
        bench, "forms", "rater_id", "therapists", only=pl.col("perspective") == "therapist"
    )
    _check_seat(bench)


def _check_perspective(bench: Workbench) -> None:
    legal = instrument_rows(bench.registry).select("instrument_id", "perspectives")
    bad = (
        bench.rows("forms")
        .join(legal, on="instrument_id", maintain_order="left")
        .filter(~pl.col("perspectives").list.contains(pl.col("perspective")))
    )
    for instrument_id, rows in bad.group_by("instrument_id", maintain_order=True):
        instrument = bench.registry[str(instrument_id[0])]
        seats = ", ".join(instrument.perspectives)
        bench.set_aside(
            "forms",
            rows,
            "perspective",
            "perspective_not_of_instrument",
            f"{instrument.name} is filled in from: {seats}. Correct the perspective, or name the "
            "instrument that was really used.",
        )


def _check_self_rater(bench: Workbench) -> None:
    own = bench.rows("forms").filter(pl.col("perspective") == "self")
    bench.set_aside(
        "forms",
        own.filter(pl.col("member_id").is_null()),
        "member_id",
        "self_form_without_member",
        "A self form is about the member who filled it in; give 'member_id'.",
    )
    bench.set_aside(
        "forms",
        own.filter(pl.col("rater_id") != pl.col("member_id")),
        "rater_id",
        "rater_is_not_the_member",
        "In a self form the rater is the member: leave 'rater_id' empty, or write the same id.",
    )


def _check_seat(bench: Workbench) -> None:
    own = pl.when(pl.col("perspective") == "self").then(pl.col("member_id"))
    forms = bench.rows("forms").with_columns(own.otherwise(pl.col("rater_id")).alias("__rater"))
    bench.set_aside(
        "forms",
        forms.filter(pl.struct(SEAT).is_duplicated()),
        "form_id",
        "second_form_for_same_seat",
        "Several forms have the same session, member, rater, perspective and instrument; "
        "none of them counts. Keep one.",
    )
