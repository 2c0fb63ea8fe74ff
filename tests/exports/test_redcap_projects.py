"""REDCap projects that nobody here wrote: every record comes in, in its place."""

from __future__ import annotations

import csv
import io

import pytest

from dashboard.exports.dialects import TextForm
from dashboard.exports.files import export_files
from dashboard.exports.profile import recognised_files
from dashboard.exports.profiles._grid import plain_spec, read_grid
from dashboard.exports.profiles._redcap_dictionary import (
    SYSTEM_LABELS,
    checkbox_name,
    dictionary_fields,
    event_list,
)
from tests.exports.memory import Memory, lost_rows, read_with, written

PROJECTS = {
    "checkboxes-1": (4, {"single": 4}),
    "decimal-comma": (4, {"single": 4}),
    "longitudinal": (18, {"single": 18}),
    "repeating-instruments": (6, {"parent": 2, "repeat": 4}),
    "vignette-repeating": (17, {"parent": 2, "repeat": 15}),
}


@pytest.mark.real_data
@pytest.mark.parametrize("project", PROJECTS)
def test_the_projects_nobody_here_wrote_keep_every_record(real_data, project):
    listed = export_files(real_data / "redcap" / project)
    [found] = recognised_files(listed)
    reading = read_with("redcap", listed, found.file)
    kinds = reading.table.rows["redcap:row"].value_counts().rows()
    assert (reading.table.row_count, dict(kinds)) == PROJECTS[project]
    assert reading.set_aside.is_empty()
    assert lost_rows(reading) == 0


@pytest.mark.real_data
def test_the_longitudinal_project_is_in_the_order_of_its_event_file(real_data):
    listed = export_files(real_data / "redcap" / "longitudinal")
    reading = read_with("redcap", listed, "data.csv")
    events = reading.table.rows.select("redcap_event_name", "redcap:event_order").rows()
    first_arm = ["enrollment", "dose_1", "visit_1", "dose_2", "visit_2", "final_visit"]
    expected = {f"{name}_arm_1": str(place) for place, name in enumerate(first_arm, start=1)}
    assert {event: order for event, order in events if event.endswith("_1")} == expected
    assert reading.table.rows["study_id"].n_unique() == 3


@pytest.mark.real_data
def test_repeats_of_the_vignette_carry_what_their_parent_holds(real_data):
    listed = export_files(real_data / "redcap" / "vignette-repeating")
    rows = read_with("redcap", listed, "data.csv").table.rows
    assert rows.filter(rows["record_id"] == "1")["height"].unique().to_list() == ["1.0"]
    assert rows["height"].null_count() == 0


@pytest.mark.real_data
def test_a_decimal_comma_of_the_dictionary_becomes_a_point(real_data):
    listed = export_files(real_data / "redcap" / "decimal-comma")
    rows = read_with("redcap", listed, "data.csv").table.rows
    assert rows["height"].to_list() == ["1.54", "1.84", "1.95", "1.61"]


def grid_of(listed, name):
    return read_grid(listed, name, plain_spec(name, TextForm()))


def labelled(listed, found):
    """Return records as REDCap would export them with labels, and not with codes."""
    fields = dictionary_fields(grid_of(listed, found.companions["dictionary"]))
    names, *rows = csv.reader(io.StringIO(listed.content(found.file).decode()))
    head = {name: label.title() for label, name in SYSTEM_LABELS.items()}
    words = {"redcap_repeat_instrument": lambda cell: cell.replace("_", " ").title()}
    for each in fields:
        head[each.name] = each.label
        if each.kind == "checkbox":
            for code, label in each.choices.items():
                column = checkbox_name(each.name, code)
                head[column] = f"{each.label} (choice={label})"
                words[column] = {"1": "Checked", "0": "Unchecked"}.get
        elif each.choices:
            words[each.name] = each.choices.get
    if "events" in found.companions:
        events = event_list(grid_of(listed, found.companions["events"]))
        arms = {each.unique_name: f"{each.name} (Arm {each.arm}: Drug)" for each in events}
        words["redcap_event_name"] = arms.get
    for name in names:
        if name.endswith("_complete") and name not in head:
            head[name] = "Complete?"
            words[name] = {"0": "Incomplete", "1": "Unverified", "2": "Complete"}.get
    told = [
        [
            words.get(name, str)(cell) if cell else cell
            for name, cell in zip(names, row, strict=True)
        ]
        for row in rows
    ]
    return [[head[name] for name in names], *told]


@pytest.mark.real_data
@pytest.mark.parametrize("project", PROJECTS)
def test_each_project_with_labels_is_read_as_with_codes(real_data, project):
    listed = export_files(real_data / "redcap" / project)
    [found] = recognised_files(listed)
    files = {f"{key}__csv": listed.content(name) for key, name in found.companions.items()}
    records = labelled(listed, found)
    plain = read_with("redcap", listed, found.file)
    labels = read_with("redcap", Memory(data__csv=written(records).encode(), **files), "data.csv")
    assert records[0] != list(plain.table.columns[: len(records[0])])
    assert labels.table.rows.equals(plain.table.rows)
    assert labels.set_aside.is_empty()
