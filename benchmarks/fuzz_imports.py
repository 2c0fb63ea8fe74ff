"""Give the readers of imports bytes that no system ever wrote, and see that they give reasons.

    python benchmarks/fuzz_imports.py fhir corpus/fhir --seconds 600
    python benchmarks/fuzz_imports.py --list

Whatever the bytes, a reader answers with rows or with a refusal in words: never with another
exception. Rows in = accepted + set aside, and every row set aside has a rule and a way to mend it.

With atheris (``pip install atheris``; nothing else needs it) the search is guided by the lines that
the bytes reach. The corpus folder keeps what reached new lines, so that a later run goes on from
there; it begins with the worked example of the profile. Bytes that broke something are kept in
``CORPUS.found``; name one of them with ``--again FILE`` to see it happen. Without atheris the
examples are changed at random from ``--seed``, and nothing is kept but what broke something.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")  # small inputs; threads only wait for each other

try:
    import atheris
except ImportError:
    atheris = None

with nullcontext() if atheris is None else atheris.instrument_imports(include=["dashboard"]):
    import polars as pl

    from dashboard.errors import AllianceError
    from dashboard.exports.dialects import TextForm
    from dashboard.exports.files import ExportFiles
    from dashboard.exports.input_files import read_input
    from dashboard.exports.mapping_format import parse_mapping
    from dashboard.exports.mapping_model import FileSpec
    from dashboard.exports.profile import profile_named, profile_names

    for each in profile_names():  # otherwise read later, and then no line of theirs would guide
        profile_named(each)

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
MEMORY_MB = 1024
PLAIN = {"csv": "table.csv", "xlsx": "table.xlsx", "parquet": "table.parquet"}
TEXTS = (
    b"case,nr,q1\nA,1,7.5\n",
    b'\xef\xbb\xbf"case";"nr"\r\n"A";"7,5"\r\n',
    "case\tnr\nB\t2\n".encode("utf-16"),
    b"Title\n\ncase|nr|nr|\nA|1|2|\n",
    b"'case', 'nr'\r'A', '1'\r",
)


class Bytes(ExportFiles):
    """Files of an export that lie in memory."""

    def content(self, name: str) -> bytes:
        """Return the bytes of one file."""
        return self.paths[name]  # type: ignore[return-value]


@dataclass
class Reader:
    """One reader under search: what it is given, and what came of it.

    Attributes:
        name: Profile, kind of table, or "mapping".
        file: Name of the file that the bytes stand for.
        spec: What a mapping says of it.
        beside: Files that lie beside it.
        seeds: Bytes to begin with.
        outcomes: How often rows, rows with some set aside, and refusals came out.
    """

    name: str
    file: str
    spec: FileSpec
    beside: dict[str, bytes] = field(default_factory=dict)
    seeds: list[bytes] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)

    def take(self, content: bytes) -> None:
        """Read bytes; anything but rows or a refusal in words is a find."""
        try:
            self.outcomes[self._read(content)] += 1
        except AllianceError as refusal:
            if not str(refusal).strip():
                message = "a refusal without words"
                raise AssertionError(message) from refusal
            self.outcomes["refused"] += 1

    def _read(self, content: bytes) -> str:
        if self.name == "mapping":
            parse_mapping(self.file, content)
            return "rows"
        listed = Bytes(self.file, EXAMPLES, {**self.beside, self.file: content})  # type: ignore[arg-type]
        if self.name in PLAIN:
            found = read_input(listed, self.file, self.spec, None)
            require(found.row_count == found.rows.height + len(found.ragged_rows), "lost rows")
            return "rows"
        profile = profile_named(self.name)
        profile.recognise(listed)
        reading = profile.read(listed, self.file, self.spec, None)
        aside = reading.set_aside
        whole = aside.filter(pl.col("column_name").is_null())["row_no"].to_list()
        numbers = {*reading.table.rows["__row"], *reading.table.ragged_rows, *whole}
        require(reading.table.row_count == len(numbers), "rows in = accepted + set aside")
        said = aside.select(pl.col("rule", "mend").str.len_chars().min())
        require(all(each is None or each > 0 for each in said.row(0)), "a row without a reason")
        return "rows" if aside.is_empty() else "rows and set aside"


def require(holds: bool, sentence: str) -> None:  # noqa: FBT001 - a claim and its words
    """Raise where a claim does not hold."""
    if not holds:
        raise AssertionError(sentence)


def reader_named(name: str) -> Reader:
    """Return a reader with its worked example to begin with."""
    if name == "mapping":
        found = [file.read_bytes() for file in sorted(EXAMPLES.glob("*/mapping.toml"))]
        return Reader(name, "mapping.toml", open_spec("x"), seeds=found)
    if name in PLAIN:
        seeds = list(TEXTS) if name == "csv" else [workbook(name)]
        return Reader(name, PLAIN[name], open_spec(PLAIN[name]), seeds=seeds)
    folder = EXAMPLES / name
    files = {file.name: file.read_bytes() for file in folder.iterdir()}
    mapping = parse_mapping("mapping.toml", files.pop("mapping.toml"))
    listed = Bytes(name, folder, files)  # type: ignore[arg-type]
    known = {each.file for each in profile_named(name).recognise(listed)}
    for spec in mapping.files.values():
        for file in sorted(known):
            if Path(file).match(spec.path):
                return Reader(name, file, spec, files, [files[file]])
    message = f"the example of {name} holds no file of it"
    raise AssertionError(message)


def open_spec(file: str) -> FileSpec:
    """Return what is said of a file of which nothing is said."""
    form = TextForm(None, "utf-8", None, quote=None, is_forgiving=True, needs_final_newline=False)
    return FileSpec(
        key="fuzz",
        file_id="x",
        path=file,
        reader=None,
        text_form=form,
        sheet=None,
        decimal=None,
        date_order=None,
        missing=(),
        fill_down=(),
        optional_columns=(),
        is_optional=False,
    )


def workbook(kind: str) -> bytes:
    """Return a small table in a binary format."""
    table = pl.DataFrame({"case": ["A", "B"], "nr": [1, 2], "q1": [7.5, None]})
    from io import BytesIO  # noqa: PLC0415 - only here

    target = BytesIO()
    if kind == "xlsx":
        table.write_excel(target)
    else:
        table.write_parquet(target)
    return target.getvalue()


def changed(seed: bytes, chance: random.Random) -> bytes:
    """Return bytes with some of them cut, doubled, swapped or overwritten."""
    content = bytearray(seed)
    for _ in range(chance.randint(1, 8)):
        if not content:
            return bytes(chance.randbytes(chance.randint(0, 20)))
        start = chance.randrange(len(content))
        end = min(start + chance.choice((1, 1, 2, 8, 64)), len(content))
        way = chance.randrange(4)
        if way == 0:
            del content[start:end]
        elif way == 1:
            content[start:start] = content[start:end]
        elif way == 2:
            content[start:end] = chance.randbytes(end - start)
        else:
            content[start:start] = chance.choice((b",", b'"', b"\n", b";", b"\0", b"{", b"9" * 20))
    return bytes(content)


def search_at_random(reader: Reader, found: Path, seconds: float, seed: int) -> int:
    """Change the seeds at random for a while; return 1 at the first find."""
    chance = random.Random(seed)  # noqa: S311 - inputs, no secrets
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        content = changed(chance.choice(reader.seeds), chance)
        try:
            reader.take(content)
        except Exception:
            found.mkdir(parents=True, exist_ok=True)
            (found / f"crash-{abs(hash(content)):x}").write_bytes(content)
            raise
    print(account(reader))
    return 0


def search_guided(reader: Reader, corpus: Path, found: Path, options: argparse.Namespace) -> None:
    """Search with atheris; it ends the process itself, with 0 where nothing was found."""
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(reader.seeds):
        (corpus / f"example-{number}").write_bytes(seed)
    arguments = [
        sys.argv[0],
        str(corpus),
        f"-max_total_time={int(options.seconds)}",
        f"-max_len={options.longest}",
        f"-artifact_prefix={found}/",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-seed={options.seed}",
        f"-timeout={options.slowest}",
        "-print_final_stats=1",
    ]
    last = time.monotonic() + options.seconds - 1
    told = False

    def one(content: bytes) -> None:
        nonlocal told
        reader.take(content)
        if not told and time.monotonic() > last:
            told = True
            print(account(reader), file=sys.stderr)

    atheris.Setup(arguments, one)
    atheris.Fuzz()


def account(reader: Reader) -> str:
    """Return what came of all the bytes, and the most memory the process ever held."""
    count = sum(reader.outcomes.values())
    outcomes = ", ".join(f"{number} {word}" for word, number in sorted(reader.outcomes.items()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return f"{reader.name}: {count} inputs ({outcomes}), 0 other exceptions, peak {peak} MiB"


def main(argv: list[str]) -> int:
    """Search one reader, and return 0 where every input came out as rows or a reason."""
    names = [*PLAIN, "mapping", *profile_names()]
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("reader", nargs="?", choices=names)
    parser.add_argument("corpus", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--longest", type=int, default=8192, help="bytes of the longest input")
    parser.add_argument("--slowest", type=int, default=120, help="seconds one input may take")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", type=Path, help="read this one file and stop")
    parser.add_argument("--unguided", action="store_true", help="without atheris, at random")
    parser.add_argument("--list", action="store_true", help="name the readers and stop")
    options = parser.parse_args(argv)
    if options.list or options.reader is None:
        print("\n".join(names))
        return 0
    reader = reader_named(options.reader)
    if options.again is not None:
        reader.take(options.again.read_bytes())
        print(account(reader))
        return 0
    corpus = options.corpus or Path(f"corpus-{options.reader}")
    found = corpus.with_name(corpus.name + ".found")
    if atheris is None or options.unguided:
        return search_at_random(reader, found, options.seconds, options.seed)
    search_guided(reader, corpus, found, options)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
