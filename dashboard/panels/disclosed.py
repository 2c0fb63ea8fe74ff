"""Pictures for a file: chosen cases only, and of them only what a level of disclosure allows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import polars as pl

from dashboard.domain.disclosure import Codes, Level, Thing
from dashboard.domain.scope import WHOLE_GROUP, Scope
from dashboard.domain.selection import Selection
from dashboard.frames.disclosure import FIRST_WEEK, disclose
from dashboard.frames.fetching import fetch, no_rows
from dashboard.panels.shared import SharedPictures
from dashboard.views.glimpse import COUNTED_AT_ONCE
from dashboard.views.language import Language
from dashboard.views.numbers import BlockFrames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.store import Store


OWN_NOTES = frozenset({"invented sample data", "Alliance Board sample generator"})
"""What the invented sample says of itself: no text of a service."""


class WeekLanguage(Language):
    """Words of a language in which days are weeks, counted from the service's first session."""

    def _week(self, day: dt.date) -> str:
        number = (day - FIRST_WEEK).days // 7 + 1
        return self("week {number}").format(number=number)

    def short_date(self, day: dt.date) -> str:
        """Return the week of a day, for instance ``week 12``."""
        return self._week(day)

    def long_date(self, day: dt.date) -> str:
        """Return the week of a day, for instance ``week 12``."""
        return self._week(day)

    def week_of(self, monday: dt.date) -> str:
        """Return the week itself, for instance ``week 12``."""
        return self._week(monday)

    def month(self, day: dt.date) -> str:
        """Return the week with which a month begins."""
        return self._week(day)

    def month_of_year(self, day: dt.date) -> str:
        """Return the week with which a month begins: weeks are counted and have no year."""
        return self._week(day)


class DisclosedPictures(SharedPictures):
    """Blocks and first figures of the cases a file is about, at one level of disclosure.

    Attributes:
        level: Who the file is for: the group itself, or readers of a snapshot.
        first_week: Monday of the first session told, week 1; none without days.
    """

    def __init__(
        self,
        store: Store,
        language: Language,
        *,
        level: Level,
        codes: Codes,
        selection: Selection | None = None,
        scope: Scope = WHOLE_GROUP,
    ) -> None:
        chosen = selection or Selection()
        cases = store.query_selection("case_list", chosen, scope=scope)["case_id"].to_list()
        within = Scope(name=f"level {level}", case_ids=frozenset(cases))
        words = language if level is Level.SUPERVISION else _in_weeks(language)
        super().__init__(store, words, within)
        self.level = level
        self._codes = codes
        is_whole = scope.case_ids is None and chosen.is_of_all
        self._block_scope = scope if is_whole else within
        sessions = fetch(store, "case_sessions", scope=self._block_scope)
        first = sessions["week_start_date"].min()
        self.first_week = first if isinstance(first, dt.date) else None

    @property
    def note(self) -> str:
        """What the invented sample says of itself; the note of a service is free text."""
        note = self.store.facts.note or ""
        return note if note in OWN_NOTES else ""

    @property
    def source(self) -> str:
        """The generator of the invented sample; what a service calls its system is free text."""
        source = self.store.facts.source_system or ""
        return source if source in OWN_NOTES else ""

    def frame(self, name: str) -> pl.DataFrame:
        """Return the rows of a measure as the level allows; no rows where it allows none."""
        # Of all cases the block says the same whether they are listed, and a list is looked up.
        in_block = name in BlockFrames.__dataclass_fields__
        rows = fetch(self.store, name, scope=self._block_scope if in_block else self.scope)
        if self.level is Level.SUPERVISION:
            return rows
        told = disclose(rows, name, self.level, self._codes, first_week=self.first_week)
        # A picture expects every column of its measure: what may not be told is there, and empty.
        return told.with_columns(
            pl.lit(None).cast(rows.schema[column]).alias(column)
            for column in rows.columns
            if column not in told.columns
        ).select(rows.columns)

    def frame_of(self, name: str, case_ids: Sequence[str]) -> pl.DataFrame:
        """Return the rows of a measure for some cases, as the level allows; see ``frame``."""
        return self.frame(name).filter(pl.col("case_id").is_in(list(case_ids)))

    @property
    def has_threats(self) -> bool:
        """Whether any threat was coded in the cases of the file."""
        return not self.frame("threat_spans").is_empty()

    def told(self, selection: Selection) -> Selection:
        """Return a selection in the codes a reader of the file knows; days are left out."""
        if self.level is Level.SUPERVISION:
            return selection
        changes: dict[str, object] = {"date_from": None, "date_to": None}
        for name, thing in _SELECTED.items():
            given = self._codes.of(thing, getattr(selection, name))
            changes[name] = [given[each] for each in getattr(selection, name)]
        return selection.changed(**changes)

    @property
    def is_whole(self) -> bool:
        """A file holds every case it is about: nobody answers it."""
        return True

    @property
    def searched(self) -> frozenset[str]:
        """No list is searched: that would need somebody who answers."""
        return frozenset()

    def _frames(
        self, case_ids: Sequence[str] | None, *, only: frozenset[str] | None = None
    ) -> BlockFrames:
        del case_ids, only
        names = BlockFrames.__dataclass_fields__
        asked = {name: self.frame(name) for name in names if name not in COUNTED_AT_ONCE}
        return BlockFrames(**asked, **{name: no_rows(name) for name in COUNTED_AT_ONCE})


_SELECTED = {
    "groups": Thing.GROUP,
    "therapists": Thing.THERAPIST,
    "families": Thing.FAMILY,
    "cases": Thing.CASE,
    "members": Thing.MEMBER,
}


def _in_weeks(language: Language) -> Language:
    return WeekLanguage(language.code, language.translate, language.plural)
