"""The cells of the heatmaps as columns of the data block: where each stands and how it looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.domain.vocabulary import Scale
from dashboard.views import words as say
from dashboard.views.geometry import LOOK_OF_STATE, UNINTERPRETABLE, zero_look
from dashboard.views.packing import ANY, NONE, Columns

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

_LOOK = ("instrument_family", "scale", "score", "state", "step", "is_true_zero",
         "is_interpretable")  # fmt: skip
"""What decides how a cell looks and what it says: a few hundred kinds among thousands of cells."""

_PLACE = ("case_id", "session_id", "row_key", "target_member_id")
_COLUMNS = ("case", "fam", "row", "col", "scale", "look", "text", "value")


def cell_table(build: BlockNumbers) -> Columns:
    """Return where every cell stands, its look, its words and its score in hundredths.

    Args:
        build: The numbers of a block whose heatmap rows have been laid out.

    Returns:
        Columns sorted by case, instrument family, row, session and scale; a cell of shared purpose
        stands in the heatmap of every family, under any scale.
    """
    cells = build.frames.drawn_cells.select(*_PLACE, *_LOOK)
    drawn = cells.join(_kinds(build, cells), on=_LOOK, nulls_equal=True)
    shown = _in_each_family(build, drawn)
    placed = shown.join(_rows(build), on=["case_id", "fam", "row_key"]).join(
        _sessions(build), on=["case_id", "session_id"]
    )
    table = placed.select(_COLUMNS).sort(_COLUMNS[:5], maintain_order=True)
    return {name: table[name].to_list() for name in _COLUMNS}


def _kinds(build: BlockNumbers, cells: pl.DataFrame) -> pl.DataFrame:
    """Return each kind of cell once, with its look, the number of its words and its score."""
    spoken = {code: build.text(build.language(text)) for code, text in say.STATE_WORDS.items()}
    kinds = cells.select(_LOOK).unique(maintain_order=True)
    told = [
        (
            _look(build, kind),
            spoken[kind["state"]] if kind["score"] is None else _said(build, kind),
            NONE if kind["score"] is None else round(kind["score"] * 100),
        )
        for kind in kinds.iter_rows(named=True)
    ]
    schema = {"look": pl.Int64, "text": pl.Int64, "value": pl.Int64}
    return kinds.hstack(pl.DataFrame(told, schema=schema, orient="row"))


def _look(build: BlockNumbers, kind: dict[str, Any]) -> int:
    if kind["score"] is None:
        return int(LOOK_OF_STATE[kind["state"]])
    if kind["is_true_zero"]:
        return zero_look(kind["score"], build.extremes[kind["instrument_family"], kind["scale"]])
    return int(kind["step"]) if kind["is_interpretable"] else UNINTERPRETABLE


def _said(build: BlockNumbers, kind: dict[str, Any]) -> int:
    return build.text(build.language.number(kind["score"], signed=kind["is_true_zero"]))


def _in_each_family(build: BlockNumbers, cells: pl.DataFrame) -> pl.DataFrame:
    """Return each cell once for every instrument family in whose heatmap it stands."""
    families = _numbers("instrument_family", build.families, "fam")
    scales = _numbers("scale", build.scales, "scale_no")
    is_shared = (pl.col("scale") == Scale.SHARED_PURPOSE) & pl.col("target_member_id").is_null()
    own = cells.join(families, on="instrument_family").join(scales, on="scale")
    own = own.with_columns(
        pl.when(is_shared).then(ANY).otherwise(pl.col("scale_no")).cast(pl.Int64).alias("scale_no")
    )
    elsewhere = (
        own.filter(is_shared)
        .drop("fam")
        .join(families.rename({"instrument_family": "other"}), how="cross")
        .filter(pl.col("other") != pl.col("instrument_family"))
        .select(own.columns)
    )
    return pl.concat([own, elsewhere]).drop("scale").rename({"scale_no": "scale"})


def _rows(build: BlockNumbers) -> pl.DataFrame:
    places = [
        (case_id, build.cases[case_id], build.families[family], row_key, row)
        for (case_id, family, row_key), row in build.rows.items()
    ]
    schema = {
        "case_id": pl.String,
        "case": pl.Int64,
        "fam": pl.Int64,
        "row_key": pl.String,
        "row": pl.Int64,
    }
    return pl.DataFrame(places, schema=schema, orient="row")


def _sessions(build: BlockNumbers) -> pl.DataFrame:
    column = pl.col("column_no").cast(pl.Int64).alias("col")
    return build.frames.case_sessions.select("case_id", "session_id", column)


def _numbers(code: str, numbers: dict[str, int], number: str) -> pl.DataFrame:
    schema = {code: pl.String, number: pl.Int64}
    return pl.DataFrame(list(numbers.items()), schema=schema, orient="row")
