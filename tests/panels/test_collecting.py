"""When Python looks for cycles: not in a start, and never at what every session shares."""

from __future__ import annotations

import gc

import pytest

from dashboard.panels.collecting import LOOKS_AFTER, keep_for_good, without_collecting
from dashboard.shells import serve as serving


@pytest.fixture(autouse=True)
def as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
    gc.enable()


def test_nothing_is_looked_for_while_a_block_builds_and_afterwards_as_before():
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    with without_collecting():
        assert not gc.isenabled()
    assert not gc.isenabled()


def test_a_start_that_fails_leaves_python_looking():
    with pytest.raises(OSError, match="taken"), without_collecting():
        raise OSError("taken")

    assert gc.isenabled()


def test_what_is_there_when_the_board_is_ready_is_not_looked_at_again():
    class Shared:
        """Something that every session shares."""

    shared = Shared()
    keep_for_good()
    session = [Shared()]

    watched = gc.get_objects()
    assert gc.get_freeze_count() > 0
    assert not any(one is shared for one in watched)
    assert any(one is session for one in watched)


def test_a_board_looks_for_cycles_again_once_it_is_ready(monkeypatch):
    seen = []

    class Server:
        port = 5006
        io_loop = property(lambda _: self_ending)

        def start(self):
            seen.append(("ready", gc.isenabled(), gc.get_freeze_count() > 0))

        def stop(self):
            seen.append("stopped")

    class SelfEnding:
        def start(self):
            raise KeyboardInterrupt

    def made(*_, **__):
        seen.append(("building", gc.isenabled()))
        return Server()

    self_ending = SelfEnding()
    monkeypatch.setattr(serving, "make_server", made)
    serving.serve(None, open_browser=False, announce=lambda _: None)

    assert seen == [("building", False), ("ready", True, True), "stopped"]


def test_a_board_that_serves_looks_for_cycles_more_seldom(monkeypatch):
    monkeypatch.setattr(gc, "freeze", lambda: None)
    young, *older = gc.get_threshold()

    keep_for_good()

    assert young < LOOKS_AFTER
    assert gc.get_threshold() == (LOOKS_AFTER, *older)
