"""What the alliance is for: engagement, and outcomes where exported, beside it by session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.views import words as say
from dashboard.views.phrases import row_label
from dashboard.views.words import N_

if TYPE_CHECKING:
    from dashboard.views.numbers import BlockNumbers

_OF_A_CELL = ("case_id", "row_key", "session_id", "score", "state")
_COUNTS = (
    (N_("Members who came"), "came_count", "recorded_count"),
    (N_("Expected forms completed"), "complete_count", "expected_count"),
)
_WORK = (
    ("work_done_count", N_("{count} done")),
    ("work_partly_count", N_("{count} partly")),
    ("work_not_done_count", N_("{count} not done")),
)


class Purpose:
    """Rows of texts, one column for each session held; what was not exported has no row."""

    def __init__(self, build: BlockNumbers) -> None:
        self.build = build
        self.engagement = build.rows_of("case_engagement")
        self.rows = build.rows_of("case_rows")
        self.scores: dict[tuple[str, str], dict[str, str]] = {}
        others = build.frames.instrument_family_list.to_dicts()
        defaults = {
            row["instrument_family"]: row["default_scale"]
            for row in others
            if row["kind"] != "alliance"
        }
        wanted = pl.col("instrument_family").replace_strict(
            defaults, default=None, return_dtype=pl.String
        )
        cells = build.frames.drawn_cells.filter(pl.col("scale") == wanted)
        for cell in cells.select(_OF_A_CELL).iter_rows(named=True):
            key = (cell["case_id"], cell["row_key"])
            self.scores.setdefault(key, {})[cell["session_id"]] = self._said(cell)

    def _said(self, cell: dict[str, Any]) -> str:
        if cell["score"] is not None:
            return self.build.language.number(cell["score"])
        word = say.STATE_WORDS[cell["state"]]
        return self.build.language(word)

    def table(self, case_id: str) -> list[list[str]]:
        """Return heading and rows of a case; nothing where nothing of it was exported."""
        sessions = sorted(self.engagement.get(case_id, []), key=lambda row: row["session_no"])
        rows = [*self._counts(sessions), *self._work(sessions), *self._outcomes(case_id, sessions)]
        if not rows:
            return []
        return [["", *(str(row["session_no"]) for row in sessions)], *rows]

    def _counts(self, sessions: list[dict[str, Any]]) -> list[list[str]]:
        text, found = self.build.language("{count} of {all}"), []
        for title, count, everyone in _COUNTS:
            if any(row[everyone] for row in sessions):
                said = (
                    text.format(count=row[count], all=row[everyone]) if row[everyone] else "–"
                    for row in sessions
                )
                found.append([self.build.language(title), *said])
        return found

    def _work(self, sessions: list[dict[str, Any]]) -> list[list[str]]:
        language = self.build.language
        said = [
            ", ".join(language(word).format(count=row[name]) for name, word in _WORK if row[name])
            for row in sessions
        ]
        title = language("Work between sessions")
        return [[title, *(text or "–" for text in said)]] if any(said) else []

    def _outcomes(self, case_id: str, sessions: list[dict[str, Any]]) -> list[list[str]]:
        scales, found = self.build.frames.instrument_scales, []
        names = dict(zip(scales["instrument_id"], scales["instrument_name"], strict=True))
        for row in self.rows.get(case_id, []):
            scores = self.scores.get((case_id, row["row_key"]))
            if scores is None or row["instrument_family"] in self.build.families:
                continue
            name = names.get(row["instrument_id"], row["instrument_id"])
            title = f"{row_label(row, self.build.language)}, {name}"
            found.append([title, *(scores.get(each["session_id"], "–") for each in sessions)])
        return found
