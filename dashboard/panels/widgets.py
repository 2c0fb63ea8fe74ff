"""The Panel widgets that own the selection; the engine finds their models by tag."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from panel.io.document import hold

from dashboard.errors import SelectionError
from dashboard.panels.codes import Offer, scales_of, settle
from dashboard.panels.engine import ASSETS
from dashboard.panels.plain import PlainCheckBoxes, PlainRadioButtons, PlainSelect, PlainText
from dashboard.panels.swift import Swift

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dashboard.domain.selection import Selection
    from dashboard.views.language import Language
    from dashboard.views.packing import Block

LOOK = (ASSETS / "widgets.css").read_text(encoding="utf-8")
_LISTS = ("groups", "therapists", "families", "threats")


class SwiftChecks(Swift, PlainCheckBoxes):
    """Boxes whose change is heard at once."""

    _priority_changes: ClassVar[list[str]] = ["active"]


class SwiftText(Swift, PlainText):
    """A field whose every sign is heard at once."""

    _priority_changes: ClassVar[list[str]] = ["value_input"]


class SelectionWidgets:
    """The widgets of one session, and the way between them and a Selection.

    A change in the browser reaches ``read`` and is not sent back; ``write`` puts a Selection of
    Python into all widgets in one message.
    """

    def __init__(
        self,
        offered: Offer,
        block: Block,
        language: Language,
        *,
        searched: Collection[str] = (),
    ) -> None:
        self.offered = offered
        self.block = block
        self.language = language
        self.busy = False
        self.by_name: dict[str, Any] = {**self._lists(), **self._choices(), **self._texts()}
        self.finders: dict[str, Any] = self._finders(searched)
        for kind, widgets in (("select", self.by_name), ("find", self.finders)):
            for name, widget in widgets.items():
                widget.tags = [f"{kind}:{name}"]
                widget.stylesheets = [LOOK]
                widget.margin = 0 if kind == "select" else (0, 0, 10, 0)

    def _lists(self) -> dict[str, Any]:
        return {
            name: SwiftChecks(options=self.offered.options(name), inline=False) for name in _LISTS
        }

    def _choices(self) -> dict[str, Any]:
        words = {
            "case": self.language("Case shown"),
            "instrument": self.language("Instrument"),
        }
        selects = {
            name: PlainSelect(label=words[name], options=self.offered.options(name), width=190)
            for name in words
        }
        buttons = {
            name: PlainRadioButtons(options=self.offered.options(name))
            for name in ("scale", "axis")
        }
        return {**selects, **buttons}

    def _texts(self) -> dict[str, Any]:
        words = {"from": self.language("First day"), "to": self.language("Last day")}
        days = {name: PlainText(label=words[name], width=170) for name in words}
        members = PlainText(label=self.language("Members"), width=170)
        return {**days, "members": members}

    def _finders(self, searched: Collection[str]) -> dict[str, Any]:
        words = {
            "families": self.language("Find a family by its code"),
            "therapists": self.language("Find a therapist by their code"),
        }
        return {name: SwiftText(label=words[name], width=190) for name in words if name in searched}

    def codes(self) -> dict[str, list[str]]:
        """Return for each widget the codes behind its options, in order."""
        return {
            name: list(self.by_name[name].options.values())
            for name in self.by_name
            if hasattr(self.by_name[name], "options")
        }

    def read(self, before: Selection) -> Selection:
        """Return the selection that the widgets say; what cannot be one leaves it as before."""
        value = {name: widget.value for name, widget in self.by_name.items()}
        try:
            return before.changed(
                **{name: tuple(value[name]) for name in _LISTS},
                cases=(value["case"],) if value["case"] else (),
                members=tuple(part for part in value["members"].split(",") if part),
                instrument=value["instrument"] or "",
                scale=value["scale"] or "",
                axis=value["axis"] or "session",
                date_from=_day(value["from"]),
                date_to=_day(value["to"]),
            )
        except SelectionError:
            return before

    def write(self, selection: Selection) -> None:
        """Put a selection into the widgets, in one message to the browser."""
        shown = settle(selection, self.block)
        wanted: dict[str, Any] = {name: list(getattr(shown, name)) for name in _LISTS}
        wanted |= {
            "case": shown.cases[0] if shown.cases else "",
            "members": ",".join(shown.members),
            "instrument": shown.instrument,
            "scale": shown.scale,
            "axis": str(shown.axis),
            "from": shown.date_from.isoformat() if shown.date_from else "",
            "to": shown.date_to.isoformat() if shown.date_to else "",
        }
        with self._quiet(), hold():
            self._offer_scales(selection)
            for name, value in wanted.items():
                if self.by_name[name].value != value:
                    self.by_name[name].value = value

    def _offer_scales(self, selection: Selection) -> None:
        codes = scales_of(selection, self.block)
        options = {self.offered.word("scale", code): code for code in codes}
        if options != self.by_name["scale"].options:
            self.by_name["scale"].options = options

    def renew(self, offered: Offer, block: Block) -> None:
        """Offer what another set of data offers."""
        self.offered, self.block = offered, block
        with self._quiet(), hold():
            for name in (*_LISTS, "case", "instrument", "axis"):
                if self.by_name[name].options != offered.options(name):
                    self.by_name[name].options = offered.options(name)

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        before, self.busy = self.busy, True
        try:
            yield
        finally:
            self.busy = before


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
