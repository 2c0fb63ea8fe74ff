"""The agenda: which cases to talk about, and every reason why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.frames.fetching import EVERYTHING, fetch

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.selection import Selection
    from dashboard.store import Store


def agenda_reasons(
    store: Store,
    selection: Selection = EVERYTHING,
    *,
    scope: Scope = WHOLE_GROUP,
    **discussed: object,
) -> pl.DataFrame:
    """Return every reason to talk about a case, the cases in the order of the agenda.

    Nobody is ranked: cases stand by tier and by how long ago they were talked about. No row for a
    case means that no rule asks about it, not that all is well.

    Args:
        store: Store that is asked.
        selection: Which cases may stand on the agenda.
        scope: Who is looking.
        discussed: What the group has discussed: ``discussed_case_ids``, in step with them
            ``discussed_session_nos`` and ``discussed_dates``, and ``last_meeting_on``. Without
            them nothing counts as discussed.
    """
    return fetch(store, "agenda_reasons", selection, scope=scope, **discussed)
