"""What a notebook asks a board for beside its picture: an agenda in words, and trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from dashboard.views.reason_context import ReasonContext, ReasonFrames
from dashboard.views.reasons import reason_sentence
from dashboard.views.view import view_of

if TYPE_CHECKING:
    import holoviews as hv

    from dashboard.domain.selection import Selection
    from dashboard.panels.shared import SharedPictures


def said_agenda(reasons: pl.DataFrame, shared: SharedPictures) -> pl.DataFrame:
    """Return reasons of the agenda, each with its ``sentence``.

    Args:
        reasons: Rows of ``agenda_reasons``.
        shared: Where the rows beside them come from, within its scope.

    Returns:
        The same rows in the same order, with one column more; none where there is no reason.
    """
    cases = reasons["case_id"].unique().to_list()
    told = {
        name: shared.frame_of(name, cases)
        for name in ("drawn_cells", "case_rows", "case_sessions", "threat_spans")
    }
    context = ReasonContext(ReasonFrames(reasons, **told), shared.language)
    said = [reason_sentence(row, context).text for row in reasons.to_dicts()]
    return reasons.with_columns(pl.Series("sentence", said, dtype=pl.String))


def trajectories_of(shared: SharedPictures, selection: Selection) -> hv.Layout:
    """Return the rows of one case against their own lines, as small multiples.

    Args:
        shared: Where the rows come from, within its scope.
        selection: Names the case, and instrument, scale and days that are looked at.
    """
    from dashboard.views.trajectories import TrajectoryFrames, alliance_trajectories

    block = shared.loaded(selection).block
    view = view_of(selection, block)
    names = ("alliance_cells", "case_rows", "own_limits", "instrument_scales")
    asked = {
        name: shared.store.query_selection(name, selection, scope=shared.scope) for name in names
    }
    return alliance_trajectories(
        TrajectoryFrames(**asked),
        shared.language,
        family=block.facts["families"][view.family]["code"],
        scale=block.facts["scales"][view.scale],
    )
