"""The numbers of a picture as a file: the selection of the address, read by the same query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tornado.web import HTTPError, RequestHandler

from dashboard.domain.selection import Selection
from dashboard.errors import AllianceError, SelectionError
from dashboard.frames.writing import frame_bytes
from dashboard.panels.codes import settle
from dashboard.views.words import N_

if TYPE_CHECKING:
    import polars as pl

    from dashboard.panels.shared import SharedPictures

NEWER = N_("Newer data have arrived. Reload the page to see them, then take the file.")
_MEASURES: dict[str, str] = {"cells": "alliance_cells", "weeks": "alliance_by_family_week"}
_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json; charset=utf-8",
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
            rows = self._rows(name)
        except AllianceError:
            raise HTTPError(400) from None
        self.set_header("Content-Type", _TYPES[form])
        self.set_header("Content-Disposition", f'attachment; filename="alliance-{measure}.{form}"')
        self.finish(frame_bytes(rows, name, form, bom=True))

    def _rows(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure for the address, read as the page reads it."""
        given = {key: self.get_query_arguments(key)[0] for key in self.request.query_arguments}
        asked = Selection.from_mapping(given)
        loaded = self._shared.loaded(asked)
        accepted, left_out = self._shared.accept(asked, self._shared.offer(loaded))
        if left_out:
            message = "The address names a code that these data do not have."
            raise SelectionError(message)
        selection = settle(accepted, loaded.block).changed(scale="")
        return self._shared.store.query_selection(name, selection, scope=self._shared.scope)


class SetAside(RequestHandler):
    """Answers ``/download/set_aside.csv`` with every row that could not be used, and why."""

    def initialize(self, shared: SharedPictures) -> None:
        """Keep what the process shares."""
        self._shared = shared

    def get(self, form: str) -> None:
        """Write the file.

        Args:
            form: ``csv``, ``xlsx`` or ``json``.
        """
        rows = self._shared.frame("set_aside_rows")
        self.set_header("Content-Type", _TYPES[form])
        self.set_header("Content-Disposition", f'attachment; filename="alliance-set-aside.{form}"')
        self.finish(frame_bytes(rows, "set_aside_rows", form, bom=True))
