"""The offline file: the served page's own template, with plain inputs instead of Panel's widgets.

HoloViews draws the first figures, the same browser-side module patches them, and nothing outside
the file is asked for. The same data give the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bokeh
from markupsafe import Markup

from dashboard.domain.disclosure import Level
from dashboard.panels.about import about_file
from dashboard.panels.board import Board
from dashboard.panels.columns import parted
from dashboard.panels.drawn import FIGURES
from dashboard.panels.engine import ASSETS, engine_source, inlined_fonts
from dashboard.panels.page import environment, page_facts
from dashboard.views.ink import inks

if TYPE_CHECKING:
    from dashboard.domain.selection import Selection
    from dashboard.panels.disclosed import DisclosedPictures

_BOKEH = Path(bokeh.__file__).parent / "server" / "static" / "js" / "bokeh.min.js"
_SHEETS = ("board.css", "case.css", "still.css", "print.css")
_STILL_PARTS = ("print.js", "still.js")
_LISTS = ("groups", "therapists", "families", "threats")
_RADIOS = ("scale", "axis")

_BOX = Markup('<div class="still" data-still="{}">{}</div>')
_CHOICE = Markup('<label><input type="{}" name="still-{}" value="{}"{}> {}</label>')
_OPTION = Markup('<option value="{}"{}>{}</option>')
_SELECT = Markup("<label>{} <select>{}</select></label>")
_TEXT = Markup('<label>{} <input type="{}" value="{}"></label>')


def still_page(shared: DisclosedPictures, selection: Selection, *, chosen: Selection) -> str:
    """Return one self-contained HTML file of everything a set of pictures holds.

    Args:
        shared: Pictures of the cases that may be told, ids and columns already as they may be.
        selection: What is looked at first.
        chosen: Which cases it is about, in the codes a reader of the file knows.

    Returns:
        The same text for the same data, words and selection. It asks for nothing outside itself
        and forbids it by its own policy.
    """
    board = Board(shared=shared, selection=selection)
    scripts = own_scripts()
    items = {name: shared.figure(name, board.loaded) for name in FIGURES}
    words, columns = parted(board.loaded.text)
    data = [
        ("block", ScriptText(words)),
        ("columns", ScriptText(_json(columns))),
        ("inks", ScriptText(_json(inks()))),
        *((f"item-{name}", ScriptText(_json(item))) for name, item in items.items()),
    ]
    facts = page_facts(board, "agenda")
    in_weeks = shared.level is not Level.SUPERVISION
    unplaced = ["from", "to"] if in_weeks and facts["has_dates"] else []
    context = {
        **facts,
        "unseen": [*facts["unseen"], *unplaced],
        "_": board.words,
        "frame": environment().get_template("still_base.html"),
        "embed": lambda name: _widget(board, name),
        "roots": _Names(),
        "policy": _policy(scripts),
        "inlined": styles(),
        "data": data,
        "scripts": [OwnAsset(script) for script in scripts],
        "about": about_file(board, shared.level, chosen),
        "weeks": in_weeks,
        "still": True,
    }
    return environment().get_template("board.html").render(context)


def own_scripts() -> list[str]:
    """Return the scripts of a file, the same in every one: Bokeh, and the board's own module."""
    return [_bokeh(), _module()]


@dataclass(frozen=True, slots=True)
class ScriptText:
    """JSON for an element of a page that is never run: no end of a script can stand in it."""

    json: str

    def __html__(self) -> str:
        """Return it with every sign escaped that could end the element or a line."""
        text = self.json
        for sign, escaped in (("<", "\\u003c"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
            text = text.replace(sign, escaped)
        return text


@dataclass(frozen=True, slots=True)
class OwnAsset:
    """A script or style sheet that comes with the board: the same in every file, never data."""

    text: str

    def __html__(self) -> str:
        """Return it as it is."""
        return self.text


class _Names(dict[str, str]):
    """Stands for the roots of a served page: each is known by its own name."""

    def __missing__(self, name: str) -> str:
        return name

    def __getattr__(self, name: str) -> str:
        return name


def _widget(board: Board, name: str) -> Markup:
    if name not in board.widgets.by_name:
        return Markup("")
    value = board.widgets.by_name[name].value
    if name in _LISTS or name in _RADIOS:
        kind = "checkbox" if name in _LISTS else "radio"
        chosen = value if isinstance(value, list) else [value]
        codes = board.offered.labels["scale"] if name == "scale" else board.offered.codes[name]
        labels = [
            _CHOICE.format(
                kind, name, code, _flag("checked", code in chosen), _word(board, name, code)
            )
            for code in codes
        ]
        return _BOX.format(name, Markup("").join(labels))
    label = board.widgets.by_name[name].label
    if name in ("case", "instrument"):
        options = [
            _OPTION.format(code, _flag("selected", code == value), _word(board, name, code))
            for code in board.offered.codes[name]
        ]
        return _BOX.format(name, _SELECT.format(label, Markup("").join(options)))
    kind = "date" if name in ("from", "to") else "text"
    return _BOX.format(name, _TEXT.format(label, kind, value or ""))


def _word(board: Board, name: str, code: str) -> str:
    return board.offered.word(name, code)


def _flag(word: str, is_set: bool) -> str:  # noqa: FBT001 - an attribute that is there or not
    return f" {word}" if is_set else ""


@cache
def _bokeh() -> str:
    text = re.sub(r"//# sourceMappingURL.*", "", _BOKEH.read_text(encoding="utf-8"))
    return text.replace("</script", "<\\/script")


@cache
def _module() -> str:
    source = re.sub(r"^export (default \{render\};)?", "", engine_source(), flags=re.MULTILINE)
    parts = [(ASSETS / "engine" / name).read_text(encoding="utf-8") for name in _STILL_PARTS]
    return "\n".join((source, *parts))


def styles() -> OwnAsset:
    """Return the style sheets of the page with their fonts, for the style element of a file."""
    return OwnAsset(own_style())


@cache
def own_style() -> str:
    """Return the style sheets of the page and of its print, with their fonts."""
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8").splitlines()
    plain = "\n".join(line for line in tokens if not line.startswith("@font-face"))
    sheets = [
        (ASSETS / name).read_text(encoding="utf-8") for name in _SHEETS if (ASSETS / name).is_file()
    ]
    return "\n".join((inlined_fonts(), plain, *sheets))


def _policy(scripts: list[str]) -> str:
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    hashes = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _json(value: Any) -> str:  # noqa: ANN401 - any JSON
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
