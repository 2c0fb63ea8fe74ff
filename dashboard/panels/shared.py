"""What every session of one process shares: the data block and the first figures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import holoviews as hv
from bokeh.document import Document

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.frames.fetching import fetch
from dashboard.panels.codes import Offer, accept, offer
from dashboard.panels.index import Part, ServiceIndex
from dashboard.views.block import build_block
from dashboard.views.figure import alliance_heatmap, weeks_heatmap
from dashboard.views.numbers import BlockFrames
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl
    from bokeh.model import Model

    from dashboard.store import Store
    from dashboard.views.language import Language
    from dashboard.views.packing import Block

CELL_LIMIT = 50_000
"""Cells a browser holds at most; beyond it, another set is fetched. Source: decisions.md."""

SETS_KEPT = 24
"""Sets kept in memory per language: the pages and therapists a meeting goes back and forth to."""

LISTED = 200
"""Codes of one list that a person can still read through; longer ones are searched."""

OF_THE_SERVICE = frozenset(
    {
        "instrument_family_list",
        "instrument_scales",
        "display_steps",
        "rules_in_force",
        "threat_types_by_month",
        "threat_strategy_matrix",
        "threat_cooccurrence",
    }
)
"""Frames that are about everything a person may see, whichever cases a browser holds."""

Place = tuple[tuple[str, ...] | None, Part | None]
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
        part: Which part of a longer list of cases it is; none where the list ends with it.
    """

    block: Block
    text: str
    is_whole: bool
    case_ids: frozenset[str]
    generation: int
    part: Part | None = None


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
        self._sets: dict[tuple[int, Place, str], LoadedSet] = {}
        self._indexes: dict[tuple[int, str], ServiceIndex] = {}
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

    def loaded(self, selection: Selection, page: int = 0) -> LoadedSet:
        """Return the set of cases that a selection needs, from memory where it was built before.

        Args:
            selection: What is looked at.
            page: Page of the list of cases, from 0, where the service is larger than a browser
                holds; a chosen case comes with its own page.

        Returns:
            Every case while the service fits a browser. Otherwise every case of the chosen
            therapists, families or groups while they fit one page, and beyond that one page of
            the cases that pass all filters.
        """
        with self._lock:
            place = self._place(selection, page)
            said = self._discussed()
            key = (self.store.facts.generation, place, repr(said))
            if key not in self._sets:
                if len(self._sets) >= SETS_KEPT:
                    self._sets.pop(next(iter(self._sets)))
                self._sets[key] = self._build(key[0], place, said)
            return self._sets[key]

    @property
    def index(self) -> ServiceIndex:
        """Every code of the generation that is shown now."""
        with self._lock:
            facts = self.store.facts
            key = (facts.generation, facts.content_hash)
            if key not in self._indexes:
                therapists = self.frame("therapist_list")["therapist_id"]
                groups = self.frame("group_list")["group_id"]
                index = ServiceIndex(self.frame("cell_counts"), therapists, groups)
                self._indexes = {key: index}
            return self._indexes[key]

    @property
    def is_whole(self) -> bool:
        """Whether a browser holds every case, so that no filter needs another set."""
        return self.index.total <= CELL_LIMIT

    def _place(self, selection: Selection, page: int) -> Place:
        """Return the cases of a set in the order of the list, none for all, and which part."""
        if self.is_whole:
            return None, None
        index, shown = self.index, selection.cases[0] if selection.cases else ""
        of_whom = Selection(
            groups=selection.groups, therapists=selection.therapists, families=selection.families
        )
        cases, part = index.cut(self._passing(of_whom), CELL_LIMIT)
        if part is not None:
            listed = self._passing(filters_of(selection))
            cases, part = index.cut(listed, CELL_LIMIT, page=page, around=shown)
        if shown and shown not in cases:
            cases, part = index.cut(index.of_family(shown), CELL_LIMIT, around=shown)
        return tuple(cases), part

    def _passing(self, selection: Selection) -> list[str]:
        passing = fetch(self.store, "case_codes", selection, scope=self.scope)
        return self.index.in_order(passing["case_id"])

    def frame(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure for everything the scope holds."""
        return fetch(self.store, name, scope=self.scope)

    def _build(self, generation: int, place: Place, said: Mapping[str, object]) -> LoadedSet:
        case_ids, part = place
        frames = self._frames(case_ids)
        if said:
            agenda = self._agenda(case_ids, said)
            frames = replace(frames, agenda_reasons=agenda)
        block = build_block(frames, self.language)
        block.facts["part"] = None if part is None else asdict(part)
        held = frozenset(case["code"] for case in block.facts["cases"])
        return LoadedSet(block, block.pack(), case_ids is None, held, generation, part)

    def _agenda(self, case_ids: Sequence[str] | None, said: Mapping[str, object]) -> pl.DataFrame:
        scope = self._scope_of(case_ids)
        return fetch(self.store, "agenda_reasons", None, scope=scope, **dict(said))

    def _frames(self, case_ids: Sequence[str] | None) -> BlockFrames:
        scope = self._scope_of(case_ids)
        names = BlockFrames.__dataclass_fields__
        return BlockFrames(
            **{
                name: fetch(self.store, name, scope=self.scope if name in OF_THE_SERVICE else scope)
                for name in names
            }
        )

    def _scope_of(self, case_ids: Sequence[str] | None) -> Scope:
        return self.scope if case_ids is None else Scope(self.scope.name, frozenset(case_ids))

    def offer(
        self,
        loaded: LoadedSet,
        selection: Selection | None = None,
        sought: Mapping[str, str] | None = None,
    ) -> Offer:
        """Return what the widgets offer beside a set of cases.

        Args:
            loaded: The set; only its cases can be shown at once.
            selection: What is chosen, and so stays on offer where a list is searched.
            sought: What is searched for, by ``families`` and ``therapists``.
        """
        index, chosen, texts = self.index, selection or Selection(), dict(sought or {})
        held = {case: family for case, family in index.family_of.items() if case in loaded.case_ids}
        listed = {
            name: index.found(name, texts.get(name, ""), beside=getattr(chosen, name))
            if name in self.searched
            else codes
            for name, codes in index.codes.items()
        }
        return offer(listed, held, loaded.block, self.language)

    @property
    def searched(self) -> frozenset[str]:
        """The lists of codes that are too long to be read, and are searched as one types."""
        long = {name for name, codes in self.index.codes.items() if len(codes) > LISTED}
        return frozenset(long - {"groups"})

    def accept(self, selection: Selection, offered: Offer) -> tuple[Selection, int]:
        """Return a selection with only codes that exist here, and how many were left out.

        Any face may be sent any code; what does not exist never reaches a query.
        """
        members: frozenset[str] = frozenset()
        if selection.members:
            families = self._passing(Selection(members=selection.members))
            rows = fetch(self.store, "case_rows", scope=self._scope_of(families))
            members = frozenset(rows["member_id"].drop_nulls())
        return accept(selection, offered, {**self.index.known, "members": members})

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


def filters_of(selection: Selection) -> Selection:
    """Return what decides which cases are listed: everything but the one that is shown, and how."""
    return selection.changed(cases=(), instrument="", scale="", axis="session")


def _as_json(element: hv.Overlay) -> Any:  # noqa: ANN401 - Bokeh's own document form
    document = Document()
    document.add_root(hv.render(element, backend="bokeh"))
    return document.to_json()
