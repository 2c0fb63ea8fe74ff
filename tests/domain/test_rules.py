"""The rules of the signals: every one has a reason, and a service's own file is read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.domain.rules import SplitCut, load_rules, shipped_rules
from dashboard.errors import RulesError

HEAD = 'format = "alliance-rules"\nversion = "clinic-2"\n'
NOT_A_RULES_FILE = (
    'own.toml: expected format = "alliance-rules" and a version of the service\'s own, '
    'such as version = "clinic-2", at the top.'
)


@pytest.fixture
def own(tmp_path: Path):
    def write(text: str) -> Path:
        file = tmp_path / "own.toml"
        file.write_text(text, encoding="utf-8")
        return file

    return write


def rule(rule_id: str, value: str, more: str = "") -> str:
    return f'{HEAD}[[rule]]\nid = "{rule_id}"\nvalue = {value}\n{more}'


def test_every_rule_has_a_unit_a_reason_and_a_source():
    for each in shipped_rules().entries:
        assert (each["value"] is None) != (each["word"] is None), each["rule_id"]
        assert each["unit"]
        assert str(each["reason"]).endswith("."), each["rule_id"]
        assert len(str(each["source"])) > 8, each["rule_id"]
        assert each["is_own"] is False


def test_without_a_file_the_rules_of_the_board_are_in_force():
    assert load_rules() is shipped_rules()
    assert load_rules().version == "1.0"


def test_the_edge_of_the_cut_off_is_a_word():
    edge = shipped_rules()["fit_cutoff_edge"]

    assert (edge.value, edge.choices) == ("below", ("below", "at_or_below"))


def test_a_service_changes_one_rule_and_the_others_stay(own):
    rules = load_rules(own(rule("rupture_notable_sd", "1.8", 'reason = "Ours."\n')))

    changed = rules["rupture_notable_sd"]
    assert (changed.value, changed.reason, changed.is_own) == (1.8, "Ours.", True)
    assert (changed.source, changed.unit) == ("set by the service", "SD")
    others = [each for each in rules.rules.values() if each.rule_id != "rupture_notable_sd"]
    assert others == [
        each for each in shipped_rules().rules.values() if each.rule_id != "rupture_notable_sd"
    ]
    assert rules.version == "1.0+clinic-2"


def test_a_reason_keeps_the_boards_words_where_the_service_gives_none(own):
    rules = load_rules(own(rule("ceiling_forms", "4")))

    assert rules["ceiling_forms"].reason == shipped_rules()["ceiling_forms"].reason


def test_a_sentence_of_a_service_loses_marks_that_nobody_sees(own):
    rules = load_rules(own(rule("ceiling_forms", "4", 'reason = "Ours\\u202e \\u001b[2Jhere."\n')))

    assert rules["ceiling_forms"].reason == "Ours [2Jhere."


def test_a_service_adds_a_cut_for_more_raters(own):
    text = f"{HEAD}[[split_cut]]\nraters = 7\nnotable = 3.4\nmarked = 4.2\n"

    rules = load_rules(own(text))

    assert rules.split_cuts == (*shipped_rules().split_cuts, SplitCut(7, 3.4, 4.2))
    entries = {each["rule_id"]: each for each in rules.entries}
    assert entries["split_cut_7_marked"]["value"] == 4.2
    assert entries["split_cut_7_marked"]["is_own"] is True
    assert entries["split_cut_6_marked"]["is_own"] is False


def test_other_values_have_another_fingerprint_and_other_words_have_not(own):
    shipped = load_rules(own(HEAD))
    changed = load_rules(own(rule("ceiling_forms", "4")))
    reworded = load_rules(own(rule("ceiling_forms", "3", 'reason = "Ours."\n')))

    assert changed.fingerprint != shipped.fingerprint
    assert reworded.fingerprint == shipped.fingerprint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("version = ", "own.toml: is not TOML (TOMLDecodeError); mend it and try again."),
        ("", NOT_A_RULES_FILE),
        ('format = "alliance-rules"\n', NOT_A_RULES_FILE),
        ('format = "alliance-rules"\nversion = "two words"\n', NOT_A_RULES_FILE),
        ('format = "other"\nversion = "clinic-2"\n', NOT_A_RULES_FILE),
        (f"{HEAD}rules = 1\n", "own.toml: there is no key 'rules' at the top of a rules file."),
        (f"{HEAD}rule = 3\n", "own.toml: write each as a table of its own: [[rule]]."),
        (f"{HEAD}rule = [3]\n", "own.toml: write each as a table of its own: [[rule]]."),
        (
            f"{HEAD}[split_cut]\nraters = 2\n",
            "own.toml: write each as a table of its own: [[split_cut]].",
        ),
        (
            rule("rupture", "1"),
            "own.toml: a [[rule]] needs the id of a rule; see: alliance rules.",
        ),
        (
            f"{HEAD}[[rule]]\nvalue = 1\n",
            "own.toml: a [[rule]] needs the id of a rule; see: alliance rules.",
        ),
        (
            rule("ceiling_forms", "3", "factor = 2\n"),
            (
                "own.toml: rule 'ceiling_forms': there is no key 'factor'. "
                "Keys: id, value, unit, reason, source, choices."
            ),
        ),
        (
            rule("fit_cutoff_edge", '"above"'),
            "own.toml: rule 'fit_cutoff_edge': 'value' takes one of ['below', 'at_or_below'].",
        ),
        (
            rule("fit_cutoff_edge", "36"),
            "own.toml: rule 'fit_cutoff_edge': 'value' takes one of ['below', 'at_or_below'].",
        ),
        (
            rule("ceiling_forms", '"many"'),
            "own.toml: rule 'ceiling_forms': 'value' takes a number.",
        ),
        (rule("ceiling_forms", "true"), "own.toml: rule 'ceiling_forms': 'value' takes a number."),
        (
            rule("ceiling_forms", "9" * 400),
            "own.toml: rule 'ceiling_forms': 'value' takes a number.",
        ),
        (rule("ceiling_forms", "inf"), "own.toml: rule 'ceiling_forms': 'value' takes a number."),
        (rule("limits_factor", "nan"), "own.toml: rule 'limits_factor': 'value' takes a number."),
        (
            f'{HEAD}[[rule]]\nid = "limits_factor"\n',
            "own.toml: rule 'limits_factor': 'value' takes a number.",
        ),
        (
            rule("ceiling_forms", "2.5"),
            "own.toml: rule 'ceiling_forms': 'value' takes a whole number of forms, 1 or more.",
        ),
        (
            rule("ceiling_forms", "0"),
            "own.toml: rule 'ceiling_forms': 'value' takes a whole number of forms, 1 or more.",
        ),
        (
            rule("slope_least_ratings", "1"),
            (
                "own.toml: rule 'slope_least_ratings': 'value' takes a whole number of ratings, "
                "2 or more."
            ),
        ),
        (
            rule("limits_factor", "0"),
            "own.toml: rule 'limits_factor': 'value' takes a number above 0.",
        ),
        (
            rule("rupture_repaired_share", "1.2"),
            "own.toml: rule 'rupture_repaired_share': 'value' takes a share above 0, up to 1.",
        ),
        (
            rule("joint_correlation", "-0.5"),
            "own.toml: rule 'joint_correlation': 'value' takes a share above 0, up to 1.",
        ),
        (
            rule("ceiling_forms", "3", "reason = 3\n"),
            "own.toml: rule 'ceiling_forms': 'reason' takes a sentence in quotes.",
        ),
        (
            rule("ceiling_forms", "3") + '[[rule]]\nid = "ceiling_forms"\nvalue = 4\n',
            "own.toml: rule ceiling_forms stands twice; keep the one that is meant.",
        ),
        (
            rule("rupture_notable_sd", "2.5"),
            "own.toml: rupture_notable_sd takes a number no greater than rupture_marked_sd.",
        ),
        (
            f"{HEAD}[[split_cut]]\nraters = 2\nnotable = 3.0\nmarked = 2.0\n",
            ("own.toml: a [[split_cut]]: takes raters from 2 up and 0 < notable <= marked, in SD."),
        ),
        (
            f"{HEAD}[[split_cut]]\nraters = 1\nnotable = 1.0\nmarked = 2.0\n",
            ("own.toml: a [[split_cut]]: takes raters from 2 up and 0 < notable <= marked, in SD."),
        ),
        (
            f"{HEAD}[[split_cut]]\nraters = 2\nnotable = 1.0\n",
            "own.toml: a [[split_cut]]: 'marked' takes a number.",
        ),
        (
            f"{HEAD}[[split_cut]]\nraters = 2\nlevel = 1.0\n",
            ("own.toml: a [[split_cut]]: there is no key 'level'. Keys: raters, notable, marked."),
        ),
    ],
)
def test_a_file_that_is_not_of_its_form_is_refused_with_where_and_what(own, text, sentence):
    with pytest.raises(RulesError) as refusal:
        load_rules(own(text))

    assert str(refusal.value) == sentence


def test_a_missing_file_is_named_without_its_folder(tmp_path):
    with pytest.raises(RulesError) as refusal:
        load_rules(tmp_path / "none.toml")

    assert str(refusal.value) == "none.toml: there is no such readable rules file."


def test_a_file_that_is_not_text_is_refused(tmp_path):
    file = tmp_path / "own.toml"
    file.write_bytes(b"\xff\xfe")

    with pytest.raises(RulesError, match="is not TOML"):
        load_rules(file)
