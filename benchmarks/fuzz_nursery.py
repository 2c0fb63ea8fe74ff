"""Files read apart, as the board does, without starting Python anew for each of them.

The board reads SPSS files, and tries Parquet files, in a process of their own, because compiled
libraries die of some damaged ones. Starting one takes a quarter of a second, nearly all of it for
loading libraries. Here one process loads them and forks for every file. It has no thread of its
own while it forks, so that forking is sound.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY_BYTES = 2 * 1024**3
SECONDS = 30
"""Processor time that one file may take."""


class Nursery:
    """The process that forks.

    Attributes:
        spent: Processor seconds of the files read so far.
        deaths: How many files the library died of.
        peak_kib: The most memory that any of them took.
    """

    def __init__(self, kind: str) -> None:
        """Start the process, and put it in the place of what starts one for each file.

        Args:
            kind: "spss" or "parquet".
        """
        from dashboard.exports import parquet_trial  # noqa: PLC0415 - not in the other process
        from dashboard.exports.profiles import spss  # noqa: PLC0415 - not in the other process

        self.spent, self.deaths, self.peak_kib = 0.0, 0, 0
        self._process = subprocess.Popen(
            [sys.executable, __file__, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if kind == "spss":
            spss.read_apart = self._read_apart
        else:
            parquet_trial._tried = self._tried  # noqa: SLF001 - in its place

    def _read_apart(self, content: bytes, encoding: str) -> Any:
        """Return cases and description, or raise as ``_spss_child.read_apart`` does."""
        from dashboard.exports.profiles import _spss_child  # noqa: PLC0415 - as above

        piece = self._answer(content, encoding)
        try:
            return _spss_child.unpacked(piece)
        except Exception:
            raise _spss_child.UnreadableSpssError from None

    def _tried(self, contents: list[bytes]) -> bytes:
        """Return one letter for each file, up to the one that a process died of."""
        letters = b""
        for content in contents:
            letter = self._answer(content, "")
            if not letter:
                break
            letters += letter
        return letters

    def _answer(self, content: bytes, word: str) -> bytes:
        asked, given = self._process.stdin, self._process.stdout
        if asked is None or given is None:
            raise AssertionError
        for part in (word.encode(), content):
            asked.write(len(part).to_bytes(8, "big") + part)
        asked.flush()
        piece = given.read(int.from_bytes(given.read(8), "big"))
        status, microseconds, kib = (int.from_bytes(given.read(8), "big") for _ in range(3))
        self.spent += microseconds / 1e6
        self.peak_kib = max(self.peak_kib, kib)
        self.deaths += os.WIFSIGNALED(status)
        return b"" if status else piece


def _exactly() -> bytes:
    head = sys.stdin.buffer.read(8)
    if len(head) < 8:
        sys.exit(0)
    return sys.stdin.buffer.read(int.from_bytes(head, "big"))


def _reader(kind: str) -> Callable[[bytes, str], bytes]:
    """Return what reads one file of a kind, with its libraries loaded."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if kind == "spss":
        import pyreadstat  # noqa: F401, PLC0415 - loaded once, for all that are forked

        from dashboard.exports.foreign_code import limit_further_memory  # noqa: PLC0415 - as above
        from dashboard.exports.profiles._spss_child import (  # noqa: PLC0415 - as above
            memory_for,
            packed,
        )

        def bounded(content: bytes, encoding: str) -> bytes:
            limit_further_memory(memory_for(content))
            return packed(content, encoding)

        return bounded
    from dashboard.exports.parquet_trial import verdict  # noqa: PLC0415 - as above

    return lambda content, _: verdict(content)


def main() -> None:
    """Fork for every file until the input ends."""
    read = _reader(sys.argv[1])
    while True:
        word, content = _exactly().decode(), _exactly()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            try:
                with os.fdopen(writing, "wb") as out:
                    out.write(read(content, word))
            except BaseException:
                os._exit(1)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as answer:
            piece = answer.read()
        _, status, used = os.wait4(child, 0)
        numbers = (status, int((used.ru_utime + used.ru_stime) * 1e6), used.ru_maxrss)
        out = sys.stdout.buffer
        out.write(len(piece).to_bytes(8, "big") + piece)
        out.write(b"".join(each.to_bytes(8, "big") for each in numbers))
        out.flush()


if __name__ == "__main__":
    main()
