"""What every session of one process shares: the data block and the first figures."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.frames.fetching import fetch, fetch_told, fetch_with_cases, no_rows
from dashboard.panels.codes import Offer, accept, offer
from dashboard.panels.drawn import FIGURES, Figure, fitted_figure
from dashboard.panels.first import first_block
from dashboard.panels.index import CaseList, ServiceIndex
from dashboard.panels.keeping import Kept
from dashboard.panels.listing import Listing, Place
from dashboard.panels.prepared import PreparedText, PreparedTexts
from dashboard.panels.sets import LoadedSet, Wanted, memory_of, placed
from dashboard.panels.warming import Warmer
from dashboard.store import documented_contracts
from dashboard.views.block import build_block
from dashboard.views.geometry import GEOMETRY
from dashboard.views.glimpse import COUNTED_AT_ONCE, SEEN_AT_ONCE, build_glimpse
from dashboard.views.ink import inks
from dashboard.views.numbers import BlockFrames
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import holoviews as hv
    import polars as pl

    from dashboard.store import Store
    from dashboard.views.language import Language
    from dashboard.views.packing import Block

CELL_LIMIT = 50_000
"""Cells a browser holds at most; beyond it, another set is fetched. Source: decisions.md."""

SETS_KEPT = 24
"""Sets kept in memory per language: the pages and therapists a meeting goes back and forth to."""

GLIMPSES_KEPT = 48
"""Glimpses kept in memory per language: the pages that are likely to be turned to next."""

SET_BYTES = 128 * 1024**2
"""Bytes that the sets kept take at most, as far as they can be counted; glimpses as many again."""

LISTS_KEPT = 16
"""Lists of cases kept that pass some filters: codes alone, of a service of any size."""

LISTED = 200
"""Codes of one list that a person can still read through; longer ones are searched."""

MOST_TO_READ = frozenset({"drawn_cells", "agenda_reasons", "splits", "rating_changes"})
"""What takes longest is begun first, so that two readers end at about the same time."""

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

Discussed = Callable[[], Mapping[str, object]]
"""What the group has discussed, as parameters of ``agenda_reasons``; asked anew for each page."""


class SharedPictures:
    """Blocks and figures of one store and language, built once and shared by every session."""

    def __init__(
        self,
        store: Store,
        language: Language,
        scope: Scope = WHOLE_GROUP,
        *,
        discussed: Discussed | None = None,
        texts: PreparedTexts | None = None,
        keeps_first: bool = False,
    ) -> None:
        self.store = store
        self.language = language
        self.scope = scope
        self.discussed = discussed or dict
        self._sets = Kept[LoadedSet](SETS_KEPT, limit_bytes=SET_BYTES, size=memory_of)
        self._glimpses = Kept[LoadedSet](GLIMPSES_KEPT, limit_bytes=SET_BYTES, size=memory_of)
        self._lists = Kept[CaseList](LISTS_KEPT)
        self._said = Kept[dict[str, Any]](1)
        self._saying = threading.Lock()
        self.warmer = Warmer()
        self._indexes: dict[tuple[int, str], ServiceIndex] = {}
        self._texts = texts or PreparedTexts()
        self.keeps_first = keeps_first
        self._has_built = False
        self._figures: PreparedText | None = None
        self._lock = threading.RLock()

    @property
    def note(self) -> str:
        """What the export says of itself; empty where it says nothing."""
        return self.store.facts.note or ""

    @property
    def source(self) -> str:
        """The system the export says it comes from; empty where it says nothing."""
        return self.store.facts.source_system or ""

    def loaded(self, selection: Selection, page: int | None = 0) -> LoadedSet:
        """Return the set of cases that a selection needs, from memory where it was built before.

        Args:
            selection: What is looked at.
            page: Page of the list of cases, from 0, where the service is larger than a browser
                holds; a chosen case comes with its own page. None for the cases the agenda begins
                with.

        Returns:
            Every case while the service fits a browser. Otherwise every case of the chosen
            therapists, families or groups while they fit one page, and beyond that one page of
            the cases that pass all filters.
        """
        return self.made(self.wanted(selection, page or 0, by_agenda=page is None))

    def wanted(self, selection: Selection, page: int = 0, *, by_agenda: bool = False) -> Wanted:
        """Return which set a selection needs now; see ``loaded`` and ``Listing.place``."""
        said = self.discussed()
        place: Place = (None, None)
        if not self.is_whole:
            agenda = functools.partial(self._agenda, said, self.scope)
            listing = Listing(self.index, self._passing, agenda, CELL_LIMIT)
            place = listing.place(selection, page, by_agenda=by_agenda)
        return Wanted((self.store.facts.generation, place, repr(said)), said)

    def made(self, wanted: Wanted) -> LoadedSet:
        """Return a set, built once whoever asks for it and however many at a time."""
        return self._sets.made(wanted.key, lambda: self._build(wanted))

    def ready(self, wanted: Wanted) -> LoadedSet | None:
        """Return a set if it was built before and is still kept."""
        return self._sets.get(wanted.key)

    def glimpse(self, wanted: Wanted) -> LoadedSet:
        """Return a set with its weeks and counts alone: what families by weeks are drawn by.

        Returns:
            The same cases, weeks and counts as ``made`` gives, in a fraction of its time; without a
            text, since it completes what a page already holds.
        """
        return self._glimpses.made(wanted.key, lambda: self._look(wanted))

    def _look(self, wanted: Wanted) -> LoadedSet:
        generation, (case_ids, part), _ = wanted.key
        frames = self._frames(case_ids, only=SEEN_AT_ONCE)
        block = placed(build_glimpse(frames, self.language), wanted)
        held = frozenset(case["code"] for case in block.facts["cases"])
        return LoadedSet(
            block=block,
            prepared=PreparedText(""),
            texts=self._texts,
            is_whole=case_ids is None,
            case_ids=held,
            generation=generation,
            part=part,
            is_glimpse=True,
        )

    @property
    def index(self) -> ServiceIndex:
        """Every code of the generation that is shown now."""
        with self._lock:
            facts = self.store.facts
            key = (facts.generation, facts.content_hash)
            if key not in self._indexes:
                therapists = self.frame("therapist_list")["therapist_id"]
                groups = self.frame("group_list")["group_id"]
                spans = functools.partial(self.frame, "case_therapist_spans")
                index = ServiceIndex(self.frame("cell_counts"), therapists, groups, spans)
                self._indexes = {key: index}
            return self._indexes[key]

    @property
    def is_whole(self) -> bool:
        """Whether a browser holds every case, so that no filter needs another set."""
        return self.index.total <= CELL_LIMIT

    def _passing(self, selection: Selection) -> CaseList:
        index = self.index
        kept = self._lists.get((index, selection))
        if kept is not None:
            return kept
        passing = index.passing(selection)
        if passing is None:
            codes = fetch(self.store, "case_codes", selection, scope=self.scope)
            passing = index.listed(codes["case_id"])
        return self._lists.keep((index, selection), passing)

    def frame(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure for everything the scope holds."""
        return fetch(self.store, name, scope=self.scope)

    def frame_of(self, name: str, case_ids: Sequence[str]) -> pl.DataFrame:
        """Return the rows of a measure for some cases of the scope."""
        return fetch(self.store, name, scope=self._scope_of(case_ids))

    @property
    def has_threats(self) -> bool:
        """Whether any threat was coded."""
        return not self.frame("threat_type_list").is_empty()

    def once(self, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what is said alike in every session, made once for the generation shown now."""
        with self._saying:
            said = self._said.get(self.index)
            return self._said.keep(self.index, make()) if said is None else said

    def _build(self, wanted: Wanted) -> LoadedSet:
        generation, (case_ids, part), _ = wanted.key
        block, text = self._block_and_text(wanted)
        held = frozenset(case["code"] for case in block.facts["cases"])
        prepared = self._texts.keep(text)
        whole = case_ids is None
        return LoadedSet(block, prepared, self._texts, whole, held, generation, part)

    def _block_and_text(self, wanted: Wanted) -> tuple[Block, str]:
        with self._lock:
            is_first, self._has_built = not self._has_built, True
        if is_first and self.keeps_first:
            make = functools.partial(self._block, wanted)
            return first_block(self.store, (self.language.code, self.scope), wanted, make)
        block = self._block(wanted)
        return block, block.pack()

    def _block(self, wanted: Wanted) -> Block:
        case_ids, _ = wanted.key[1]
        frames = self._frames(case_ids)
        if wanted.said:
            agenda = self._agenda(wanted.said, self._scope_of(case_ids))
            frames = replace(frames, agenda_reasons=agenda)
        return placed(build_block(frames, self.language), wanted)

    def _agenda(
        self, said: Mapping[str, object], scope: Scope, selection: Selection | None = None
    ) -> pl.DataFrame:
        return fetch(self.store, "agenda_reasons", selection, scope=scope, **dict(said))

    def _frames(
        self, case_ids: Sequence[str] | None, *, only: frozenset[str] | None = None
    ) -> BlockFrames:
        scope = self._scope_of(case_ids)
        names = BlockFrames.__dataclass_fields__
        read = only if only is not None else names.keys() - COUNTED_AT_ONCE - OF_THE_SERVICE
        documented = [name for name in names if name in read & documented_contracts().keys()]

        def query(name: str) -> pl.DataFrame:
            if name in OF_THE_SERVICE:
                return fetch(self.store, name, scope=self.scope)
            return fetch_told(self.store, name, scope=scope) if name in read else no_rows(name)

        with ThreadPoolExecutor(2, thread_name_prefix="frames") as readers:
            together = readers.submit(fetch_with_cases, self.store, documented, scope=scope)
            alone = [name for name in names if name not in documented]
            alone.sort(key=lambda name: name not in MOST_TO_READ)
            found = dict(zip(alone, readers.map(query, alone), strict=True))
            return BlockFrames(**found, **together.result())

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
        families = index.family_of
        held = {case: families[case] for case in loaded.case_ids if case in families}
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
            of_families = self._passing(Selection(members=selection.members)).cases
            rows = self.frame_of("case_rows", of_families)
            members = frozenset(rows["member_id"].drop_nulls())
        return accept(selection, offered, {**self.index.known, "members": members})

    def figures(self, loaded: LoadedSet) -> PreparedText:
        """Return the figures as Bokeh's JSON, the same for every session and every set.

        HoloViews drew them once for this edition of the board. They travel without data: the
        module of the page puts the rows in, and fits the frame to the largest case it holds.

        Args:
            loaded: The set whose largest case decides the size of the frame at first.
        """
        with self._lock:
            if self._figures is None:
                drawn = {name: self.figure(name, loaded) for name in FIGURES}
                text = json.dumps({"inks": inks(), **drawn}, separators=(",", ":"))
                self._figures = self._texts.keep(text)
            return self._figures

    def figure(self, name: str, loaded: LoadedSet) -> Figure:
        """Return a figure that HoloViews drew, as Bokeh's JSON and without rows."""
        width, height, _ = loaded.block.facts["frames"][name]
        if name == "hero" and not loaded.is_whole:  # as the module of the page makes it
            width = max(width, GEOMETRY["roomWidth"])
            height = max(height, GEOMETRY["roomHeight"])
        return fitted_figure(name, (width, height))

    def element(self, name: str, loaded: LoadedSet) -> hv.Overlay:
        """Return the HoloViews element of a first figure, with a frame that fits every case."""
        from dashboard.views.figure import alliance_heatmap, weeks_heatmap

        width, height, _ = loaded.block.facts["frames"][name]
        view = view_of(Selection(), loaded.block)
        if name == "overview":
            return weeks_heatmap(overview_picture(loaded.block, view), (width, height))
        return alliance_heatmap(case_picture(loaded.block, view), (width, height))
