"""The rules of the signals as the command tells them, and as a service sets them."""

from __future__ import annotations

import json
import shutil

import pytest

from dashboard.domain.rules import shipped_rules
from dashboard.store import Store

OWN = """
format = "alliance-rules"
version = "clinic-2"

[[rule]]
id = "fit_cutoff_edge"
value = "at_or_below"
reason = "We ask at the cut-off as well."
"""


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    return file


def rule_of(ran, rule_id: str) -> dict:
    return next(rule for rule in json.loads(ran.out)["rules"] if rule["rule_id"] == rule_id)


def test_every_rule_is_told_with_its_value_reason_and_source(alliance):
    ran = alliance("rules")

    assert ran.out.startswith("Rules of the signals, version 1.0.\n")
    assert "reliable_change_z = 1.96 S_diff\n" in ran.out
    assert "    Source: Jacobson and Truax 1991\n" in ran.out
    assert "fit_cutoff_edge = below\n" in ran.out
    assert "split_cut_2_marked = 2.7718 SD\n" in ran.out
    assert max(len(line) for line in ran.out.splitlines()) <= 96
    told = {
        line.split(" = ")[0] for line in ran.out.splitlines() if line[:1].strip() and " = " in line
    }
    assert told == {rule["rule_id"] for rule in shipped_rules().entries}


def test_a_machine_reads_the_same_rules(alliance):
    told = json.loads(alliance("rules", "--json").out)

    assert told == {"rules_version": "1.0", "rules": shipped_rules().entries}


def test_a_rule_of_the_service_is_told_as_its_own(alliance, own):
    ran = alliance("rules", "--rules", own)

    assert ran.out.startswith("Rules of the signals, version 1.0+clinic-2.\n")
    assert (
        "fit_cutoff_edge = at_or_below, set by the service\n"
        "    We ask at the cut-off as well.\n"
        "    Source: set by the service\n"
    ) in ran.out


def test_the_rules_beside_an_export_are_in_force(alliance, sound, tmp_path):
    export = shutil.copytree(sound, tmp_path / "export")
    (export / "rules.toml").write_text(OWN, encoding="utf-8")

    assert rule_of(alliance("rules", export, "--json"), "fit_cutoff_edge")["is_own"] is True


def test_a_store_tells_the_rules_it_was_made_by(alliance, sound, own, tmp_path):
    ran = alliance("import", sound, "--store", tmp_path / "store", "--rules", own)
    assert "Rules of signals: 1.0+clinic-2." in ran.out

    told = json.loads(alliance("rules", tmp_path / "store", "--json").out)

    assert told["rules_version"] == "1.0+clinic-2"
    edge = next(rule for rule in told["rules"] if rule["rule_id"] == "fit_cutoff_edge")
    assert (edge["word"], edge["reason"]) == ("at_or_below", "We ask at the cut-off as well.")
    with Store(tmp_path / "store") as store:
        assert store.facts.rules_version == "1.0+clinic-2"


def test_a_store_takes_no_other_rules(alliance, sound, own, tmp_path):
    alliance("import", sound, "--store", tmp_path / "store")

    for command in (["rules"], ["query", "case_list"], ["check"]):
        ran = alliance(*command, tmp_path / "store", "--rules", own)
        assert ran.code == 2, command
        assert "a store keeps the rules it was made by" in ran.sentence


def test_a_query_is_answered_by_the_rules_that_are_given(alliance, sound, own):
    ran = alliance("query", "rule_list", sound, "--rules", own, "--format", "json")

    assert {row["rules_version"] for row in json.loads(ran.out)} == {"1.0+clinic-2"}


def test_a_wrong_rules_file_is_refused_before_anything_is_read(alliance, sound, tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("at_or_below", "above"), encoding="utf-8")

    for command in (["rules"], ["check"], ["query", "case_list"]):
        ran = alliance(*command, sound, "--rules", file)
        assert ran.code == 2, command
        assert "'value' takes one of ['below', 'at_or_below']" in ran.sentence
