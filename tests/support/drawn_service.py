"""A service drawn in a test: native tables row by row, or a case as a picture of its heatmap."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from dashboard.domain.instruments import shipped_registry
from dashboard.domain.rules import Rules, shipped_rules
from dashboard.exports.manifest import ExportFacts
from dashboard.exports.reading import ReadExport, content_hash
from dashboard.exports.schemas import NATIVE_TABLES, key_columns, polars_schema
from dashboard.store import Store, publish

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.domain.instruments import Registry

FIRST_DAY = dt.date(2026, 6, 1)
MISSED = {
    "d": "declined",
    "o": "not_offered",
    "a": "absent",
    "?": "lost",
    "-": "not_applicable",
}
"""Signs of a drawing that stand for a form row without a score; "." draws no row at all."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "therapists": {"grade": "qualified"},
    "cases": {"modality": "family", "referral": "voluntary", "ending": "ongoing"},
    "case_therapists": {"role": "lead"},
    "members": {"role": "parent", "age_band": "18-64", "index_client": False},
    "sessions": {"status": "held"},
    "attendance": {"state": "present"},
    "forms": {
        "perspective": "self",
        "instrument_id": "srs",
        "state": "complete",
        "components_source": "items",
    },
    "threats": {
        "threat_type": "lack_of_trust",
        "severity": 2,
        "reported_by": "therapist",
        "status": "open",
    },
    "strategies": {"strategy": "active_listening", "context": "threat"},
}


@dataclass
class DrawnService:
    """Native tables as a test draws them; what is not said has a plain value."""

    registry: Registry = field(default_factory=shipped_registry)
    facts: ExportFacts = field(default_factory=ExportFacts)
    rules: Rules = field(default_factory=shipped_rules)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, **columns: Any) -> None:
        """Add one row to a native table."""
        self.rows[table].append(DEFAULTS.get(table, {}) | columns)

    def draw_family(self, family_id: str, members: dict[str, str] | None = None) -> None:
        """Add a family; members are given as name and role (with an age band after a comma)."""
        self.add("families", family_id=family_id)
        for member_id, words in (members or {}).items():
            role, _, age_band = words.partition(",")
            self.add(
                "members",
                member_id=member_id,
                family_id=family_id,
                role=role,
                age_band=age_band.strip() or "18-64",
            )

    def draw_case(
        self, case_id: str, picture: str, *, family_id: str = "F1", first_day: dt.date | None = None
    ) -> None:
        """Add a case as a drawing: a line of session statuses, then one for each heatmap row.

        The first word of a line names it: ``sessions`` (held, cancelled, no_show), a member and
        an instrument (``mother/srs``), or ``came/mother`` with the attendance. Sessions are a
        week apart. A number is a total; ``s34`` four equal answers, ``t32`` a split total,
        ``p`` a form whose last item is missing; see ``MISSED`` for the other signs.
        """
        self.add("cases", case_id=case_id, family_id=family_id)
        lines = [line.split() for line in picture.strip().splitlines()]
        for number, status in enumerate(lines[0][1:], start=1):
            held_on = first_day and first_day + dt.timedelta(weeks=number - 1)
            self.add(
                "sessions",
                session_id=f"{case_id}-{number}",
                case_id=case_id,
                session_no=number,
                held_on=held_on,
                status=status,
            )
        for name, *signs in lines[1:]:
            for number, sign in enumerate(signs, start=1):
                self._draw_sign(f"{case_id}-{number}", name, sign)

    def _draw_sign(self, session_id: str, name: str, sign: str) -> None:
        subject, _, object_ = name.partition("/")
        if sign == ".":
            return
        if subject == "came":
            self.add("attendance", session_id=session_id, member_id=object_, state=sign)
            return
        form_id = f"{session_id}-{subject}-{object_}"
        self.add(
            "forms",
            form_id=form_id,
            session_id=session_id,
            member_id=subject,
            instrument_id=object_,
            state=MISSED.get(sign, "complete"),
            components_source="total_split" if sign.startswith("t") else "items",
        )
        if sign == "p":
            self.answer(form_id, [9, 8, 7, None])
        elif sign not in MISSED:
            self.answer(form_id, self._answers(object_, sign))

    def _answers(self, instrument_id: str, sign: str) -> list[float]:
        total = float(sign.lstrip("st"))
        item_count = self.registry[instrument_id].item_count
        if sign.isalnum() and not sign.isdigit():
            return [total / item_count] * item_count
        return items_of(total, item_count)

    def rate(
        self,
        session_id: str,
        instrument_id: str,
        scores: dict[str, float],
        *,
        perspective: str = "self",
        member_id: str | None = None,
        rater_id: str | None = None,
    ) -> str:
        """Add a form whose scores arrive as such; return its id."""
        words = (session_id, instrument_id, perspective, member_id, rater_id)
        form_id = "-".join(str(word or "all") for word in words)
        self.add(
            "forms",
            form_id=form_id,
            session_id=session_id,
            member_id=member_id,
            perspective=perspective,
            rater_id=rater_id,
            instrument_id=instrument_id,
            components_source="subscale_only",
        )
        for scale, score in scores.items():
            self.add("ratings", form_id=form_id, scale=scale, score=float(score))
        return form_id

    def therapist_form(
        self, session_id: str, instrument_id: str, *, rater_id: str, state: str = "complete"
    ) -> str:
        """Add a therapist's own form about the whole family; return its id."""
        form_id = f"{session_id}-{rater_id}-{instrument_id}"
        self.add(
            "forms",
            form_id=form_id,
            session_id=session_id,
            perspective="therapist",
            rater_id=rater_id,
            instrument_id=instrument_id,
            state=state,
        )
        return form_id

    def answer(self, form_id: str, values: list[float | None]) -> None:
        """Add the answers to a form, item by item; none leaves one out."""
        for item_no, value in enumerate(values, start=1):
            if value is not None:
                self.add("item_scores", form_id=form_id, item_no=item_no, value=float(value))

    def table(self, name: str) -> pl.DataFrame:
        """Return a native table, typed and sorted by key."""
        schema = polars_schema(name)
        rows = [{column: row.get(column) for column in schema} for row in self.rows[name]]
        return pl.DataFrame(rows, schema=schema).sort(key_columns(name))

    def export(self) -> ReadExport:
        """Return the service as the store receives an export."""
        tables = {name: self.table(name) for name in NATIVE_TABLES}
        return ReadExport(
            tables=tables,
            set_aside=self._report("set_aside", SET_ASIDE),
            notices=self._report("notices", NOTICES),
            files=self._report("files", FILES),
            facts=self.facts,
            registry=self.registry,
            mapping_fingerprint="drawn",
            content_hash=content_hash(tables, self.facts, self.registry, "drawn", self.rules),
            rules=self.rules,
        )

    def _report(self, name: str, schema: dict[str, Any]) -> pl.DataFrame:
        return pl.DataFrame(self.rows[f"import_{name}"], schema=schema, orient="row")

    def open(self, folder: Path) -> Store:
        """Publish the service into a store folder and open it."""
        publish(self.export(), folder)
        return Store(folder)


SET_ASIDE = {
    "file": pl.String,
    "row_no": pl.UInt32,
    "table_name": pl.String,
    "column_name": pl.String,
    "rule": pl.String,
    "mend": pl.String,
}
NOTICES = {name: type_ for name, type_ in SET_ASIDE.items() if name != "mend"} | {
    "message": pl.String
}
FILES = {
    "file": pl.String,
    "table_names": pl.List(pl.String),
    "row_count": pl.Int64,
    "accepted_count": pl.Int64,
    "set_aside_count": pl.Int64,
    "sha256": pl.String,
}


def items_of(total: float, item_count: int = 4) -> list[float]:
    """Return answers that add up to a total; the first two differ where they can."""
    mean = total / item_count
    apart = min(1.0, mean, 10 - mean) if item_count == 4 else 0.5
    return [mean + apart, mean - apart, *([mean] * (item_count - 2))]
