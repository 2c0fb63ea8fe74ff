"""Frames of a notebook as a file at a level of disclosure would tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.disclosure import Level
from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.frames.disclosure import disclose
from dashboard.panels.disclosed import DisclosedPictures
from dashboard.panels.snapshot import service_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from dashboard.panels.board import Board


def told_frame(board: Board, name: str, level: str, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the frame of a named query as a file of that level tells it; see ``Board.frame``.

    Args:
        board: Whose selection and scope decide which rows there are.
        name: Name of the query.
        level: ``A``, ``B`` or ``C``.
        params: Parameters that differ from the selection's.

    Raises:
        SelectionError: If there is no such level, or level C is asked for a part of the service.
        FrameError: If nothing of that query may be told at that level.
    """
    if level not in list(Level):
        message = f"Board.frame takes a level of {[str(each) for each in Level]}."
        raise SelectionError(message)
    wanted = Level(level)
    if wanted is Level.OUTSIDE and (params or _is_part(board.selection)):
        message = (
            "Level C tells the whole service in quarters and takes no filter: two tables could be "
            "subtracted from each other. Leave the filters out, or choose level B."
        )
        raise SelectionError(message)
    store, scope = board.store, board.shared.scope
    file = DisclosedPictures(
        store,
        board.words,
        level=wanted,
        codes=service_codes(),
        selection=board.selection,
        scope=scope,
    )
    rows = store.query_selection(name, board.selection, scope=scope, **params)
    return disclose(rows, name, wanted, service_codes(), first_week=file.first_week)


def _is_part(selection: Selection) -> bool:
    switches = Selection(
        instrument=selection.instrument, scale=selection.scale, axis=selection.axis
    )
    return switches != selection
