"""``alliance calibrate``: shares beside their budgets, for a person and for a machine."""

from __future__ import annotations

import json

import pytest

from dashboard.shells.command import main

pytestmark = pytest.mark.slow


def test_it_prints_every_share_with_its_budget_for_a_machine(capsys):
    code = main(["calibrate", "--sessions", "120", "--seed", "5", "--json"])
    said = json.loads(capsys.readouterr().out)
    data = {row["data"] for row in said["rows"]}

    assert said["rules"] == "1.0"
    assert data == {"unchanging", "ceiling", "autocorrelated", "planted", "service"}
    assert code == (0 if said["within_budget"] else 1)


def test_it_prints_a_table_for_a_person(capsys):
    main(["calibrate", "--sessions", "120", "--seed", "5"])
    out = capsys.readouterr()

    assert "split marked" in out.out
    assert "4 to 6 %" in out.out
    assert "Rules 1.0, seed 5." in out.out
