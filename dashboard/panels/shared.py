"""What every session of one process shares: the data block and the first figures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import holoviews as hv
import polars as pl
from bokeh.document import Document

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.frames.fetching import fetch
from dashboard.panels.codes import Offer, accept, offer
from dashboard.views.block import build_block
from dashboard.views.figure import alliance_heatmap, weeks_heatmap
from dashboard.views.numbers import BlockFrames
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bokeh.model import Model

    from dashboard.store import Store
    from dashboard.views.language import Language
    from dashboard.views.packing import Block

CELL_LIMIT = 50_000
"""Cells a browser holds at most; beyond it, another set is fetched. Source: decisions.md."""

SETS_KEPT = 8
"""Sets kept in memory per language: the groups or therapists a meeting goes back and forth to."""

Filters = tuple[tuple[str, ...], ...]
Discussed = Callable[[], Mapping[str, object]]
"""What the group has discussed, as parameters of ``agenda_reasons``; asked anew for each page."""


@dataclass(frozen=True, eq=False)
class LoadedSet:
    """The cases a browser holds, with the block that carries them.

    Attributes:
        block: The block itself.
        text: The block as packed text.
        is_whole: Whether it holds every case of the scope.
        case_ids: The cases it holds.
        generation: The generation of the store that the numbers are from.
    """

    block: Block
    text: str
    is_whole: bool
    case_ids: frozenset[str]
    generation: int


class SharedPictures:
    """Blocks and first figures of one store and language, built once and copied per session."""

    def __init__(
        self,
        store: Store,
        language: Language,
        scope: Scope = WHOLE_GROUP,
        *,
        discussed: Discussed | None = None,
    ) -> None:
        self.store = store
        self.language = language
        self.scope = scope
        self._discussed = discussed or dict
        self._sets: dict[tuple[int, Filters, str], LoadedSet] = {}
        self._figures: WeakKeyDictionary[LoadedSet, dict[str, Any]] = WeakKeyDictionary()
        self._lock = threading.RLock()

    @property
    def note(self) -> str:
        """What the export says of itself; empty where it says nothing."""
        return self.store.facts.note or ""

    @property
    def source(self) -> str:
        """The system the export says it comes from; empty where it says nothing."""
        return self.store.facts.source_system or ""

    def loaded(self, selection: Selection) -> LoadedSet:
        """Return the set of cases that a selection needs, from memory where it was built before.

        Args:
            selection: What is looked at.

        Returns:
            Every case while the service fits a browser, otherwise the cases of the chosen case,
            family, therapist or group, cut at the limit in code order.
        """
        with self._lock:
            whole = self._is_whole()
            names = ("cases", "families", "therapists", "groups")
            filters: Filters = () if whole else tuple(getattr(selection, name) for name in names)
            said = self._discussed()
            key = (self.store.facts.generation, filters, repr(said))
            if key not in self._sets:
                if len(self._sets) >= SETS_KEPT:
                    self._sets.pop(next(iter(self._sets)))
                case_ids = None if whole else self._set_of(selection)
                self._sets[key] = self._build(key[0], case_ids, said)
            return self._sets[key]

    def frame(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure for everything the scope holds."""
        return fetch(self.store, name, scope=self.scope)

    def _is_whole(self) -> bool:
        return bool(self._counts()["cell_count"].sum() <= CELL_LIMIT)

    def _counts(self) -> pl.DataFrame:
        return self.frame("cell_counts")

    def _set_of(self, selection: Selection) -> list[str]:
        counts = self._counts()
        for name in ("cases", "families", "therapists", "groups"):
            wanted = list(getattr(selection, name))
            if not wanted:
                continue
            column = {"cases": "case_id", "families": "family_id"}.get(name)
            if column:
                counts = counts.filter(pl.col(column).is_in(wanted))
            else:
                spans = self.frame("case_therapist_spans")
                field = "therapist_id" if name == "therapists" else "group_id"
                of_them = spans.filter(pl.col(field).is_in(wanted))["case_id"].unique()
                counts = counts.filter(pl.col("case_id").is_in(of_them.to_list()))
            break
        within = counts.sort("case_id").filter(pl.col("cell_count").cum_sum() <= CELL_LIMIT)
        return within["case_id"].to_list()

    def _build(
        self, generation: int, case_ids: Sequence[str] | None, said: Mapping[str, object]
    ) -> LoadedSet:
        frames = self._frames(case_ids)
        if said:
            agenda = self._agenda(case_ids, said)
            frames = replace(frames, agenda_reasons=agenda)
        block = build_block(frames, self.language)
        held = frozenset(case["code"] for case in block.facts["cases"])
        return LoadedSet(block, block.pack(), case_ids is None, held, generation)

    def _agenda(self, case_ids: Sequence[str] | None, said: Mapping[str, object]) -> pl.DataFrame:
        scope = self.scope if case_ids is None else Scope(self.scope.name, frozenset(case_ids))
        return fetch(self.store, "agenda_reasons", None, scope=scope, **dict(said))

    def _frames(self, case_ids: Sequence[str] | None) -> BlockFrames:
        scope = self.scope if case_ids is None else Scope(self.scope.name, frozenset(case_ids))

        def query(name: str) -> pl.DataFrame:
            return fetch(self.store, name, scope=scope)

        names = BlockFrames.__dataclass_fields__
        return BlockFrames(**{name: query(name) for name in names})

    def offer(self, loaded: LoadedSet) -> Offer:
        """Return what the widgets offer beside a set of cases."""
        counts = self.frame("cell_counts")
        case_families = dict(zip(counts["case_id"], counts["family_id"], strict=True))
        if not loaded.is_whole:
            case_families = {
                case: family for case, family in case_families.items() if case in loaded.case_ids
            }
        therapists = self.frame("therapist_list")["therapist_id"].to_list()
        groups = self.frame("group_list")["group_id"].to_list()
        return offer(therapists, groups, case_families, loaded.block, self.language)

    def accept(self, selection: Selection, offered: Offer) -> tuple[Selection, int]:
        """Return a selection with only codes that exist here, and how many were left out.

        Any face may be sent any code; what does not exist never reaches a query.
        """
        counts = self.frame("cell_counts")
        known = self.frame("case_rows")["member_id"].drop_nulls()
        members = frozenset(known) if selection.members else frozenset[str]()
        existing = {
            "cases": frozenset(counts["case_id"]),
            "families": frozenset(counts["family_id"]),
            "members": members,
        }
        return accept(selection, offered, existing)

    def figure(self, name: str, loaded: LoadedSet) -> Model:
        """Return a copy of a first figure as Bokeh models, ready for one session.

        Args:
            name: ``hero`` or ``overview``.
            loaded: The set whose largest case decides the size of the frame.
        """
        with self._lock:
            figures = self._figures.setdefault(loaded, {})
            if name not in figures:
                figures[name] = _as_json(self.element(name, loaded))
            document = Document.from_json(figures[name])
        root = document.roots[0]
        document.remove_root(root)
        return root

    def element(self, name: str, loaded: LoadedSet) -> hv.Overlay:
        """Return the HoloViews element of a first figure, with a frame that fits every case."""
        width, height, _ = loaded.block.facts["frames"][name]
        view = view_of(Selection(), loaded.block)
        if name == "overview":
            return weeks_heatmap(overview_picture(loaded.block, view), (width, height))
        return alliance_heatmap(case_picture(loaded.block, view), (width, height))


def _as_json(element: hv.Overlay) -> Any:  # noqa: ANN401 - Bokeh's own document form
    document = Document()
    document.add_root(hv.render(element, backend="bokeh"))
    return document.to_json()
