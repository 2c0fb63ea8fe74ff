"""Tries Parquet files in a process of its own: a damaged one can end the process that reads it.

One wrong byte in a page lets the compiled reader ask for more memory than there is, and then it
ends its process at once, without an exception. What was read to its end there is safe to read
here. Files come in on standard input, one letter for each goes out; nothing is written anywhere.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import polars as pl

from dashboard.errors import SourceError
from dashboard.exports.files import sha256
from dashboard.exports.foreign_code import foreign_code, limit_memory

SECONDS = 900
"""Files that take longer all together are refused."""

MEMORY_BYTES = 16 * 1024**3
"""Addresses the process may take, where the system can limit them."""

READABLE, REFUSED = b"r", b"x"
_LENGTH = 8
_MOST_KEPT = 1_000
_readable: set[str] = set()


def require_readable(name: str, *contents: bytes) -> None:
    """Refuse Parquet files that cannot be read to their end; each is tried once only.

    Args:
        name: What the message calls them.
        contents: Bytes of the files.

    Raises:
        SourceError: If one of them is damaged.
    """
    if not all(readable_files(contents)):
        message = f"{name}: not a readable Parquet file. Export it again."
        raise SourceError(message)


def readable_files(contents: Sequence[bytes]) -> list[bool]:
    """Return which Parquet files can be read, in their order; empty for none.

    Args:
        contents: Bytes of the files; those tried before are not tried again.
    """
    digests = [sha256(content) for content in contents]
    untried = {
        digest: content
        for digest, content in zip(digests, contents, strict=True)
        if digest not in _readable
    }
    verdicts = dict(zip(untried, _verdicts(list(untried.values())), strict=True))
    found = [digest in _readable or verdicts[digest] for digest in digests]
    if len(_readable) > _MOST_KEPT:
        _readable.clear()
    _readable.update(digest for digest, is_readable in verdicts.items() if is_readable)
    return found


def _verdicts(contents: list[bytes]) -> list[bool]:
    """Return the verdict of each file; the one a process died of is not readable."""
    found: list[bool] = []
    while len(found) < len(contents):
        letters = _tried(contents[len(found) :])
        found += [letter == READABLE[0] for letter in letters]
        if len(found) < len(contents):
            found.append(False)
    return found


def _tried(contents: list[bytes]) -> bytes:
    """Return the letters of the files that one process came to the end of."""
    given = b"".join(len(each).to_bytes(_LENGTH, "big") + each for each in contents)
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - this module, without an argument
            command, input=given, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as late:
        return (late.stdout or b"")[: len(contents)]
    return done.stdout[: len(contents)]


def verdict(content: bytes) -> bytes:
    """Return the letter of one file, read to its end here and now."""
    try:
        with foreign_code(SourceError("damaged"), pl.exceptions.PolarsError, OSError):
            pl.read_parquet(content)
    except SourceError:
        return REFUSED
    return READABLE


def main() -> None:
    """Read every file of standard input, and write its letter at once."""
    limit_memory(MEMORY_BYTES)
    while length := sys.stdin.buffer.read(_LENGTH):
        letter = verdict(sys.stdin.buffer.read(int.from_bytes(length, "big")))
        sys.stdout.buffer.write(letter)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
