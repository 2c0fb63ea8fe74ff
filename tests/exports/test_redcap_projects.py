"""REDCap projects that nobody here wrote: every record comes in, in its place."""

from __future__ import annotations

import pytest

from dashboard.exports.files import export_files
from dashboard.exports.profile import recognised_files
from tests.exports.memory import lost_rows, read_with

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
