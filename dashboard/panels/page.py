"""The served page: one template of our own, filled with widgets, figures and words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader

from dashboard.panels.board import Board
from dashboard.panels.data_screen import data_facts, moment
from dashboard.panels.engine import ASSETS
from dashboard.panels.files import LIBRARIES, SHEETS, address_of
from dashboard.panels.ready import first_page, selection_of
from dashboard.panels.screens import SCREENS, away_from, screen_of, unmet_screen
from dashboard.panels.tables import case_table, week_table
from dashboard.panels.wire import PageWire
from dashboard.views import words as say
from dashboard.views.overview import overview_picture
from dashboard.views.slice import case_picture
from dashboard.views.summary import count_line
from dashboard.views.view import view_of
from dashboard.views.words import N_

if TYPE_CHECKING:
    import panel as pn
    import polars as pl
    from bokeh.document import Document

    from dashboard.panels.shared import SharedPictures
    from dashboard.views.language import Language

_SIGNS = (
    ("g-offer", say.STATE_WORDS["not_offered"]),
    ("g-declined", say.STATE_WORDS["declined"]),
    ("g-absent", say.STATE_WORDS["absent"]),
    ("g-lost", say.STATE_WORDS["lost"]),
    ("g-na", say.STATE_WORDS["not_applicable"]),
    ("g-norecord", say.STATE_WORDS["no_record"]),
    ("g-partial", say.STATE_WORDS["partial"]),
    ("g-nothheld", say.STATE_WORDS["not_held"]),
    ("g-split", N_("split: one line notable, two marked")),
    ("g-rupture", N_("possible rupture, open")),
    ("g-repaired", N_("possible rupture, repaired")),
    ("g-threat", N_("threat to the alliance, as coded")),
)
_HELP = (
    N_("Tab moves between the filters, the picture and the tables; Escape closes a filter."),
    N_("Arrow keys in the picture or its table choose a cell; its details stand beside it."),
    N_("The browser's back button undoes the last change; the address can be shared."),
    N_("A chip removes one filter; Reset removes them all and keeps the case."),
)


@cache
def icon() -> str:
    """Return the icon as an address of its own: browsers ask for a file anew at every change."""
    return "data:image/svg+xml," + quote((ASSETS / "icon.svg").read_text(encoding="utf-8"))


@cache
def environment() -> Environment:
    """Return the Jinja environment of our templates; everything is escaped by default."""
    return Environment(loader=FileSystemLoader(ASSETS / "templates"), autoescape=True)


@dataclass(frozen=True, slots=True)
class BokehScript:
    """The script with which Bokeh opens its socket: a token and names of models, never data."""

    text: str

    def __html__(self) -> str:
        """Return it as it is."""
        return self.text


@dataclass(frozen=True)
class BoardPage:
    """The page of one session.

    Attributes:
        board: The board of the session.
        facts: What the template says.
        widgets: What Panel owns on it, by the name of its place.
    """

    board: Board
    facts: dict[str, Any]
    widgets: dict[str, pn.viewable.Viewable]

    def put_into(self, document: Document) -> None:
        """Make a document of a session this page."""
        document.title = self.board.words("Alliance Board")
        document.template = _source()
        document.template_variables.update(self.facts)
        with document.models.freeze():
            for name, widget in self.widgets.items():
                widget.server_doc(document, location=False)
                document.roots[-1].name = name


def board_page(
    shared: SharedPictures,
    query: str,
    stale_reason: str | None = None,
    *,
    pending: str = "",
    decisions: str = "",
    uploads: str = "",
) -> BoardPage:
    """Return the page of one session.

    Args:
        shared: Blocks and figures of this process.
        query: The query of the address: codes only; what does not exist is left out and said.
        stale_reason: Why older data than asked for are shown, if so.
        pending: What of a watched folder is still being waited for; empty when nothing is.
        decisions: Where the page reads what the group decided; empty where nothing is kept.
        uploads: Where files are taken; empty where none are.

    Returns:
        Every widget, the words, and the addresses of the figures and the data.
    """
    selection, unread = selection_of(query)
    first = first_page(query, selection)
    board = Board(shared=shared, selection=selection, engine=PageWire, page=first)
    screen = screen_of(query, in_case=bool(board.selection.cases))
    unmet = unmet_screen(query, in_case=bool(board.selection.cases), words=board.words)
    figures = shared.figures(board.loaded)
    own = {
        "decisions": decisions,
        "uploads": uploads,
        "_": shared.language,
        "frame": environment().get_template("served_base.html"),
        "own": BokehScript,
        "place": address_of,
        "sheets": SHEETS,
        "libraries": LIBRARIES,
        "fetched": (figures.address, board.loaded.prepared.address),
        "unmet": unmet,
    }
    facts = page_facts(board, screen, unread=unread, stale_reason=stale_reason, pending=pending)
    finders = {f"find_{name}": finder for name, finder in board.widgets.finders.items()}
    placed = {**board.widgets.by_name, **finders, **board.engine.fields}
    return BoardPage(board, {**facts, **own}, placed)


def trouble_page(document: Document, words: Language, reason: str) -> None:
    """Make a document of a session say what went wrong and nothing else."""
    body = words("The data are unchanged. Try again; if it happens again, run: alliance doctor.")
    document.title = words("Alliance Board")
    document.template = environment().get_template("trouble.html")
    document.template_variables.update(
        {
            "headline": words("The board could not draw this page."),
            "body": f"{reason} {body}".strip(),
            "lang": words.code,
            "icon": icon(),
            "sheets": SHEETS[:2],
            "place": address_of,
            "_": words,
        }
    )


@cache
def _source() -> Any:  # noqa: ANN401 - a Jinja template
    return environment().get_template("board.html")


def _notes(board: Board, *, unread: bool) -> list[dict[str, Any]]:
    words, facts = board.words, board.store.facts
    notes: list[dict[str, Any]] = []

    def add(text: str, *, urgent: bool = False) -> None:
        notes.append({"text": text, "urgent": urgent})

    if unread or board.left_out:
        text = words("The address named something these data do not have; it was left out.")
        add(text, urgent=True)
    if board.loaded.part:
        text = words(
            "This service is larger than one page holds: families come some forty at a time, in "
            "code order, and the agenda begins with the first cases of all. The filters act on "
            "every case; what is counted is what the page holds."
        )
        add(text)
    if board.shared.note:
        add(words("These are {note}.").format(note=words(board.shared.note)))
    if not facts.has_dates:
        add(words(say.NO_DATES))
    if not board.shared.has_threats:
        add(words("These data hold no coded threats: the threat filter is left out."))
    return notes


def page_facts(
    board: Board,
    screen: str,
    *,
    unread: bool = False,
    stale_reason: str | None = None,
    pending: str = "",
) -> dict[str, Any]:
    """Return what the template says: words, tables, the coverage strip and where data come from.

    Args:
        board: The board that is shown.
        screen: The screen it opens with.
        unread: Whether the address named something that could not be read.
        stale_reason: Why older data than asked for are shown, if so.
        pending: What of a watched folder is still being waited for; empty when nothing is.
    """
    arriving = arriving_facts(board.words, stale_reason or "", pending)
    return {**_facts(board, screen), **arriving, "notes": _notes(board, unread=unread)}


def arriving_facts(words: Language, stale: str, pending: str) -> dict[str, Any]:
    """Return what the page says of data that arrive while it is open, and the words for later.

    Args:
        words: The language of the words.
        stale: Why the last good data are shown; empty when they are the newest.
        pending: What is being waited for; empty when nothing is.

    Returns:
        ``says`` has a sentence by name, with its place in braces; ``said`` the same filled, empty
        where there is nothing to say.
    """
    says = {
        "stale": words(
            "The newest export could not be used; the last good data are shown. {reason}"
        ),
        "pending": words(
            "An export is being copied and is not loaded before it is whole. {reason}"
        ),
        "newer": words("New data of {day} are here."),
    }
    given = {"stale": stale, "pending": pending}
    said = {name: says[name].format(reason=text) if text else "" for name, text in given.items()}
    return {"says": says, "said": said}


def _facts(board: Board, screen: str) -> dict[str, Any]:
    words, block = board.words, board.loaded.block
    view = view_of(board.selection, block)
    in_case, in_weeks = screen == "case", screen == "families"
    twin = case_table(block, view, case_picture(block, view)) if in_case else ""
    weeks = week_table(block, view, overview_picture(block, view)) if in_weeks else ""
    titles = _titles(words)
    shown = _shown(board, titles)
    labels = {
        name: {
            "title": titles.get(name, words("Member")),
            "words": board.offered.labels.get(name, {}),
        }
        for name in (*titles, "members")
    }
    return {
        "lang": words.code,
        "icon": icon(),
        "generation": board.loaded.generation,
        "labels": json.dumps(labels, ensure_ascii=False),
        "filters": [(name, titles[name]) for name in shown],
        "finders": list(board.widgets.finders),
        "has_dates": block.facts["hasDates"],
        "unseen": _unseen(board, shown),
        "screen": screen,
        "screens": [(name, words(title)) for name, title in SCREENS.items()],
        "away": away_from(screen),
        "count": count_line(block, view),
        "twin": twin,
        "week_twin": weeks,
        "signs": [(symbol, words(word)) for symbol, word in _SIGNS],
        "help": [words(line) for line in _HELP],
        "coverage": coverage_items(board.shared.frame("coverage_total"), words),
        "footer": _footer(board),
        **data_facts(board.shared),
    }


def _unseen(board: Board, shown: list[str]) -> list[str]:
    """Return the widgets without a place on the page; each must stand in it all the same."""
    dated = ["from", "to", "axis"] if board.loaded.block.facts["hasDates"] else []
    seen = {*shown, *dated, "case", "instrument", "scale"}
    return [name for name in board.widgets.by_name if name not in seen]


def _shown(board: Board, titles: dict[str, str]) -> list[str]:
    """Return the filters that can choose anything in these data."""
    has_groups = len(board.offered.codes["groups"]) > 1
    left_out = {"groups": not has_groups, "threats": not board.shared.has_threats}
    return [name for name in titles if not left_out.get(name, False)]


def _titles(words: Language) -> dict[str, str]:
    return {
        "groups": words("Group"),
        "therapists": words("Therapist"),
        "families": words("Family"),
        "threats": words("Threat"),
    }


def coverage_items(coverage: pl.DataFrame, words: Language) -> list[dict[str, Any]]:
    """Return the coverage strip: what the data cover, before any conclusion.

    Args:
        coverage: The one row of ``coverage_total``.
        words: The language of the words.
    """
    row = coverage.row(0, named=True)
    items: list[dict[str, Any]] = []

    def add(title: str, text: str, share: int | None = None) -> None:
        items.append({"title": title, "text": text, "share": share})

    if row["first_held_on"]:
        span = words("{first} and {last}").format(
            first=words.long_date(row["first_held_on"]), last=words.long_date(row["last_held_on"])
        )
        add(words("Sessions between"), span)
    add(words("Families"), str(row["family_count"]))
    add(words("Sessions held"), str(row["held_count"]))
    if row["expected_count"]:
        share = round(100 * row["complete_count"] / row["expected_count"])
        text = words("{complete} of {expected}, {share} %")
        said = text.format(
            complete=row["complete_count"], expected=row["expected_count"], share=share
        )
        add(words("Expected forms present"), said, share)
    partial = row["partial_under_60"]
    if partial:
        listed = ", ".join(partial[:4]) + (" …" if len(partial) > 4 else "")
        add(words("Under 60 %: read as partial"), listed)
    return items


def _footer(board: Board) -> str:
    words, facts = board.words, board.store.facts
    text = words(
        "Signals are prompts to ask, not findings. Pseudonymised data of families: keep them on "
        "this machine. Exported: {exported}. Generation {generation}."
    )
    said = text.format(exported=moment(facts.exported_at, words), generation=facts.generation)
    note = words(board.shared.note) if board.shared.note else ""
    return f"{note[:1].upper()}{note[1:]}. {said}" if note else said
