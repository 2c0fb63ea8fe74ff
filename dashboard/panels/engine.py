"""The browser-side module as a Panel component: it draws nothing itself."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import param
from panel.custom import JSComponent

from dashboard.views.ink import inks

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection
    from dashboard.panels.sets import LoadedSet

ASSETS = Path(__file__).with_name("assets")
_PARTS = (
    *("slice", "state", "words", "agenda", "threats", "case", "decisions", "page"),
    *("lean", "mount"),
)


def engine_source() -> str:
    """Return the module's source: its parts in order, as one module without imports."""
    return _joined(_PARTS)


def served_source() -> str:
    """Return the module as the served page loads it: it finds its widgets and data by itself."""
    return _joined((*_PARTS, "served"))


def _joined(parts: tuple[str, ...]) -> str:
    files = (ASSETS / "engine" / f"{part}.js" for part in parts)
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@cache
def inlined_fonts() -> str:
    """Return the font faces of the tokens with the fonts as data, for faces without our server."""
    text = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    faces = [line for line in text.splitlines() if line.startswith("@font-face")]
    for number, face in enumerate(faces):
        name = face.split('url("')[1].split('"')[0]
        encoded = base64.b64encode((ASSETS / name).read_bytes()).decode("ascii")
        faces[number] = face.replace(name, f"data:font/woff2;base64,{encoded}")
    return "\n".join(faces)


@cache
def glyphs() -> str:
    """Return the signs of the page as one drawing, for faces without our template."""
    return (ASSETS / "templates" / "glyphs.html").read_text(encoding="utf-8")


class PictureEngine(JSComponent):  # type: ignore[misc]
    """Carries the data block, loads the module, and hears which cell was picked."""

    block = param.String(doc="The packed data block.")
    inks = param.Dict(default={}, doc="Colours of both themes by token.")
    options = param.Dict(default={}, doc="Codes behind each widget's options, in order.")
    fonts = param.String(default="", doc="Font faces for faces without our server.")
    glyphs = param.String(default="", doc="The signs of the page, likewise.")
    asked = param.Dict(default={}, doc="What the page asks for, or may ask for next.")
    picked = param.Dict(default={}, doc="The cell chosen last.")

    in_two_steps: ClassVar[bool] = False
    _priority_changes: ClassVar[list[str]] = ["asked"]
    _esm: ClassVar[Any] = engine_source()

    @classmethod
    def of(cls, loaded: LoadedSet, options: dict[str, list[str]]) -> PictureEngine:
        """Return the component of a notebook, with the data in it.

        Args:
            loaded: The set of cases to show.
            options: Codes behind each widget's options, in order.
        """
        return cls(block=loaded.text, inks=inks(), options=options, width=0, height=0, margin=0)

    def bring(self, loaded: LoadedSet) -> None:
        """Give the browser another set of cases."""
        self.block = loaded.text

    def about(self, selection: Selection) -> None:
        """Say nothing of whom the cases are about: they come at once, and nobody waits here."""
