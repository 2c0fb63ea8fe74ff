"""Thousands of ordinary families, of the same shape, made without holding them all."""

from __future__ import annotations

import subprocess
import sys

import polars as pl
import pytest

from dashboard.exports.reading import read_export
from dashboard.exports.sample import write_sample
from dashboard.exports.schemas import NATIVE_TABLES
from tests.sample.conftest import self_totals

FAMILIES = 5_060


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    folder = tmp_path_factory.mktemp("large")
    counts = write_sample(folder, families=FAMILIES, file_format="parquet")
    return counts, read_export(folder)


def test_about_two_hundred_ratings_a_family_and_twenty_five_families_a_therapist(large):
    counts, _ = large
    assert counts.families == FAMILIES
    assert counts.therapists == 202
    assert counts.ratings / FAMILIES == pytest.approx(200, rel=0.03)


def test_nothing_of_it_is_set_aside(large):
    _, export = large
    assert export.set_aside.is_empty()
    counted = dict(export.files.select(pl.col("table_names").list.first(), "accepted_count").rows())
    assert counted == {table: export.tables[table].height for table in NATIVE_TABLES}


def test_the_chunks_meet_without_a_gap_or_a_double(large):
    _, export = large
    numbers = export.tables["families"]["family_id"].str.strip_prefix("F-").cast(pl.Int64).sort()
    assert numbers.to_list() == list(range(101, 101 + FAMILIES))


def test_a_small_addition_already_has_twelve_therapists(tmp_path):
    counts = write_sample(tmp_path, families=61)
    assert (counts.therapists, counts.families) == (12, 61)


def test_the_hand_made_service_keeps_its_therapists(large):
    _, export = large
    hands = export.tables["case_therapists"].filter(therapist_id="T04")
    assert hands["case_id"].to_list() == ["C-123", "C-124", "C-133"]


def test_its_sessions_span_three_years_and_run_forward(large):
    _, export = large
    sessions = export.tables["sessions"]
    assert 3 * 365 - 60 < (sessions["held_on"].max() - sessions["held_on"].min()).days <= 3 * 365
    later = sessions.sort("case_id", "session_no").select(
        pl.col("held_on").diff().over("case_id").dt.total_days()
    )
    assert later["held_on"].min() > 0


def test_it_follows_the_published_mix_of_courses(large):
    _, export = large
    ends = (
        self_totals(export.tables)
        .group_by("case_id", "member_id", maintain_order=True)
        .agg(
            pl.len(),
            gain=pl.col("score").tail(2).mean() - pl.col("score").head(2).mean(),
            mean=pl.col("score").mean(),
        )
        .filter(pl.col("len") >= 4)
    )
    gain = ends["gain"]
    high = gain.is_between(-2, 2, closed="none") & (ends["mean"] >= 36)
    assert high.mean() == pytest.approx(0.45, abs=0.05)
    assert (gain >= 2).mean() == pytest.approx(0.41, abs=0.05)
    assert (gain <= -2).mean() == pytest.approx(0.14, abs=0.05)


def test_every_kind_of_form_and_threat_occurs_in_the_bulk(large):
    _, export = large
    forms = export.tables["forms"].filter(
        pl.col("form_id").str.extract(r"R-(\d+)").cast(pl.Int64) > 160
    )
    assert set(forms["instrument_id"]) == {"srs", "csrs", "wai_sr_client", "softa_o", "ors", "cors"}
    assert set(forms["perspective"]) == {"self", "therapist", "observer"}
    assert set(forms["state"]) >= {"complete", "partial", "declined", "not_offered", "lost"}
    assert export.tables["threats"]["threat_type"].n_unique() == 3


def test_a_million_ratings_are_written_in_under_a_gibibyte(tmp_path):
    program = (
        "import sys; from pathlib import Path; "
        "from dashboard.exports.sample import write_sample; "
        f"write_sample(Path(sys.argv[1]), families={FAMILIES}, file_format='parquet'); "
        "print(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, tmp_path], check=True, capture_output=True, text=True
    )
    kibibytes = int(run.stdout)
    assert kibibytes < 1024 * 1024
