"""What the page of uploads says: its words, the kinds of columns, and what a board permits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dashboard.domain.instruments import shipped_registry
from dashboard.domain.vocabulary import AgeBand, Role
from dashboard.exports.guessing import FOUND
from dashboard.exports.profile import profile_names
from dashboard.panels.files import address_of
from dashboard.panels.page import icon
from dashboard.panels.screens import SCREENS
from dashboard.views.reason_words import plural
from dashboard.views.words import N_, ROLE_WORDS

if TYPE_CHECKING:
    from dashboard.views.language import Language

KINDS = {
    "case": N_("the case"),
    "family": N_("the family"),
    "member": N_("the member"),
    "rater": N_("whose answers they are, where that is another column"),
    "role": N_("the role in the family"),
    "session_no": N_("the number of the session"),
    "day": N_("the day of the session"),
    "therapist": N_("the therapist"),
    "instrument": N_("which form it is"),
    "state": N_("how whole the form is"),
    "age": N_("the age of the member"),
    "index": N_("whether the case was opened for this member"),
    "referral": N_("how the family came"),
    "site": N_("the site of the therapist"),
    "total": N_("the total of the form"),
}
"""What a column can hold, besides an answer; the same kinds as ``guessing.FOUND``."""

MISSING_WORDS = {
    "family": N_("Which column holds the code of the family?"),
    "session": N_("Which column holds the number of the session, or its day?"),
    "member": N_("Which column says the member? As it is, one is taken for each family."),
    "roles": N_("Words of the role column that stand for no role: {count}. Say which below."),
    "score": N_("Which columns hold the answers, or the total?"),
    "instrument": N_("Which form do the numbered columns belong to?"),
}
"""What a person may have to say; the same codes as ``drafting.MISSING``."""

WORDS_OF = {
    "age": N_("Words for ages"),
    "referral": N_("Words for how families came"),
    "index": N_("Words for whether the case was opened for this member"),
}
"""Columns whose words a person may place, besides roles; the kinds of ``word_maps.CHOICES``."""

_AGES = {band: str(band) for band in AgeBand} | {AgeBand.UNKNOWN: N_("not known")}
_MEANINGS = {
    "age": {str(band): words for band, words in _AGES.items()},
    "referral": {
        "voluntary": N_("on their own wish"),
        "mandated": N_("mandated"),
        "mixed": N_("partly mandated"),
        "unknown": N_("not known"),
    },
    "index": {"true": N_("yes"), "false": N_("no")},
}

WORDS = {
    "reading": N_("Reading …"),
    "publishing": N_("Publishing …"),
    "unused": N_("not used"),
    "answer": N_("answer {number}"),
    "found": N_("as found: {value}"),
    "asFound": N_("as found"),
    "firstRows": N_("First rows, as understood"),
    "columns": N_("What each column holds"),
    "column": N_("Column"),
    "examples": N_("First entries"),
    "holds": N_("Holds"),
    "why": N_("Why"),
    "goesTo": N_("Goes to"),
    "nothingGuessed": N_(
        "Nothing is guessed from a score. Correct what is wrong; the page reads the files again."
    ),
    "holdsOf": N_("What the column {column} holds"),
    "written": N_("How the file is written"),
    "reader": N_("Written by"),
    "plain": N_("a plain table"),
    "encoding": N_("Encoding"),
    "separator": N_("Between columns"),
    "decimal": N_("Decimal mark"),
    "dateOrder": N_("Order of days"),
    "skipRows": N_("Rows above the header"),
    "headerRows": N_("Rows of the header"),
    "nameRow": N_("Which of them holds the names"),
    "wholeFile": N_("The file is whole, although its last line is open"),
    "nameOf": N_("Name for column {number}, which has none of its own"),
    "comma": N_("comma"),
    "semicolon": N_("semicolon"),
    "tab": N_("tab"),
    "bar": N_("bar"),
    "point": N_("point"),
    "eitherMark": N_("point or comma"),
    "iso": N_("year-month-day"),
    "dmy": N_("day-month-year"),
    "mdy": N_("month-day-year"),
    "excel": N_("days as Excel counts them"),
    "roles": N_("Words for roles"),
    "roleOf": N_("Role of the word {word}"),
    "noRole": N_("say which"),
    "instrument": N_("The answers belong to"),
    "missing": N_("To be said by you"),
    "sayFirst": N_("Say first, in the table above, what is asked there; then the rows are tried."),
    "meaningOf": N_("Meaning of the word {word}"),
    "files": N_("Files: every row is accepted or set aside"),
    "file": N_("File"),
    "rowCount": N_("Rows"),
    "accepted": N_("Accepted"),
    "aside": N_("Set aside"),
    "asideRows": N_("Rows set aside"),
    "firstShown": N_("Rows set aside, the first {shown} of {count}"),
    "row": N_("Row"),
    "rule": N_("Rule"),
    "mend": N_("How to mend it"),
    "notices": N_("Accepted, worth knowing"),
    "note": N_("Note"),
    "count": N_("Times"),
    "sound": N_("Every row is sound."),
    "tables": N_("What comes in: {tables}."),
    "changes": N_("What this would change"),
    "table": N_("Table"),
    "added": N_("Added"),
    "changed": N_("Changed"),
    "gone": N_("Gone"),
    "takeReport": N_("The report as a file:"),
    "byKnown": N_("These files are of a form the board knows: no mapping is needed."),
    "byKept": N_("Read by the mapping of the last upload."),
    "byMapped": N_("Read by the mapping as it is written below."),
    "byDrafted": N_("Read by the draft below. Correct what is wrong above or in the text."),
    "published": N_("Published as generation {generation}. The board now shows these data."),
    "tooLarge": N_("Together the files have {size} MB; at most {most} MB are taken."),
    "lost": N_("The board did not answer. Nothing was kept; try again when it is back."),
    "unreadable": N_("A file changed after it was chosen. Choose it again."),
    "needsFiles": N_("Choose at least one file."),
}
"""Words of the page that its script puts in place."""

COUNTED = {
    "rows": plural("{file}: {count} row", "{file}: {count} rows"),
    "sum": plural(
        "{count} row in = {accepted} accepted + {aside} set aside",
        "{count} rows in = {accepted} accepted + {aside} set aside",
    ),
    "follow": plural(
        "{count} further row of the files only belongs to these: mend these first.",
        "{count} further rows of the files only belong to these: mend these first.",
    ),
}
"""Sentences of the page with a count before a noun, for one and for many."""


def upload_facts(words: Language, *, limit_bytes: int, may_publish: bool) -> dict[str, Any]:
    """Return what the template of the page of uploads needs.

    Args:
        words: The language of the words.
        limit_bytes: Size of all files of one upload.
        may_publish: Whether an upload may become the data of this board.
    """
    registry = shipped_registry().instruments
    said: dict[str, Any] = {key: words(text) for key, text in WORDS.items()}
    said |= {
        key: [words.plural(*texts, count) for count in (1, 2)] for key, texts in COUNTED.items()
    }
    said["kinds"] = {kind: words(KINDS[kind]) for kind in FOUND}
    said["missingWords"] = {code: words(text) for code, text in MISSING_WORDS.items()}
    said["wordsOf"] = {kind: words(text) for kind, text in WORDS_OF.items()}
    said["meanings"] = {
        kind: {code: words(text) for code, text in meanings.items()}
        for kind, meanings in _MEANINGS.items()
    }
    said["profiles"] = list(profile_names())
    said["roleWords"] = {str(role): words(ROLE_WORDS[role]) for role in Role}
    said["roleWords"][str(Role.OTHER)] = words(N_("somebody else"))
    said["instruments"] = {
        name: {"name": each.name, "items": each.item_count} for name, each in registry.items()
    }
    return {
        "lang": words.code,
        "place": address_of,
        "icon": icon(),
        "said": json.dumps(said, ensure_ascii=False),
        "limit": limit_bytes,
        "most": limit_bytes // 10**6,
        "may_publish": may_publish,
        "screens": [(name, words(title)) for name, title in SCREENS.items()],
    }
