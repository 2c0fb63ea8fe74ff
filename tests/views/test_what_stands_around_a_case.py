"""The head of a case, members against their own line, what came after, questions and seats.

The case that is drawn::

    session    1   2   3   4   5   6   7   8
    dad       40  40  40  40  39  38  36  34
    mum       36  36  36  36  36  25  35  36
    kid       36  35  36  35  36  28  24  20
"""

from __future__ import annotations

import itertools

import pytest

from dashboard.domain.selection import Selection
from dashboard.views.article import LINK_STEPS
from dashboard.views.dossier import CARD, LEAD, LINK, THREAT, TRIED
from dashboard.views.own_lines import HEIGHT, LIMIT, MEAN, OPEN, REPAIRED, WIDTH, own_lines
from dashboard.views.packing import NONE
from dashboard.views.slice import case_picture
from dashboard.views.view import view_of


def part(service, case, number):
    """Return the items of one part of a case, each with its fields in order."""
    block = service.block
    cases = [each["code"] for each in block.facts["cases"]]
    rows, items = block.tables["dossier"], {}
    for i in block.rows("dossier", cases.index(case)):
        if rows["part"][i] == number:
            items.setdefault(rows["item"][i], []).append(block.texts[rows["text"][i]])
    return list(items.values())


def lines_of(service, case="C5", **fields):
    view = view_of(Selection(cases=(case,), **fields), service.block)
    return own_lines(service.block, view, case_picture(service.block, view))


def levels(line, kind):
    return [level[1:] for level in line["levels"] if level[0] == kind]


def at(session):
    return WIDTH / 7 * (session - 1)


def test_the_head_of_a_case_names_the_member_the_sessions_and_the_values(signals):
    head = [text for (text,) in part(signals, "C5", LEAD)]

    assert head[0] == (
        "Youth: 36 in session 5, then 28, 24, 20. Possible rupture, marked, open since session 6."
    )
    assert (
        "Session 8 is split by 16 points (5.5 SD, 3 raters): highest parent 2, lowest youth."
        in (head)
    )


def test_a_case_in_which_nothing_stands_out_is_not_called_well(signals):
    quiet = [case["code"] for case in signals.block.facts["cases"] if case["code"] > "C6"]
    heads = {part(signals, case, LEAD)[0][0] for case in quiet}

    assert any("That is no finding that all is well" in head for head in heads)


def test_a_member_is_drawn_from_their_own_ratings_with_mean_and_limit_from_the_seventh(signals):
    dad, _, kid = lines_of(signals)[:3]

    # Six ratings: (40 + 40 + 40 + 40 + 39 + 38) / 6 = 39.5, on an axis of 20 to 40.
    ((start, end, height),) = levels(dad, MEAN)
    assert (start, end) == (at(1), at(8))
    assert height == pytest.approx(HEIGHT * (40 - 39.5) / 20)
    ((start, end, _),) = levels(dad, LIMIT)
    assert (start, end) == (at(7), at(8))
    assert levels(kid, OPEN) == [[at(6), at(8), NONE]]
    assert [full for _, _, full in dad["points"]] == [True] * 4 + [False] * 4


def test_a_rupture_that_was_repaired_rises_at_its_end(signals):
    mum = lines_of(signals)[1]

    assert levels(mum, REPAIRED) == [[at(6), at(7), NONE]]


def test_no_line_crosses_a_session_without_a_rating(long):
    lines, sessions = lines_of(long, "C1"), 7

    for line in lines:
        for run in line["runs"]:
            gaps = [after[0] - before[0] for before, after in itertools.pairwise(run)]
            assert gaps == pytest.approx([WIDTH / (sessions - 1)] * len(gaps))
    assert {glyph for line in lines for _, glyph in line["missing"]} >= {"g-absent", "g-declined"}


def test_every_line_says_itself_in_a_sentence(signals):
    dad, mum, kid = (line["text"] for line in lines_of(signals)[:3])

    assert dad == "Under the own limit in sessions 7, 8; latest 34."
    assert "latest 20" in kid
    assert mum


def test_what_came_after_a_strategy_is_told_in_order_and_never_as_an_effect(sample):
    tried = part(sample, "C-104", TRIED)

    assert tried[0] == [
        "a", "3", "validation of feelings", "Resistance to change", "step-parent",
        "31 → 33, 34, 35, 35", "yes",
    ]  # fmt: skip
    assert tried[-1][5].startswith("parent 38 → no later rating yet")


def test_an_open_threat_brings_the_strategies_of_the_article_as_questions(sample):
    asked = part(sample, "C-104", THREAT)

    assert [item[:2] for item in asked] == [
        ["Misalignment of goals: the youth", "collaborative goal-setting"],
        ["Misalignment of goals: the youth", "continuous check-ins"],
        ["Misalignment of goals: the youth", "adjusting the course"],
    ]


def test_a_weak_link_brings_three_steps_in_their_order_and_none_without_one(sample):
    steps = part(sample, "C-104", LINK)

    assert [item[1] for item in steps] == [title for title, _, _ in LINK_STEPS]
    assert steps[1][2] == "Strongest now: the parent. Let what works there reach further."
    weak = sample.store.query("member_links").filter(link="weak", is_default_scale=True)
    with_steps = [case["code"] for case in sample.block.facts["cases"]
                  if part(sample, case["code"], LINK)]  # fmt: skip
    assert with_steps == sorted(weak["case_id"].unique())


def test_each_member_has_a_card_with_what_is_known_and_what_is_not(sample):
    cards = part(sample, "C-104", CARD)

    assert [card[0] for card in cards] == ["Parent", "Step-parent", "Youth", "Sibling"]
    assert all(card[2].startswith("Not known: ") for card in cards)
    assert cards[1][2] == "Not known: why; and absent in sessions 2, 10."
    assert "no information" in cards[3][1]
