"""What is accepted but worth knowing: nothing is lost by it, some of it cannot be interpreted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.counting import counted
from dashboard.exports.registry_rows import instrument_rows
from dashboard.exports.score_rules import GIVEN
from dashboard.exports.workbench import ROW_ID

if TYPE_CHECKING:
    from dashboard.exports.workbench import Workbench

_COMPONENTS = ("bond", "goals", "tasks", "overall")


def note_forms(bench: Workbench) -> None:
    """Note forms that are accepted and yet say less than they seem to."""
    given = (
        bench.rows("forms")
        .filter(pl.col("state").is_in(GIVEN))
        .join(instrument_rows(bench.registry), on="instrument_id", maintain_order="left")
    )
    items = (
        bench.rows("item_scores")
        .group_by("form_id")
        .agg(
            pl.len().alias("answered"),
            pl.col("value").n_unique().alias("values"),
            pl.col("value").first().alias("value"),
        )
    )
    given = given.join(items, on="form_id", how="left", maintain_order="left")
    _note_age(bench, given)
    _note_sessions(bench, given)
    _note_items(bench, given)
    _note_components(bench, given)
    _note_refused(bench, given)


def _note_age(bench: Workbench, given: pl.DataFrame) -> None:
    ages = bench.rows("members").select("member_id", "age_band")
    outside = given.join(ages, on="member_id", maintain_order="left").filter(
        (pl.col("perspective") == "self") & ~pl.col("age_bands").list.contains(pl.col("age_band"))
    )
    bench.notice(
        "forms",
        outside,
        "instrument_id",
        "age_outside_instrument",
        "The instrument is not meant for the member's age band; accepted as given.",
    )


def _note_sessions(bench: Workbench, given: pl.DataFrame) -> None:
    held = bench.rows("sessions").filter(pl.col("status") == "held").select("session_id")
    bench.notice(
        "forms",
        given.join(held, on="session_id", how="anti", maintain_order="left"),
        "session_id",
        "form_at_session_not_held",
        "The form was filled in, yet its session was not held; check the status of the session.",
    )


def _note_items(bench: Workbench, given: pl.DataFrame) -> None:
    short = given.filter(
        (pl.col("state") == "complete")
        & (pl.col("scoring") == "items")
        & (pl.col("answered") < pl.col("item_count"))
    )
    bench.notice(
        "forms",
        short,
        "state",
        "items_incomplete",
        "Items are missing although the state says complete; scales with a missing item have no "
        "score, and the state becomes partial.",
    )
    bench.notice(
        "forms",
        given.filter(
            (pl.col("state") == "partial")
            & (pl.col("scoring") == "items")
            & (pl.col("answered") >= pl.col("item_count"))
        ),
        "state",
        "items_all_there",
        "The state says partial, yet no item is missing; the form counts as complete.",
    )
    rated = bench.rows("ratings").select("form_id").unique()
    empty = given.filter((pl.col("state") == "complete") & pl.col("answered").is_null()).join(
        rated, on="form_id", how="anti", maintain_order="left"
    )
    bench.notice(
        "forms",
        empty,
        "state",
        "form_without_scores",
        "The state says complete, yet the export has neither an item nor a rating of the form.",
    )


def _note_components(bench: Workbench, given: pl.DataFrame) -> None:
    split = given.filter(pl.col("components_source") == "total_split")
    equal_items = given.filter(
        pl.col("has_item_components")
        & (pl.col("answered") == pl.col("item_count"))
        & (pl.col("values") == 1)
        & (pl.col("value") < pl.col("item_max"))
    )
    equal = pl.concat([equal_items.select("form_id"), _equal_ratings(bench, given)])
    bench.notice(
        "forms",
        split,
        "components_source",
        "components_not_interpretable",
        "Bond, goals and tasks were made by splitting a total; only the total is read.",
    )
    bench.notice(
        "forms",
        given.join(split, on=ROW_ID, how="anti", maintain_order="left").join(
            equal, on="form_id", how="semi", maintain_order="left"
        ),
        None,
        "components_not_interpretable",
        "Four equal values below the maximum may come from a total that was split; bond, goals "
        "and tasks are not interpreted.",
    )


def _equal_ratings(bench: Workbench, given: pl.DataFrame) -> pl.DataFrame:
    """Return the forms whose four components arrive as equal ratings below the maximum."""
    candidates = given.filter(pl.col("has_item_components")).select("form_id", "item_max")
    return (
        bench.rows("ratings")
        .filter(pl.col("scale").is_in(_COMPONENTS))
        .join(candidates, on="form_id")
        .group_by("form_id")
        .agg(
            pl.len().alias("count"),
            pl.col("score").n_unique().alias("values"),
            (pl.col("score") < pl.col("item_max")).all().alias("is_below"),
        )
        .filter(pl.col("count") == len(_COMPONENTS), pl.col("values") == 1, "is_below")
        .select("form_id")
    )


def _note_refused(bench: Workbench, given: pl.DataFrame) -> None:
    refused = given.filter((pl.col("scoring") == "refused") & pl.col("answered").is_not_null())
    for key, rows in refused.group_by("instrument_id", maintain_order=True):
        instrument = bench.registry[str(key[0])]
        bench.notice(
            "forms",
            rows.head(1),
            "instrument_id",
            "scoring_refused",
            f"Items of {instrument.name} are kept and not scored ({counted(rows.height, 'form')} "
            f"from this row on): {instrument.refusal}.",
        )
