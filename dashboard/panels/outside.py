"""The file for outside: threats by quarter and type, rounded, and no case, member or therapist."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from dashboard.domain.disclosure import KEY_BYTES, Codes, Level
from dashboard.domain.vocabulary import ThreatType
from dashboard.frames.disclosure import disclose
from dashboard.frames.fetching import fetch
from dashboard.panels.about import day_of_data
from dashboard.panels.page import environment
from dashboard.panels.still import styles
from dashboard.views import words as say

if TYPE_CHECKING:
    import polars as pl

    from dashboard.domain.scope import Scope
    from dashboard.store import Store
    from dashboard.views.language import Language

_NO_CODES = Codes(bytes(KEY_BYTES))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; base-uri 'none'"


def outside_page(store: Store, language: Language, scope: Scope) -> str:
    """Return the file of level C: fixed quarters by threat type and nothing else.

    Counts up to 7 are not shown, others are rounded to 5. There is no filter, so no two questions
    can be subtracted from each other, and no quarter that still runs, so no two files can either.

    Args:
        store: An open store.
        language: Of the words.
        scope: Who is looking.
    """
    rows = fetch(store, "threats_by_quarter", scope=scope)
    told = disclose(rows, "threats_by_quarter", Level.OUTSIDE, _NO_CODES)
    facts = store.facts
    as_of = day_of_data(facts, Level.OUTSIDE)
    return (
        environment()
        .get_template("outside.html")
        .render(
            {
                "_": language,
                "lang": language.code,
                "policy": _POLICY,
                "inlined": styles(),
                "heads": [language(say.THREAT_WORDS[code]) for code in ThreatType],
                "quarters": _quarters(told, language),
                "as_of": language.export_date(as_of) if as_of else language("not stated"),
                "rules": facts.rules_version,
                "nothing": Markup("&#8212;"),
            }
        )
    )


def _quarters(told: pl.DataFrame, language: Language) -> list[dict[str, Any]]:
    counts = {
        (start, kind): count
        for start, kind, count in told.select(
            "quarter_start_date", "threat_type", "threat_count"
        ).iter_rows()
    }
    starts: list[dt.date] = told["quarter_start_date"].unique().sort().to_list()
    text = language("quarter {number} of {year}")
    return [
        {
            "name": text.format(number=(start.month + 2) // 3, year=start.year),
            "counts": [counts.get((start, str(code))) for code in ThreatType],
        }
        for start in starts
    ]
