"""Tables on a terminal: every kind of value has one plain form, and null is no zero."""

from __future__ import annotations

import datetime as dt
import json

import polars as pl

from dashboard.shells.output import say_json, text_table


def test_each_kind_of_value_has_one_form_and_null_is_a_dash():
    rows = pl.DataFrame(
        {
            "family": ["F-104", None],
            "score": [0.0, None],
            "mean": [35.25, 36.0],
            "count": [12, 3],
            "is_open": [True, False],
            "day": [dt.date(2026, 11, 16), None],
            "codes": [["T03", "T05"], []],
            "words": ["two\nlines", ""],
        }
    )
    assert text_table(rows).splitlines() == [
        "family  score   mean  count  is_open  day         codes    words",
        "------  -----  -----  -----  -------  ----------  -------  ---------",
        "F-104       0  35.25     12  true     2026-11-16  T03,T05  two lines",
        "–           –     36      3  false    –",
    ]


def test_no_row_leaves_the_header():
    assert text_table(pl.DataFrame({"family": [], "score": []})).splitlines()[0] == "family  score"


def test_json_for_machines_has_days_in_iso_form_and_other_things_as_text(capsys, tmp_path):
    moment = dt.datetime(2026, 11, 22, 18, 4, tzinfo=dt.UTC)
    say_json({"day": dt.date(2026, 11, 16), "at": moment, "in": tmp_path})
    assert json.loads(capsys.readouterr().out) == {
        "day": "2026-11-16",
        "at": "2026-11-22T18:04:00+00:00",
        "in": str(tmp_path),
    }
