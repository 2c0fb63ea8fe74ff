"""A small practice with files of its own: the same one in every test of mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dashboard.exports.reading import ReadExport

PRACTICE = {
    "cases": "case,therapist\nA,T1\nB,T2\n",
    "visits": (
        "case,nr,date,q1,q2\nA,1,03/02/2026,8.5,9\nA,2,10/02/2026,7,6.5\nB,1,05/03/2026,3,4\n"
    ),
    "mapping": """
format = "alliance-mapping"
version = 1

[facts]
note = "drawn for a test"

[[file]]
id = "cases"
path = "cases.csv"

[[file]]
id = "visits"
path = "visits.csv"
date_order = "dmy"

[[table.therapists]]
file = "cases"
columns.therapist_id = "therapist"
columns.grade = { value = "unknown" }

[[table.families]]
file = "cases"
columns.family_id = "case"  # of cases

[[table.cases]]
file = "cases"
columns.case_id = "case"  # of cases
columns.family_id = "case"  # of cases
columns.modality = { value = "family" }
columns.referral = { value = "unknown" }
columns.ending = { value = "ongoing" }

[[table.members]]
file = "cases"
columns.member_id = "case"  # of cases
columns.family_id = "case"  # of cases
columns.role = { value = "parent" }
columns.age_band = { value = "unknown" }
columns.index_client = { value = true }

[[table.sessions]]
file = "visits"
join = [{ file = "cases", on = ["case"] }]
# conditions
columns.session_id = { template = "{case}-{nr}" }
columns.case_id = "case"
columns.session_no = "nr"
columns.held_on = "date"
columns.lead_therapist_id = "cases.therapist"
columns.status = { value = "held" }

[[table.forms]]
file = "visits"
columns.form_id = { template = "{case}-{nr}-srs" }
columns.session_id = { template = "{case}-{nr}" }
columns.member_id = "case"
columns.perspective = { value = "self" }
columns.instrument_id = { value = "srs" }
columns.state = { value = "partial" }

[[table.item_scores]]
file = "visits"
unpivot = { pattern = "q{item_no}", value = "score" }
columns.form_id = { template = "{case}-{nr}-srs" }
columns.item_no = "item_no"
columns.value = "score"  # of items
""",
}


def practice(folder: Path, **changed: str) -> Path:
    """Write the practice into a folder, with some of its texts replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {**PRACTICE, **changed}
    for name in ("cases", "visits"):
        (folder / f"{name}.csv").write_text(texts[name], encoding="utf-8")
    (folder / "mapping.toml").write_text(texts["mapping"], encoding="utf-8")
    return folder


def table(export: ReadExport, name: str, *columns: str) -> list[tuple[object, ...]]:
    """Return some columns of a native table as rows."""
    return export.tables[name].select(columns).rows()
