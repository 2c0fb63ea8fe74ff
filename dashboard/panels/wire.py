"""What Python and the module of the served page tell each other: two hidden fields.

The data themselves go another way: packed once for all sessions, by an address. Only the little
that somebody waits for when a page is turned comes along, and saves the way there and back.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import param

from dashboard.panels.plain import PlainText
from dashboard.panels.swift import Swift

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection
    from dashboard.panels.sets import LoadedSet


class _Heard(Swift, PlainText):
    """A field that is heard at once."""

    _priority_changes: ClassVar[list[str]] = ["value"]


class PageWire(param.Parameterized):  # type: ignore[misc]
    """Tells the page which data to fetch and what its widgets stand for; hears what it asks.

    Attributes:
        told: The field that Python writes, as JSON.
        heard: The field that the page writes, as JSON.
        fields: Both, by the names of their places on the page.
    """

    in_two_steps: ClassVar[bool] = True

    options = param.Dict(default={}, doc="Codes behind each widget's options, in order.")
    block = param.String(doc="The address of the data block.")
    picked = param.Dict(default={}, doc="The cell chosen last.")
    asked = param.Dict(default={}, doc="What the page asks for: another page of cases.")
    whom = param.List(default=None, allow_None=True, doc="Whom the cases are about, by codes.")

    def __init__(self, loaded: LoadedSet, options: dict[str, list[str]]) -> None:
        super().__init__(options=options, block=loaded.prepared.address)
        self._data: str | None = None
        self.told = PlainText(value=self._said(), tags=["engine:told"])
        self.heard = _Heard(tags=["engine:heard"])
        self.fields = {"told": self.told, "heard": self.heard}
        self.param.watch(self._tell, ["options", "block", "whom"])
        self.heard.param.watch(self._hear, "value")

    def bring(self, loaded: LoadedSet) -> None:
        """Let the page fetch another set of cases; what every set says alike it has already."""
        self._data = loaded.patch.text if loaded.is_glimpse else None
        self.block = loaded.patch.address

    def about(self, selection: Selection) -> None:
        """Say whom the cases that are held are about: the page waits for those of others."""
        codes = (selection.groups, selection.therapists, selection.families)
        self.whom = [sorted(each) for each in codes]

    def _said(self) -> str:
        along = {} if self._data is None else {"data": self._data}
        said = {"block": self.block, "options": self.options, "whom": self.whom}
        return json.dumps({**said, **along})

    def _tell(self, *_: object) -> None:
        self.told.value = self._said()

    def _hear(self, event: Any) -> None:  # noqa: ANN401 - param events are untyped
        try:
            heard = dict(json.loads(event.new))
        except (ValueError, TypeError):
            return
        for name in ("picked", "asked"):
            if isinstance(heard.get(name), dict):
                self.param.update({name: heard[name]})
