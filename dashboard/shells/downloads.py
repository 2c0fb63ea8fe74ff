"""The numbers of a picture as a file: the selection of the address, read by the same query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import HTTPError, RequestHandler

from dashboard.domain.selection import Selection
from dashboard.errors import AllianceError
from dashboard.frames.writing import frame_bytes
from dashboard.panels.codes import settle
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.panels.shared import SharedPictures

NEWER = N_("Newer data have arrived. Reload the page to see them, then take the file.")
_MEASURES: dict[str, str] = {"cells": "alliance_cells", "weeks": "alliance_by_family_week"}
_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


class Download(RequestHandler):
    """Answers ``/download/cells.csv?case=…`` with the frame behind the picture."""

    def initialize(self, shared: SharedPictures) -> None:
        """Keep what the process shares."""
        self._shared = shared

    def get(self, measure: str, form: str) -> None:
        """Write the file.

        Args:
            measure: ``cells`` or ``weeks``.
            form: ``csv``, ``xlsx`` or ``parquet``.
        """
        name = _MEASURES[measure]
        shown = self.get_query_argument("generation", "")
        if shown and shown != str(self._shared.store.facts.generation):
            self.set_status(409)
            self.finish(self._shared.language(NEWER))
            return
        try:
            asked = Selection.from_query(self.request.query)
            selection = settle(asked, self._shared.loaded(asked).block)
            rows = self._shared.store.query_selection(
                name, selection.changed(scale=""), scope=self._shared.scope
            )
        except AllianceError:
            raise HTTPError(400) from None
        self.set_header("Content-Type", _TYPES[form])
        self.set_header("Content-Disposition", f'attachment; filename="alliance-{measure}.{form}"')
        self.finish(frame_bytes(rows, name, form, bom=True))
