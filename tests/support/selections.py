"""Selections drawn at random from what a store holds, and what its browser would be sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from dashboard.domain.selection import Selection
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.panels.sets import LoadedSet
    from dashboard.store import Store
    from dashboard.views.packing import Block
    from tests.support.drawn_service import DrawnService

THREATS = ["goal_misalignment", "lack_of_trust", "resistance_to_change"]
SEVERAL = ("groups", "therapists", "families", "cases", "members", "threats")
LOOKS = {"cell": None, "page": 0, "weekPage": 0, "bare": False}


class Shown:
    """A store with the data block of everything in it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.shared = SharedPictures(store, language("en"))
        self.loaded: LoadedSet = self.shared.loaded(Selection())

    def __repr__(self) -> str:
        """Say what it is; hypothesis would write the whole block out."""
        return f"<a service of {len(self.loaded.case_ids)} cases>"

    @property
    def block(self) -> Block:
        """The data block."""
        return self.loaded.block

    @cached_property
    def pools(self) -> Pools:
        """What selections of this service are made of."""
        return _pools(self)


def shown_service(service: DrawnService, folder: Path) -> Shown:
    """Publish a drawn service and return it with its block."""
    return Shown(service.open(folder))


def for_browser(selection: Selection) -> dict[str, Any]:
    """Return a selection as the engine holds it."""
    return {
        **{name: list(getattr(selection, name)) for name in ("groups", "therapists", "families")},
        **{name: list(getattr(selection, name)) for name in ("cases", "members", "threats")},
        "instrument": selection.instrument,
        "scale": selection.scale,
        "from": selection.date_from.isoformat() if selection.date_from else "",
        "to": selection.date_to.isoformat() if selection.date_to else "",
        "axis": str(selection.axis),
    }


UNKNOWN = "ZZ-none"


@dataclass(frozen=True)
class Pools:
    """The codes and days that selections of a service are made of."""

    codes: dict[str, list[str]]
    first_day: dt.date
    last_day: dt.date

    def selection(self, drawn: dict[str, Any]) -> Selection:
        """Return the selection that drawn numbers stand for; see ``drawn_selections``."""
        several = {name: tuple(self._code(name, n) for n in drawn[name]) for name in SEVERAL}
        single = {name: self._code(name, drawn[name]) for name in ("instrument", "scale")}
        first, last = (self._day(share) for share in sorted(drawn["days"]))
        return Selection(
            **several,
            **single,
            date_from=first if drawn["has_first"] else None,
            date_to=last if drawn["has_last"] else None,
            axis=drawn["axis"],
        )

    def _code(self, name: str, number: int) -> str:
        codes = self.codes[name]
        return codes[number % len(codes)]

    def _day(self, share: int) -> dt.date:
        span = (self.last_day - self.first_day).days
        return self.first_day + dt.timedelta(days=span * share // 100)


def _pools(service: Shown) -> Pools:
    store, facts = service.store, service.block.facts
    members = store.query("case_rows")["member_id"].drop_nulls().unique().sort().to_list()
    held = store.query("case_sessions")["held_on"].drop_nulls()
    margin = dt.timedelta(days=10)
    codes = {
        "groups": store.query("group_list")["group_id"].to_list(),
        "therapists": store.query("therapist_list")["therapist_id"].to_list(),
        "families": sorted({case["family"] for case in facts["cases"]}),
        "cases": [case["code"] for case in facts["cases"]],
        "members": members,
        "threats": THREATS,
    }
    words = {
        "instrument": ["", *(item["code"] for item in facts["families"]), "none"],
        "scale": ["", *facts["scales"], "none"],
    }
    return Pools(
        codes={name: [*known, UNKNOWN] for name, known in codes.items()} | words,
        first_day=(held.min() if len(held) else dt.date(2026, 1, 1)) - margin,
        last_day=(held.max() if len(held) else dt.date(2026, 12, 31)) + margin,
    )


def drawn_selections() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of selections as numbers: places in lists of codes, shares of a time."""
    place = st.integers(0, 9999)
    several = {name: st.lists(place, max_size=3) for name in SEVERAL}
    return st.fixed_dictionaries(
        {
            **several,
            "cases": st.lists(place, max_size=1),
            "instrument": place,
            "scale": place,
            "days": st.tuples(st.integers(0, 100), st.integers(0, 100)),
            "has_first": st.booleans(),
            "has_last": st.booleans(),
            "axis": st.sampled_from(["session", "date"]),
        }
    )


def looks() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of chosen cells and pages, most of them inside the picture."""
    place = st.lists(st.integers(0, 12), min_size=2, max_size=2)
    return st.fixed_dictionaries(
        {
            "cell": st.one_of(st.none(), place),
            "page": st.integers(0, 3),
            "weekPage": st.integers(0, 3),
            "bare": st.booleans(),
        }
    )
