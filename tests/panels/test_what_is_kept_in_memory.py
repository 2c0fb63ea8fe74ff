"""What a process keeps has a bound, in entries and in bytes, however large the service is."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest

from dashboard.domain.selection import Selection
from dashboard.panels import data_screen as data_screen_module
from dashboard.panels import shared as shared_module
from dashboard.panels.data_screen import data_facts
from dashboard.panels.keeping import Kept
from dashboard.panels.sets import memory_of
from dashboard.panels.shared import SharedPictures
from dashboard.views.language import language


def test_what_was_asked_for_longest_ago_leaves_first():
    kept = Kept(2)
    for name in ("a", "b"):
        assert kept.keep(name, name.upper()) == name.upper()
    assert kept.get("a") == "A"

    kept.keep("c", "C")

    assert kept.values() == ["A", "C"]
    assert kept.get("b") is None


def test_bytes_are_a_bound_too_and_the_newest_is_kept_whatever_it_takes():
    kept = Kept(9, limit_bytes=10, size=len)
    for text in ("aaaa", "bbbb", "ccc"):
        kept.keep(text[0], text)
    assert kept.values() == ["bbbb", "ccc"]
    assert kept.bytes == 4 + 3

    kept.keep("c", "c" * 11)

    assert kept.values() == ["c" * 11]


def test_sets_and_glimpses_take_no_more_memory_than_stated(large, monkeypatch):
    one = memory_of(large.loaded(Selection(), 0))
    monkeypatch.setattr(shared_module, "SET_BYTES", one + one // 2)
    pictures = SharedPictures(large.store, language("en"))

    for page in (0, 1, 2):
        made = pictures.loaded(Selection(), page)
        seen = pictures.glimpse(pictures.wanted(Selection(), page))
        for kept, newest in ((pictures._sets, made), (pictures._glimpses, seen)):
            assert kept.values()[-1] is newest
            assert kept.bytes <= shared_module.SET_BYTES
    assert one < pictures._sets.bytes, "the ten families of the last page are small"
    assert len(pictures._sets.values()) == 2, "and the first page left"
    assert pictures._sets._making == pictures._glimpses._making == {}


def test_lists_of_cases_do_not_pile_up(large):
    for number in range(shared_module.LISTS_KEPT + 5):
        large.loaded(Selection(families=(f"F-{number + 1}",)))

    assert len(large._lists.values()) == shared_module.LISTS_KEPT


def test_the_data_screen_is_made_once_and_lists_what_a_person_reads(large, monkeypatch):
    whole = data_facts(large)
    assert data_facts(large) is whole
    assert [row["name"] for row in whole["by_family"][:2]] == ["F-1 (C-1)", "F-2 (C-2)"]
    assert len(whole["by_family"]) == len(whole["by_member"]) == 90

    monkeypatch.setattr(data_screen_module, "ROWS_SHOWN", 20)
    listed = data_facts(SharedPictures(large.store, language("en")))

    for name in ("by_family", "by_member"):
        assert listed[name] == whole[name][: 20 + 20], "one lot more than is shown, to say so"
    assert listed["by_therapist"] == whole["by_therapist"]


@pytest.mark.parametrize("text", ["f-1", "F-1"])
def test_a_search_finds_codes_whatever_their_case(large, text):
    assert large.index.found("families", text)[:2] == ["F-1", "F-10"]


def test_where_making_fails_the_next_who_waits_makes_it_and_no_third_beside():
    kept, begun, gate, making = Kept[int](3), threading.Event(), threading.Event(), []

    def fails():
        begun.set()
        gate.wait(30)
        raise OSError

    def makes():
        making.append(1)
        assert making == [1], "two make the same thing at once"
        time.sleep(0.05)
        making.pop()
        return 7

    def ask(make):
        with suppress(OSError):
            found.append(kept.made("one", make))

    found: list[int] = []
    asking = [threading.Thread(target=ask, args=(make,)) for make in (fails, makes, makes, makes)]
    asking[0].start()
    assert begun.wait(30)
    for each in asking[1:]:
        each.start()
    gate.set()
    for each in asking:
        each.join(30)

    assert found == [7, 7, 7]
    assert kept._making == {}
