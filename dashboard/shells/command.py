"""The command ``alliance``: what each subcommand takes; the work is done in the modules beside."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Parameter

import dashboard
from dashboard.errors import AllianceError
from dashboard.shells.check_command import CHECK_EXAMPLES, check
from dashboard.shells.export_command import EXAMPLES, export
from dashboard.shells.meeting_commands import MeetingsPath, meetings_app
from dashboard.shells.snapshot_options import Handed, Schedule, Told

USAGE_ERROR, DEFECT, INTERRUPTED, PIPE_CLOSED = 2, 70, 130, 141


app = App(
    name="alliance",
    help=(
        "Alliance Board: how strong the therapeutic alliance is, with every family member, "
        "session by session.\n\n"
        "SOURCE is a folder of export files, a .zip, one file, or a store folder. Without one "
        "the invented sample service is used."
    ),
    help_epilogue="Example:\n  alliance serve exports/",
    version=dashboard.__version__,
    help_format="plaintext",
    result_action="return_value",
    exit_on_error=False,
    print_error=False,
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(show_default=False),
)

SHOWN = Parameter(show_default=True)
Json = Annotated[bool, Parameter(name="--json", negative=())]
Mapping = Annotated[Path | None, Parameter(name="--mapping")]
Instruments = Annotated[Path | None, Parameter(name="--instruments")]
Rules = Annotated[Path | None, Parameter(name="--rules")]
Uploads = Literal["off", "check", "publish"]
FileFormat = Literal["csv", "parquet"]
TableFormat = Literal["table", "csv", "json", "parquet"]


@app.command(
    help_epilogue="Examples:\n  alliance serve exports/\n  alliance serve --watch exports/"
)
def serve(
    source: Path | None = None,
    /,
    *,
    port: Annotated[int, SHOWN] = 5006,
    address: Annotated[str, SHOWN] = "127.0.0.1",
    open_page: Annotated[bool, Parameter(name="--open", negative="--no-open")] = True,
    mapping: Mapping = None,
    instruments: Instruments = None,
    rules: Rules = None,
    meetings: MeetingsPath = None,
    watch: Path | None = None,
    uploads: Annotated[Uploads, SHOWN] = "check",
    today: str | None = None,
) -> int:
    """Show the board in the browser of this machine, until it is stopped with Ctrl+C.

    Args:
        source: Export or store folder; without one the invented sample service.
        port: Port to listen on.
        address: Address to listen on: this machine only, until access control exists.
        open_page: Open the browser when the page answers.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
        meetings: File with what the group decided; otherwise that of the state folder.
        watch: Folder of an export, instead of SOURCE: a whole new export that arrives in it is
            shown while the board runs.
        uploads: What the page Import does with files: nothing (off), say what comes of them
            (check), or let them become new data where SOURCE is a store folder (publish).
        today: Day of the meeting (YYYY-MM-DD), when decisions are due and made, if not the clock's.
    """
    from dashboard.shells.serving import serve_source

    return serve_source(
        source,
        port=port,
        address=address,
        open_page=open_page,
        mapping=mapping,
        instruments=instruments,
        rules=rules,
        meetings=meetings,
        watched=watch and watch.resolve(),
        uploads=uploads,
        today=today,
    )


app.command(check, help_epilogue=CHECK_EXAMPLES)


@app.command(name="map", help_epilogue="Example:\n  alliance map sessions.xlsx --out mapping.toml")
def map_(source: Path, /, *, out: Path) -> int:
    """Draft the mapping of a table nobody has described yet, as commented TOML to correct.

    Shows the first rows as understood, what each column was taken for and why, and what you have
    to say yourself.

    Args:
        source: A table (CSV, XLSX, ODS, Parquet), or a folder or zip that may hold one or several.
        out: File to write; one that is there is never overwritten.
    """
    from dashboard.shells.mapping import draft

    return draft(source, out)


@app.command(name="import", help_epilogue="Example:\n  alliance import exports/ --store store/")
def import_(
    sources: Annotated[tuple[Path, ...], Parameter(negative=())],
    /,
    *,
    store: Path,
    as_json: Json = False,
    mapping: Mapping = None,
    instruments: Instruments = None,
    rules: Rules = None,
) -> int:
    """Load an export into a store as its next generation; the one before stays until it is done.

    Args:
        sources: The export; several files or folders are taken together as one export.
        store: Folder of the store; it is made where it is missing.
        as_json: Print the outcome for a machine to read.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.importing import import_sources

    return import_sources(
        sources, store, as_json=as_json, mapping=mapping, instruments=instruments, rules=rules
    )


@app.command(
    help_epilogue=(
        "Examples:\n"
        "  alliance query\n"
        "  alliance query case_list exports/ --param therapist_ids=T02,T03 --format csv"
    )
)
def query(
    name: str | None = None,
    source: Path | None = None,
    /,
    *,
    param: Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)] = (),
    table_format: Annotated[TableFormat | None, Parameter(name="--format")] = None,
    out: Path | None = None,
    mapping: Mapping = None,
    instruments: Instruments = None,
    rules: Rules = None,
) -> int:
    """Print the rows of a named query; without a name, list the queries.

    Args:
        name: Name of the query.
        source: Export or store folder; without one the invented sample service.
        param: A parameter as key=value: lists parted by commas, days as YYYY-MM-DD.
        table_format: Form of the rows; otherwise by the ending of --out, else a table.
        out: File to write instead of printing.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.querying import Request, list_queries, run_query

    if name is None:
        return list_queries()
    request = Request(name, param, source, mapping, instruments, rules)
    return run_query(request, table_format=table_format, out=out)


@app.command(
    name="rules",
    help_epilogue="Examples:\n  alliance rules\n  alliance rules exports/ --rules own.toml --json",
)
def rules_(source: Path | None = None, /, *, as_json: Json = False, rules: Rules = None) -> int:
    """Print every rule of the signals with its value, reason and source, and who set it.

    Args:
        source: Export or store folder whose rules are meant; without one, those of the board.
        as_json: Print everything for a machine to read.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.ruling import tell_rules

    return tell_rules(source, as_json=as_json, rules=rules)


@app.command(help_epilogue="Example:\n  alliance sample invented/ --families 200 --format parquet")
def sample(
    folder: Path,
    /,
    *,
    families: Annotated[int, SHOWN] = 60,
    seed: Annotated[int, SHOWN] = 7,
    file_format: Annotated[FileFormat, Parameter(name="--format", show_default=True)] = "csv",
    as_json: Json = False,
) -> int:
    """Write an invented service in the native format, to look around, test or teach.

    Args:
        folder: New or empty folder, or one with an earlier sample.
        families: How many families; 60 hold every story, more are ordinary ones.
        seed: Another seed gives other ordinary families.
        file_format: Files as CSV or Parquet.
        as_json: Print the counts for a machine to read.
    """
    from dashboard.shells.sampling import sample_service

    return sample_service(
        folder, families=families, seed=seed, file_format=file_format, as_json=as_json
    )


@app.command(
    help_epilogue=(
        "Examples:\n"
        "  alliance snapshot exports/ --out monday.html --therapist T03\n"
        "  alliance snapshot exports/ --out snapshots/ --keep 8 --max-age-days 3 --json"
    )
)
def snapshot(
    source: Path | None = None,
    /,
    *,
    out: Path,
    told: Told = Told(),  # noqa: B008 - immutable
    handed: Handed = Handed(),  # noqa: B008
    schedule: Schedule = Schedule(),  # noqa: B008
    as_json: Json = False,
    mapping: Mapping = None,
    instruments: Instruments = None,
    rules: Rules = None,
) -> int:
    """Write one HTML file that opens offline, still filters, and holds no more than its level.

    The file is scanned, and opened in an installed Chromium, before it gets its name; if it would
    tell what it may not, nothing is written. Exit codes: 0 written, 2 the data or options cannot
    be used, 3 another run is writing, 4 refused by the gate or the disk, 5 the data are too old.

    An encrypted file protects against whoever finds it, not against whoever may open it: there is
    no way to take it back, and a decrypted copy is clinical data like any other.

    Args:
        source: Export or store folder; without one the invented sample service.
        out: File to write (.html), or a folder that collects dated files and latest.html.
        told: Which cases the file is about.
        handed: In which forms it is handed over.
        schedule: How a job wants it.
        as_json: Print one line for a machine to read.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
        rules: File with the service's own rules of signals.
    """
    from dashboard.shells.snapshotting import snapshot as write

    beside = {"mapping": mapping, "instruments": instruments, "rules": rules}
    return write(source, out, told, handed, schedule, as_json=as_json, **beside)


@app.command(help_epilogue="Example:\n  alliance calibrate exports/ --json")
def calibrate(
    source: Path | None = None,
    /,
    *,
    seed: Annotated[int, SHOWN] = 1,
    sessions: Annotated[int, SHOWN] = 10_000,
    as_json: Json = False,
    mapping: Mapping = None,
    instruments: Instruments = None,
) -> int:
    """Say how often each rule of the signals fires: by chance, on what is planted, and here.

    The exit code is 0 when every budget is kept on invented services in which nothing happens,
    1 when one is not.

    Args:
        source: Export or store folder; without one the invented sample service.
        seed: Another seed draws other invented services.
        sessions: Joint sessions drawn for each number of raters.
        as_json: Print everything for a machine to read.
        mapping: Mapping file, for exports that are not in the native format.
        instruments: File with instruments the service defines itself.
    """
    from dashboard.shells.calibrating import calibrate as calibrate_rules

    return calibrate_rules(
        source,
        seed=seed,
        sessions=sessions,
        as_json=as_json,
        mapping=mapping,
        instruments=instruments,
    )


@app.command(help_epilogue="Examples:\n  alliance doctor\n  alliance doctor --purge")
def doctor(*, purge: Annotated[bool, Parameter(negative=())] = False, as_json: Json = False) -> int:
    """Say what is installed, where data are kept, and what is missing and how to get it.

    Args:
        purge: Remove the stores kept for exports; the exports themselves stay.
        as_json: Print everything for a machine to read.
    """
    from dashboard.shells.doctor import examine

    return examine(purge=purge, as_json=as_json)


app.command(meetings_app)
app.command(export, help_epilogue=EXAMPLES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; a failure is one sentence on standard error.

    With ``ALLIANCE_DEBUG=1`` a failure shows where it arose instead.

    Args:
        arguments: What stands after the name of the command; otherwise those of the process.
    """
    try:
        code = app(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_output()
        return PIPE_CLOSED
    except Exception as error:
        if os.environ.get("ALLIANCE_DEBUG") == "1":
            raise
        return _failed(error)
    return code if isinstance(code, int) else 0


def _failed(error: Exception) -> int:
    if isinstance(error, AllianceError):
        code, sentence = error.exit_code, str(error)
    elif isinstance(error, CycloptsError):
        code, sentence = USAGE_ERROR, f"{error} See alliance --help."
    elif isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename else "a file"
        code, sentence = USAGE_ERROR, f"{name}: cannot be read or written ({error.strerror})."
    else:
        code = DEFECT
        sentence = (
            f"A defect of the board stopped this ({type(error).__name__}). "
            "Run it again with ALLIANCE_DEBUG=1 and report what it shows."
        )
    print(f"alliance: {' '.join(sentence.split())}", file=sys.stderr)  # noqa: T201
    return code


def _let_go_of_output() -> None:
    """Point standard output nowhere, so that closing it does not complain a second time."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
