"""The board: one Selection, its widgets and its pictures, for page and notebook alike."""

from __future__ import annotations

import functools
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import panel as pn
import param
import polars as pl
from panel.io.document import hold

from dashboard.domain.places import data_folder
from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.errors import SelectionError
from dashboard.panels.codes import Offer, scales_of
from dashboard.panels.discussed import discussed_in
from dashboard.panels.engine import PictureEngine
from dashboard.panels.exploring import said_agenda, trajectories_of
from dashboard.panels.held import HeldCases
from dashboard.panels.shared import SharedPictures
from dashboard.panels.widgets import SelectionWidgets
from dashboard.store import Store, open_source
from dashboard.views.explanations import SIGNALS
from dashboard.views.language import Language, language
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import holoviews as hv

    from dashboard.panels.sets import LoadedSet


class Board(pn.viewable.Viewer):  # type: ignore[misc]
    """The alliance of a service's families, as a live picture with its frames.

    In a notebook the object itself is the dashboard: ``Board("exports/")`` as the last line of
    a cell, or ``board.as_ipywidget()`` as a Jupyter widget; the two stay in step.

    Args:
        source: A folder of export files, one file, or a store folder; without one the invented
            sample service.
        mapping: Mapping file for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
        meetings: File of what the group decided, without one that of the state folder, as for
            ``alliance serve``: the agenda begins where a case was last discussed. Only read.
        lang: Language of the words, for instance ``en`` or ``nb``.
        shared: Blocks and figures shared with other boards of this process.
        selection: What is looked at first.
        page: Page of a larger service to begin with, from 0; none for the first of its agenda.
        scope: Who is looking.
        engine: Makes what speaks with the browser-side module: a component with the data in it
            for a notebook, or the wire of the served page.

    Attributes:
        selection: What is looked at; setting it moves widgets and picture.
        picked: The cell chosen last, as case, row, session number and member.
    """

    selection = param.ClassSelector(class_=Selection, default=Selection())
    picked = param.Dict(default={})

    def __init__(
        self,
        source: str | Path | None = None,
        *,
        mapping: str | Path | None = None,
        instruments: str | Path | None = None,
        rules: str | Path | None = None,
        meetings: str | Path | None = None,
        lang: str = "en",
        shared: SharedPictures | None = None,
        selection: Selection | None = None,
        page: int | None = 0,
        scope: Scope = WHOLE_GROUP,
        engine: Callable[[LoadedSet, dict[str, list[str]]], Any] = PictureEngine.of,
    ) -> None:
        super().__init__()
        if shared is None:
            store = open_board_store(source, mapping=mapping, instruments=instruments, rules=rules)
            shared = SharedPictures(store, language(lang), scope, discussed=discussed_in(meetings))
        self.shared = shared
        self.words: Language = shared.language
        self.sought: dict[str, str] = {}
        given = selection or Selection()
        self.held = HeldCases(shared, given, self._completed, page=page)
        self.offered: Offer = self._offer(given)
        wanted, self.left_out = self._accept(given)
        if wanted != given:
            self.held.begin(wanted)
            self.offered = self._offer(wanted)
        self.widgets = SelectionWidgets(
            self.offered, self.loaded.block, self.words, searched=shared.searched
        )
        self.engine = engine(self.loaded, self.widgets.codes())
        self.held.in_two_steps = self.engine.in_two_steps
        self.selection = wanted
        self.widgets.write(wanted)
        for widget in self.widgets.by_name.values():
            widget.param.watch(self._from_widgets, "value")
        self.param.watch(self._from_selection, "selection")
        for name, finder in self.widgets.finders.items():
            finder.param.watch(functools.partial(self._from_finder, name), "value_input")
        self.engine.param.watch(self._from_engine, "picked")
        self.engine.param.watch(self._from_asked, "asked")

    @property
    def loaded(self) -> LoadedSet:
        """The cases that are held."""
        return self.held.loaded

    @property
    def page(self) -> int:
        """The page of the families of a large service, from 0."""
        return self.held.page

    @property
    def store(self) -> Store:
        """The store whose generation is shown."""
        return self.shared.store

    def _accept(self, selection: Selection) -> tuple[Selection, int]:
        return self.shared.accept(selection, self.offered)

    def _offer(self, selection: Selection) -> Offer:
        return self.shared.offer(self.loaded, selection, self.sought)

    def _from_widgets(self, _: object) -> None:
        if self.widgets.busy:
            return
        wanted, _ = self._accept(self.widgets.read(self.selection))
        if wanted != self.selection:
            self.selection = wanted

    def _from_selection(self, event: Any) -> None:  # noqa: ANN401 - param events are untyped
        with hold():
            if not self.loaded.is_whole:
                self.engine.about(self.selection)
            if self.held.follow(self.selection, before=event.old):
                self._renew()
            self.widgets.write(self.selection)
            self._tell_codes()

    def _tell_codes(self) -> None:
        if self.engine.options != self.widgets.codes():
            self.engine.options = self.widgets.codes()

    def _renew(self) -> None:
        self.offered = self._offer(self.selection)
        self.widgets.renew(self.offered, self.loaded.block)
        self.engine.bring(self.loaded)
        self._tell_codes()

    def _completed(self) -> None:
        with hold():
            self._renew()

    def turn(self, page: int) -> Board:
        """Show another page of the families of a large service, and return the board.

        Args:
            page: Page from 0; beyond the last it is the last. A service that fits one page has
                page 0 alone.
        """
        with hold():
            if self.held.turn(self.selection, page):
                self._renew()
        return self

    def find(self, name: str, text: str) -> list[str]:
        """Return the codes on offer of a list that is too long to be read, by a part of them.

        Args:
            name: ``families`` or ``therapists``.
            text: Part of a code, in any case; an empty text offers the first.
        """
        if name in self.shared.searched:
            self.sought[name] = text
            self.offered = self._offer(self.selection)
            with hold():
                self.widgets.renew(self.offered, self.loaded.block)
                self._tell_codes()
        return self.offered.codes[name]

    def _from_finder(self, name: str, event: Any) -> None:  # noqa: ANN401 - see above
        self.find(name, str(event.new))

    def _from_asked(self, event: Any) -> None:  # noqa: ANN401 - see above
        with hold():
            if self.held.asked(event.new, self.selection):
                self._renew()
        if (case := str(event.new.get("case"))) in self.shared.index.family_of:
            self.selection = self.selection.changed(cases=(case,))

    def _from_engine(self, event: Any) -> None:  # noqa: ANN401 - param events are untyped
        self.picked = dict(event.new)

    def select(self, **changes: object) -> Board:
        """Change what is looked at, and return the board.

        Args:
            changes: Fields of ``Selection``; lists in any iterable, ``family=`` and ``case=``
                for a single one.

        Raises:
            SelectionError: If a field is unknown or a code does not exist in these data.
        """
        names = {"family": "families", "case": "cases", "therapist": "therapists"}
        for single, several in names.items():
            if single in changes:
                changes[several] = (str(changes.pop(single)),)
        wanted, left_out = self._accept(self.selection.changed(**changes))
        if left_out:
            message = (
                "Board.select: a code that was given does not exist in these data; "
                "see board.frame('case_list') and board.frame('therapist_list') for those that do."
            )
            raise SelectionError(message)
        if wanted != self.selection:
            self.selection = wanted
        return self

    def frame(self, name: str, *, level: str | None = None, **params: object) -> pl.DataFrame:
        """Return the frame of a named query for the current selection.

        Args:
            name: Name of a query, for instance ``alliance_cells``.
            level: What a file of that level would tell of it: ``B`` with codes for ids and weeks
                for days, ``C`` what may go outside; without one everything.
            params: Bound parameters that differ from the selection's.

        Returns:
            Typed rows in the order of the query, of the cases in reach; none where nothing passes.

        Raises:
            QueryError: If the query or a parameter is unknown.
            SelectionError: If there is no such level, or level C is asked with a filter.
            FrameError: If nothing of the query may be told at that level.
        """
        if level is not None:
            telling = import_module("dashboard.panels.telling")  # it draws a board in its turn
            told: pl.DataFrame = telling.told_frame(self, name, level, params)
            return told
        return self._ask(name, params)

    def _ask(self, name: str, params: Mapping[str, object]) -> pl.DataFrame:
        return self.store.query_selection(name, self.selection, scope=self.shared.scope, **params)

    def agenda(self) -> pl.DataFrame:
        """Return the agenda of the current selection, each reason with its ``sentence``.

        The same as the first page shows: a reason is something to ask about, and begins where
        the group last discussed the case.

        Returns:
            Rows of ``agenda_reasons`` in the order of the agenda; none where no case has a reason.
        """
        return said_agenda(self._ask("agenda_reasons", self.shared.discussed()), self.shared)

    def signals(self, case: str) -> dict[str, pl.DataFrame]:
        """Return what was computed about one case: the frame of each signal by its name.

        Every one is a prompt to ask, none a finding; docs/signals.md says each exactly.

        Args:
            case: Code of the case; an unknown one, or one out of reach, gives empty frames.
        """
        return {
            name: self.store.query(name, scope=self.shared.scope, case_ids=[case])
            for name in SIGNALS
        }

    def heatmap(
        self, *, family: str | None = None, case: str | None = None, **changes: object
    ) -> hv.Overlay:
        """Return the heatmap of one case as a HoloViews element.

        Args:
            family: Family whose latest case is drawn.
            case: Case that is drawn; without either, the case of the selection, otherwise the
                first that passes its filters.
            changes: Further fields of ``Selection``, for this picture alone.

        Raises:
            SelectionError: If the family or case does not exist in these data.
        """
        from dashboard.panels.notebook import draw_elements
        from dashboard.views.figure import alliance_heatmap

        draw_elements()
        code = self._case_of(family, case)
        selection = self.selection.changed(**{**changes, "cases": (code,), "families": ()})
        loaded = self.shared.loaded(selection)
        view = view_of(selection, loaded.block)
        return alliance_heatmap(case_picture(loaded.block, view))

    def trajectories(
        self, *, family: str | None = None, case: str | None = None, **changes: object
    ) -> hv.Layout:
        """Return each row of one case against its own line, as small multiples of HoloViews.

        Raw points by session; a line never crosses a missing form, and nothing is filled in.

        Args:
            family: Family whose latest case is drawn.
            case: Case that is drawn; without either, as for ``heatmap``.
            changes: Further fields of ``Selection``, for this picture alone.

        Returns:
            An overlay for each row with a rating on the scale shown; an empty layout without one.

        Raises:
            SelectionError: If the family or case does not exist in these data.
        """
        from dashboard.panels.notebook import draw_elements

        draw_elements()
        code = self._case_of(family, case)
        selection = self.selection.changed(**{**changes, "cases": (code,), "families": ()})
        return trajectories_of(self.shared, selection)

    def _case_of(self, family: str | None, case: str | None) -> str:
        cases = self.shared.frame("case_list")
        if family is not None:
            cases = cases.filter((pl.col("family_id") == family) & pl.col("is_latest_of_family"))
        elif case is not None:
            cases = cases.filter(pl.col("case_id") == case)
        elif self.selection.cases:
            return str(self.selection.cases[0])
        if cases.is_empty():
            message = "Board: no such family or case in these data; see board.frame('case_list')."
            raise SelectionError(message)
        return str(cases["case_id"][0])

    def save(self, file: str | Path, *, level: str = "B", pdf: bool = False) -> Path:
        """Write what is looked at as one file that opens offline, and return its place.

        Args:
            file: HTML file to write; readable by its owner only.
            level: ``A`` for the group itself, ``B`` for readers of a snapshot (codes for ids,
                weeks for days), ``C`` for outside (rounded numbers by quarter; takes no filter).
            pdf: Print it beside as a PDF, one case a page; needs an installed Chromium.

        Returns:
            The file. It is about every case that the selection passes; a chosen case alone.

        Raises:
            DisclosureError: If it would tell more than its level, or cannot be written; a file
                of that name stays as it was.
            SelectionError: If the level is none of these, or level C is asked with a filter.
        """
        snapshot = import_module("dashboard.panels.snapshot")  # it draws a board in its turn
        saved: Path = snapshot.save_board(self, Path(file), level=level, pdf=pdf)
        return saved

    def scales(self) -> list[str]:
        """Return the scales of the instrument shown, in registry order."""
        return scales_of(self.selection, self.loaded.block)

    def as_ipywidget(self) -> Any:  # noqa: ANN401 - ipywidgets are an optional dependency
        """Return the board as a Jupyter widget, in step with every other display of it."""
        from dashboard.panels.notebook import LocalColumn, prepare_notebook

        prepare_notebook()
        return pn.ipywidget(LocalColumn(self.__panel__()))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:  # noqa: ANN401
        from dashboard.panels.notebook import prepare_notebook

        prepare_notebook()
        return super()._repr_mimebundle_(include, exclude)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the board as shown in a notebook: local assets only."""
        from dashboard.panels.notebook import notebook_layout

        return notebook_layout(self.shared, self.loaded, self.widgets, self.engine)


def open_board_store(
    source: str | Path | None,
    *,
    mapping: str | Path | None = None,
    instruments: str | Path | None = None,
    rules: str | Path | None = None,
) -> Store:
    """Return the store of a source; without a source that of the invented sample service."""
    return open_source(
        Path(source) if source is not None else data_folder("sample_data"),
        mapping=Path(mapping) if mapping is not None else None,
        instruments=Path(instruments) if instruments is not None else None,
        rules=Path(rules) if rules is not None else None,
    )
