"""Frames of a set of cases in, the data block of the picture engine out.

Everything that is decided is decided here or in SQL: which look a cell has, which words stand
where, how high a row lies. The browser selects rows, adds offsets and looks colours up.
"""

from __future__ import annotations

import math
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.domain.vocabulary import CellState
from dashboard.views import words as say
from dashboard.views.agenda import AgendaRows
from dashboard.views.cases import case_facts
from dashboard.views.cell_table import cell_table
from dashboard.views.dossier import dossier_table, uses_table
from dashboard.views.explanations import explanations
from dashboard.views.geometry import (
    BLOCK_GAP,
    CELL_HEIGHT,
    COLUMN,
    GEOMETRY,
    HEAD,
    LABEL,
    LOOK_OF_STATE,
    ROW,
    THIN,
    WEEK_HEAD,
    looks,
    zero_look,
)
from dashboard.views.lanes import LaneTables
from dashboard.views.notes import SIGNALS, note_table
from dashboard.views.numbers import BlockFrames, BlockNumbers
from dashboard.views.own_lines import GLYPHS, OwnLines
from dashboard.views.packing import Block, Rows
from dashboard.views.phrases import row_label, row_sub, session_note
from dashboard.views.seats import Seats
from dashboard.views.threats import ThreatRows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dashboard.views.language import Language

ROW_KINDS = ("member", "shared", "therapist", "observer")


class BlockBuilder(BlockNumbers):
    """Builds one block from the frames it was given."""

    def build(self) -> Block:
        """Return the block."""
        tables = {
            **self._counted(),
            "weeks": self._weeks(),
            "therapists": self._therapists(),
            "people": self._people(),
        }
        lanes, seats = LaneTables(self), Seats(self)
        tables |= {**lanes.tables(), "notes": note_table(self)}
        tables |= {"dossier": dossier_table(self, seats), **OwnLines(self, seats).tables()}
        tables["uses"] = uses_table(self)
        facts = {**self._facts(lanes), "frames": picture_frames(tables)}
        return Block(facts=facts, tables=tables, texts=self.text.texts())

    def _counted(self) -> dict[str, dict[str, list[int]]]:
        """Return what forms are counted by."""
        rows, sessions = self._rows(), self._sessions()
        return {"rows": rows, "sessions": sessions, "cells": cell_table(self)}

    def _facts(self, lanes: LaneTables) -> dict[str, Any]:
        return {
            "version": 1,
            "part": None,
            "isGlimpse": False,
            "isPart": False,
            "geometry": GEOMETRY,
            "looks": looks(),
            "scales": list(self.scales),
            "threats": list(self.threats),
            "styles": lanes.styles(),
            "colours": lanes.colours(),
            "signals": list(SIGNALS),
            "glyphs": GLYPHS,
            "strategies": [
                [code, self.language(word)] for code, word in say.STRATEGY_WORDS.items()
            ],
            "explanations": explanations(self.language, dict(self.frames.rules_in_force.rows())),
            **case_facts(self),
            "agenda": AgendaRows(self).facts(),
            "threatPage": ThreatRows(self).facts(),
        }

    def _rows(self) -> dict[str, list[int]]:
        table = Rows(
            "case", "fam", "row", "y", "kind", "label", "sub", "instrument", "member", "own"
        )
        ordered = self.frames.case_rows.sort("case_id", "instrument_family", "row_no")
        together = itemgetter("case_id", "instrument_family")
        for (case_id, family), rows in groupby(ordered.iter_rows(named=True), together):
            if family in self.families and case_id in self.cases:
                self._stack(table, case_id, family, rows)
        return table.columns()

    def _stack(
        self, table: Rows, case_id: str, family: str, rows: Iterable[dict[str, Any]]
    ) -> None:
        top, ys, members = 0, [], {}
        for n, row in enumerate(rows):
            top += BLOCK_GAP if n and row["starts_block"] else 0
            self.rows[case_id, family, row["row_key"]] = n
            self._keep(case_id, family, row, n, top)
            ys.append(top)
            if row["kind"] in ("member", "observer") and row["member_id"] not in members:
                members[row["member_id"]] = (top, top + CELL_HEIGHT)
            label = self.text(row_label(row, self.language))
            sub = self.text(row_sub(row, self.language, self._instrument_name(row)))
            kind = ROW_KINDS.index(row["kind"])
            instrument = self.instruments.get(row["instrument_id"], 0)
            place = (self.cases[case_id], self.families[family], n, top)
            member = self.text(row["member_id"] or "")
            table.add(*place, kind, label, sub, instrument, member, row["is_member_rating"])
            top += ROW
        self.row_y[case_id, family] = ys
        self.member_y[case_id, family] = members

    def _keep(self, case_id: str, family: str, row: dict[str, Any], n: int, top: int) -> None:
        self.places.setdefault((case_id, row["row_key"]), []).append((family, n, top))
        if row["kind"] not in ("member", "observer"):
            return
        observer = "" if row["perspective"] == "self" else row["rater_id"] or ""
        rater = (case_id, row["member_id"], row["instrument_id"], observer)
        self.raters[rater] = row["row_key"]
        self.roles[case_id, row["member_id"]] = row_label(row, self.language)

    def _instrument_name(self, row: dict[str, Any]) -> str:
        return self.instrument_names.get(row["instrument_id"], str(row["instrument_id"]))

    def _sessions(self) -> dict[str, list[int]]:
        table = Rows("case", "col", "no", "place", "day", "held", "date", "words", "note")
        notes = self._notes()
        for row in self.frames.case_sessions.iter_rows(named=True):
            held_on, case_id = row["held_on"], row["case_id"]
            date = self.language.short_date(held_on) if held_on else ""
            place = row["date_column"] if row["date_column"] is not None else row["column_no"]
            spoken = self.language("session {number}").format(number=row["session_no"])
            table.add(
                self.cases[case_id],
                row["column_no"],
                row["session_no"],
                round(place * 100),
                self.day(held_on),
                row["status"] == "held",
                self.text(date),
                self.text(f"{spoken}, {date}" if date else spoken),
                self.text(notes.get((case_id, row["column_no"]), "")),
            )
        return table.columns(key=lambda row: row[:2])

    def _notes(self) -> dict[tuple[str, int], str]:
        open_threats: dict[tuple[str, int], list[str]] = {}
        tried: dict[tuple[str, int], list[str]] = {}
        for row in self.frames.threat_spans.iter_rows(named=True):
            for number in range(row["from_session_no"], row["to_session_no"] + 1):
                column = self.column_of_number.get((row["case_id"], number))
                if column is not None:
                    open_threats.setdefault((row["case_id"], column), []).append(row["threat_type"])
        for row in self.uses.iter_rows(named=True):
            column = self.column_of_number.get((row["case_id"], row["session_no"]))
            if column is not None:
                tried.setdefault((row["case_id"], column), []).append(row["strategy"])
        places = {**open_threats, **tried}
        return {
            place: session_note(open_threats.get(place, []), tried.get(place, []), self.language)
            for place in places
        }

    def _zero_look(self, row: dict[str, Any], score: float) -> int:
        return zero_look(score, self.extremes[row["instrument_family"], row["scale"]])

    def _weeks(self) -> dict[str, list[int]]:
        table = Rows("case", "fam", "week", "look", "text", "said", "rated")
        weeks = self.frames.alliance_by_family_week
        for week in weeks.filter(pl.col("instrument_family").is_in(list(self.families))).iter_rows(
            named=True
        ):
            number = (week["week_start_date"] - self.first_week).days // 7
            look, text, said = self._week(week)
            place = (self.cases[week["case_id"]], self.families[week["instrument_family"]])
            table.add(*place, number, look, self.text(text), self.text(said), week["rated_count"])
        return table.columns(key=lambda row: row[:3])

    def _week(self, week: dict[str, Any]) -> tuple[int, str, str]:
        if week["state"] == "not_held":
            return LOOK_OF_STATE["not_held"], "", self.language(say.STATE_WORDS[CellState.NOT_HELD])
        if week["state"] == "no_form":
            return LOOK_OF_STATE["not_offered"], "", self.language("session without a rating")
        number = self.language.number(week["lowest_score"], signed=week["is_true_zero"])
        scores = [self.language.number(score) for score in sorted(week["scores"])]
        said = self.language("{lowest} ({rated} of {expected} rated: {scores})").format(
            lowest=number,
            rated=week["rated_count"],
            expected=week["expected_count"],
            scores=", ".join(scores),
        )
        if week["rated_count"] * 2 < week["expected_count"]:
            return THIN, number, said
        if week["is_true_zero"]:
            return self._zero_look(week, week["lowest_score"]), number, said
        return week["step"], number, said

    def _therapists(self) -> dict[str, list[int]]:
        table = Rows("case", "therapist", "group", "from", "to")
        for span in self.frames.case_therapist_spans.iter_rows(named=True):
            if span["role"] in ("lead", "co") and span["case_id"] in self.cases:
                therapist, group = (
                    self.text(span["therapist_id"]),
                    self.text(span["group_id"] or ""),
                )
                place = (self.cases[span["case_id"]], therapist, group)
                table.add(*place, self.day(span["from_date"]), self.day(span["to_date"]))
        return table.columns()

    def _people(self) -> dict[str, list[int]]:
        table = Rows("case", "member")
        families = self.frames.case_list.select("case_id", "family_id")
        rows = self.frames.case_rows.filter(pl.col("member_id").is_not_null())
        members = rows.join(families, on="case_id").select("family_id", "member_id").unique()
        of_family = families.join(members, on="family_id").sort("case_id", "member_id")
        for case_id, member in of_family.select("case_id", "member_id").rows():
            table.add(self.cases[case_id], self.text(member))
        return table.columns()


def picture_frames(tables: dict[str, dict[str, list[int]]]) -> dict[str, list[float]]:
    """Return width, height and head of the frames that hold every picture of the block.

    They are fixed for a block, so that no filter causes a new layout.
    """
    sessions, heights = tables["sessions"], tables["layouts"]["height"]
    columns = min(max((col + 1 for col in sessions["col"]), default=1), GEOMETRY["columnsShown"])
    along = max(max(sessions["place"], default=0) / 100 + 1, columns)
    height = max(heights, default=60)
    weeks = LABEL + GEOMETRY["weeksShown"] * GEOMETRY["week"] + 10
    return {
        "hero": [LABEL + columns * COLUMN + 14, height, HEAD],
        "date": [math.ceil(LABEL + along * COLUMN) + 14, height, HEAD],
        "overview": [weeks, GEOMETRY["familiesShown"] * GEOMETRY["weekRow"], WEEK_HEAD],
    }


def build_block(frames: BlockFrames, language: Language) -> Block:
    """Return the data block of a set of cases.

    Args:
        frames: Rows of the measures of the same names, for the cases of the set.
        language: The language its words are in.

    Returns:
        The block; without cases it holds empty tables and the words alone.
    """
    return BlockBuilder(frames, language).build()
