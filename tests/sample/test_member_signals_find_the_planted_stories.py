"""What was planted in members' ratings of the bundled service is found, with its sessions."""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.store import Store, publish


@pytest.fixture(scope="module")
def store(bundled, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stories") / "store"
    publish(bundled, folder)
    with Store(folder) as opened:
        yield opened


def default(store, name: str, *case_ids: str) -> pl.DataFrame:
    return store.query(name, case_ids=list(case_ids)).filter("is_default_scale")


@pytest.mark.parametrize(
    ("member_id", "earlier", "session_nos", "scores"),
    [
        ("M-103-1", [36, 37, 36, 37, 36], [6, 7], [25, 35]),
        ("M-104-3", [35, 36, 34, 36, 35], [7, 8, 9, 11, 12], [28, 27, 29, 30, 28]),
        ("M-105-2", [34, 35, 34, 35, 35], [6, 7, 8, 9, 10], [26, 24, 23.5, 26, 34]),
        ("M-106-2", [34, 35, 34, 35], [5, 6, 7], [24, 30, 34]),
        ("M-108-2", [34, 35, 34, 35, 35], [6, 7, 8, 9], [23, 22, 24, 22]),
    ],
    ids=["a V", "the youth's, while the adults hold", "over several", "a V", "before a dropout"],
)
def test_a_planted_rupture_is_found_with_its_sessions(
    store, member_id, earlier, session_nos, scores
):
    (rupture,) = default(store, "ruptures", f"C-{member_id[2:5]}").rows(named=True)

    assert rupture["member_id"] == member_id
    assert (rupture["session_nos"], rupture["scores"]) == (session_nos, scores)
    assert rupture["level"] == "marked"
    reference = sum(earlier) / len(earlier)
    assert rupture["reference"] == pytest.approx(reference)
    assert rupture["depth"] == pytest.approx(reference - min(scores))


def test_which_of_them_were_repaired_and_where(store):
    found = default(store, "ruptures", "C-103", "C-104", "C-105", "C-106", "C-108")

    assert found.select("case_id", "state", "repaired_session_no", "repaired_score").rows() == [
        ("C-103", "repaired", 7, 35),
        ("C-104", "unrepaired", None, None),
        ("C-105", "repaired", 10, 34),
        ("C-106", "repaired", 7, 34),
        ("C-108", "unrepaired", None, None),
    ]


def test_no_other_member_of_these_families_has_a_rupture(store):
    told = [f"C-{number}" for number in range(101, 134)]
    found = default(store, "ruptures", *told)

    assert found["case_id"].to_list() == ["C-103", "C-104", "C-105", "C-106", "C-108"]


def test_f_104_is_repaired_at_seven_tenths_and_the_youth_never_got_there(store):
    (rupture,) = default(store, "ruptures", "C-104").rows(named=True)

    reference = (35 + 36 + 34 + 36 + 35) / 5
    assert max(rupture["scores"]) == 30 < reference - 0.3 * (reference - 27)
    assert rupture["further_count"] == 4


def test_f_112_slips_from_the_ceiling_and_falls_by_five_points(store):
    slips = default(store, "ceilings", "C-112").filter("is_slip")
    falls = default(store, "falls", "C-112").filter("is_latest", "is_three_falls")

    assert slips.select("member_id", "slip_session_nos", "slip_scores").rows() == [
        ("M-112-1", [5, 6, 7, 8], [39, 38, 37, 35])
    ]
    assert slips["perfect_before"].to_list() == [4]
    assert falls.select("run_session_nos", "fall_points").rows() == [([4, 5, 6, 7, 8], 40 - 35)]


def test_in_f_111_the_father_and_the_youth_open_up(store):
    trend = default(store, "rating_trends", "C-111").filter("is_opening_up")

    assert trend.select("member_id", "first_score", "latest_score", "gain").rows() == [
        ("M-111-1", 33, 36, 36 - 33),
        ("M-111-2", 24, 34, 34 - 24),
    ]
    assert trend["s_diff"].max() < 36 - 33
    assert trend["slope"].to_list()[1:] == [
        pytest.approx(
            sum((n - 6) * s for n, s in enumerate([24, 25, 27, 27, 29, 29, 31, 31, 33, 33, 34], 1))
            / sum((n - 6) ** 2 for n in range(1, 12))
        )
    ]


def test_a_ceiling_is_never_a_slip_as_well(store):
    ceilings = default(store, "ceilings").filter("is_ceiling")

    assert ceilings.height > 0
    assert ceilings.filter(pl.col("perfect_run") < 3).height == 0
    assert ceilings.filter("is_slip").height == 0


def test_nothing_is_judged_where_too_few_members_use_an_instrument(store):
    ready = store.query("rupture_readiness").filter(pl.col("instrument_id") == "csrs")

    assert set(ready.select("state", "reason").rows()) == {("too_early", "too_few_members")}
    assert store.query("ruptures").filter(pl.col("instrument_id") == "csrs").height == 0
