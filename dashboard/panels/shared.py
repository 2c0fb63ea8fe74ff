"""What every session of one process shares: the data block and the first figures."""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.frames.fetching import fetch, no_rows
from dashboard.panels.codes import Offer, accept, offer
from dashboard.panels.drawn import FIGURES, Figure, fitted_figure
from dashboard.panels.index import Part, ServiceIndex
from dashboard.panels.listing import Listing, Place
from dashboard.panels.prepared import PreparedText, PreparedTexts
from dashboard.panels.warming import Warmer
from dashboard.views.block import build_block
from dashboard.views.glimpse import SEEN_AT_ONCE, build_glimpse
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

SAME_FOR_ALL = frozenset(
    {
        *("explanations", "words", "looks", "geometry", "glyphs", "strategies"),
        *("keys", "instruments", "colours", "styles", "signals", "version"),
    }
)
"""What every block of a large service says alike, in one generation and language."""

Key = tuple[int, Place, str]
Discussed = Callable[[], Mapping[str, object]]
"""What the group has discussed, as parameters of ``agenda_reasons``; asked anew for each page."""


@dataclass(frozen=True, eq=False)
class LoadedSet:
    """The cases a browser holds, with the block that carries them.

    Attributes:
        block: The block itself.
        prepared: The block as packed text, with the address a page asks for.
        texts: Where what a page asks for is kept.
        is_whole: Whether it holds every case of the scope.
        case_ids: The cases it holds.
        generation: The generation of the store that the numbers are from.
        part: Which part of a longer list of cases it is; none where the list ends with it.
        is_glimpse: Whether it has weeks and cells alone, for families by weeks and what is counted.
    """

    block: Block
    prepared: PreparedText
    texts: PreparedTexts
    is_whole: bool
    case_ids: frozenset[str]
    generation: int
    part: Part | None = None
    is_glimpse: bool = False

    @property
    def text(self) -> str:
        """The block as packed text."""
        return self.prepared.text

    @cached_property
    def patch(self) -> PreparedText:
        """The block for a page that already holds another: without what is the same."""
        return self.texts.keep(self.block.pack(without=SAME_FOR_ALL))


@dataclass(frozen=True)
class Wanted:
    """A set that is wanted: what it is known by, and what the group had discussed then."""

    key: Key
    said: Mapping[str, object]

    @property
    def generation(self) -> int:
        """The generation of the store that its numbers are from."""
        return self.key[0]


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
    ) -> None:
        self.store = store
        self.language = language
        self.scope = scope
        self.discussed = discussed or dict
        self._sets: dict[Key, LoadedSet] = {}
        self._glimpses: dict[Key, LoadedSet] = {}
        self._building: dict[Key, threading.Lock] = {}
        self.warmer = Warmer()
        self._indexes: dict[tuple[int, str], ServiceIndex] = {}
        self._texts = texts or PreparedTexts()
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
        return self.made(self.wanted(selection, page))

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
        with self._lock:
            building = self._building.setdefault(wanted.key, threading.Lock())
        with building:
            kept = self.ready(wanted)
            return kept if kept is not None else self._keep(wanted.key, self._build(wanted))

    def ready(self, wanted: Wanted) -> LoadedSet | None:
        """Return a set if it was built before and is still kept."""
        with self._lock:
            kept = self._sets.pop(wanted.key, None)
            if kept is not None:
                self._sets[wanted.key] = kept  # the one used last leaves last
            return kept

    def glimpse(self, wanted: Wanted) -> LoadedSet:
        """Return a set with its weeks and cells alone: what families by weeks are drawn by.

        Returns:
            The same cases, weeks and cells as ``made`` gives, in a fraction of its time; without a
            text, since it completes what a page already holds.
        """
        with self._lock:
            kept = self._glimpses.pop(wanted.key, None)
        made = kept if kept is not None else self._look(wanted)
        with self._lock:
            self._glimpses[wanted.key] = made
            if len(self._glimpses) > GLIMPSES_KEPT:
                self._glimpses.pop(next(iter(self._glimpses)))
        return made

    def _look(self, wanted: Wanted) -> LoadedSet:
        generation, (case_ids, part), _ = wanted.key
        frames = self._frames(case_ids, only=SEEN_AT_ONCE)
        block = _placed(build_glimpse(frames, self.language), wanted)
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

    def _keep(self, key: Key, made: LoadedSet) -> LoadedSet:
        with self._lock:
            self._building.pop(key, None)
            if len(self._sets) >= SETS_KEPT:
                self._sets.pop(next(iter(self._sets)))
            self._sets[key] = made
        return made

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

    def _passing(self, selection: Selection) -> list[str]:
        passing = fetch(self.store, "case_codes", selection, scope=self.scope)
        return self.index.in_order(passing["case_id"])

    def frame(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure for everything the scope holds."""
        return fetch(self.store, name, scope=self.scope)

    def _build(self, wanted: Wanted) -> LoadedSet:
        (generation, (case_ids, part), _), said = wanted.key, wanted.said
        frames = self._frames(case_ids)
        if said:
            agenda = self._agenda(said, self._scope_of(case_ids))
            frames = replace(frames, agenda_reasons=agenda)
        block = _placed(build_block(frames, self.language), wanted)
        held = frozenset(case["code"] for case in block.facts["cases"])
        prepared = self._texts.keep(block.pack())
        whole = case_ids is None
        return LoadedSet(block, prepared, self._texts, whole, held, generation, part)

    def _agenda(
        self, said: Mapping[str, object], scope: Scope, selection: Selection | None = None
    ) -> pl.DataFrame:
        return fetch(self.store, "agenda_reasons", selection, scope=scope, **dict(said))

    def _frames(
        self, case_ids: Sequence[str] | None, *, only: frozenset[str] | None = None
    ) -> BlockFrames:
        scope = self._scope_of(case_ids)

        def query(name: str) -> pl.DataFrame:
            if name in OF_THE_SERVICE:
                return fetch(self.store, name, scope=self.scope)
            is_read = only is None or name in only
            return fetch(self.store, name, scope=scope) if is_read else no_rows(name)

        return BlockFrames(**{name: query(name) for name in BlockFrames.__dataclass_fields__})

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
        return fitted_figure(name, (width, height))

    def element(self, name: str, loaded: LoadedSet) -> hv.Overlay:
        """Return the HoloViews element of a first figure, with a frame that fits every case."""
        from dashboard.views.figure import alliance_heatmap, weeks_heatmap

        width, height, _ = loaded.block.facts["frames"][name]
        view = view_of(Selection(), loaded.block)
        if name == "overview":
            return weeks_heatmap(overview_picture(loaded.block, view), (width, height))
        return alliance_heatmap(case_picture(loaded.block, view), (width, height))


def _placed(block: Block, wanted: Wanted) -> Block:
    """Return a block that says which part of which list it holds."""
    case_ids, part = wanted.key[1]
    block.facts["part"] = None if part is None else asdict(part)
    block.facts["isPart"] = case_ids is not None
    return block
