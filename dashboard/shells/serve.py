"""The served dashboard: one process, loopback by default, no request to any other host."""

from __future__ import annotations

import functools
import logging
import secrets
import threading
import webbrowser
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import panel as pn
from bokeh.server.util import bind_sockets
from tornado.web import RequestHandler

from dashboard.errors import AllianceError, StoreError
from dashboard.panels.collecting import keep_for_good, without_collecting
from dashboard.panels.files import pack_files
from dashboard.panels.page import board_page, trouble_page
from dashboard.panels.ready import make_ready
from dashboard.shells.days import local_day
from dashboard.shells.decisions import Decisions
from dashboard.shells.downloads import Download, SetAside
from dashboard.shells.guards import BODY_LIMIT, MESSAGE_LIMIT, guard, own_hosts
from dashboard.shells.leaving import give_back_left_sessions
from dashboard.shells.pictures import ServedPictures
from dashboard.shells.preparing import Arguments, Preparing
from dashboard.shells.silence import hide_traces
from dashboard.shells.static import Files, Pictures
from dashboard.shells.undelayed import send_at_once
from dashboard.shells.uploads import UploadDesk, upload_routes
from dashboard.shells.watching import Watched
from dashboard.views.language import language

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from bokeh.server.server import Server

    from dashboard.meetings import MeetingsFile
    from dashboard.panels.prepared import PreparedTexts
    from dashboard.panels.shared import SharedPictures
    from dashboard.shells.watching import Watch
    from dashboard.store import Store
    from dashboard.views.language import Language

logger = logging.getLogger(__name__)

_PROTECTION: dict[str, Any] = {
    "session_ids": "signed",
    "sign_sessions": True,
    "cross_origin_protection": True,
    "http_server_kwargs": {"max_body_size": BODY_LIMIT},
    "include_headers": [],
    "include_cookies": [],
    "use_index": False,
    "show": False,
    "start": False,
    "title": "Alliance Board",
    "websocket_max_message_size": MESSAGE_LIMIT,
    "verbose": False,
    "unused_session_lifetime_milliseconds": 20_000,
    "check_unused_sessions_milliseconds": 5_000,
}
"""Server settings of decisions.md, "Faces and disclosure": signed sessions, no foreign origin."""


class Alive(RequestHandler):
    """Says that the server is there, and which generation it shows."""

    def initialize(self, store: Store, watched: Callable[[], Watched]) -> None:
        """Keep the store, and how to learn of the folder its data come from."""
        self._store = store
        self._watched = watched

    def get(self) -> None:
        """Write which generation a new page would show, of which day, and what stands in its way.

        The last good generation stays where a newer one cannot be opened.
        """
        with suppress(StoreError):
            self._store.refresh()
        facts, watched = self._store.facts, self._watched()
        day = facts.exported_at.date() if facts.exported_at else facts.as_of
        said = {"stale": watched.stale, "pending": watched.pending}
        self.write({"generation": facts.generation, "day": day.isoformat() if day else ""} | said)


def make_server(
    store: Store,
    *,
    port: int = 5006,
    address: str = "127.0.0.1",
    lang: str = "en",
    stale_reason: str | None = None,
    meetings: MeetingsFile | None = None,
    watch: Watch | None = None,
    desk: UploadDesk | None = None,
    today: Callable[[], dt.date] = local_day,
    pictures: ServedPictures | None = None,
) -> Server:
    """Return a server of the dashboard, not yet started.

    Args:
        store: The store whose generation is shown.
        port: Port; 0 takes a free one.
        address: Address the server binds to.
        lang: Language of the page where the address names none.
        stale_reason: Why older data than asked for are shown, if so.
        meetings: Where decisions are kept; without it there is no way to read or keep one.
        watch: What looks at the folder of the export, if anything does.
        desk: Where uploads are read; without it none are taken.
        today: Tells the day of a meeting: which decisions are due, and when one was made.
        pictures: What is shown, where it has been begun before.

    Raises:
        OSError: If the port is taken.
    """
    _load_libraries()
    pictures = pictures or ServedPictures(store, meetings)
    shared = pictures(lang)
    watched = functools.partial(_watched, watch, stale_reason or "")
    preparing = Preparing(functools.partial(_prepare, pictures, lang))
    port = port or _free_port(address)
    offered = _offered(meetings, desk)
    routes = _routes(shared, pictures.texts, watched) + _meeting_routes(shared, meetings, today)
    server: Server = pn.serve(
        {"/": lambda: _page(pictures, lang, watched(), offered, preparing)},
        port=port,
        address=address,
        websocket_origin=own_hosts(address, port),
        extra_patterns=routes + upload_routes(desk, lang),
        **_PROTECTION,
        secret_key=secrets.token_urlsafe(32).encode("ascii"),
    )
    _add(server, preparing, own_hosts(address, port))
    _warm(shared)
    return server


def _add(server: Server, preparing: Preparing, hosts: list[str]) -> None:
    """Add what Panel has no way for: who may ask, and what is made before a page is."""
    guard(server._tornado, hosts)  # noqa: SLF001 - no public way
    server._tornado.applications["/"].application.add(preparing)  # noqa: SLF001 - see above


def _offered(meetings: MeetingsFile | None, desk: UploadDesk | None) -> dict[str, str]:
    """Return the addresses that a page may lead to; empty for what this board does not do."""
    return {
        "decisions": "decisions" if meetings else "",
        "uploads": "./upload" if desk else "",
    }


def _load_libraries() -> None:
    pn.extension(notifications=False, browser_info=False)
    hide_traces()
    give_back_left_sessions()
    send_at_once()


def _watched(watch: Watch | None, stale_reason: str) -> Watched:
    """Return what is known of the folder now; without a watch, what was known at the start."""
    return watch.state if watch else Watched(stale=stale_reason)


def _routes(
    shared: SharedPictures, texts: PreparedTexts, watched: Callable[[], Watched]
) -> list[Any]:
    """Return the addresses beside the page itself."""
    return [
        (r"/assets/([0-9a-f]+)/([a-z0-9_.-]+)", Files),
        (r"/pictures/([0-9a-f]+)\.json", Pictures, {"texts": texts}),
        (r"/alive", Alive, {"store": shared.store, "watched": watched}),
        (r"/download/(cells|weeks)\.(csv|xlsx|parquet)", Download, {"shared": shared}),
        (r"/download/set_aside\.(csv|xlsx|json)", SetAside, {"shared": shared}),
    ]


def _meeting_routes(
    shared: SharedPictures, meetings: MeetingsFile | None, today: Callable[[], dt.date]
) -> list[Any]:
    """Return the address of what the group decided; none without a meetings file."""
    if meetings is None:
        return []
    return [(r"/decisions", Decisions, {"shared": shared, "meetings": meetings, "today": today})]


def _free_port(address: str) -> int:
    """Return a port nobody listens on; the origins to allow name it before the server starts."""
    sockets, port = bind_sockets(address, 0)
    for each in sockets:
        each.close()
    return int(port)


def _warm(shared: SharedPictures) -> None:
    """Build what the first page shows before a visitor comes."""
    threading.Thread(target=pack_files, daemon=True).start()
    make_ready(shared, "")
    if not shared.is_whole:
        shared.warmer.soon(lambda: shared.index.cases_of_care)


def _asked(arguments: Arguments, lang: str) -> tuple[Language, str]:
    """Return the language and the query of the address of a page."""
    given = {
        key: values[0].decode("utf-8", "replace") for key, values in arguments.items() if values
    }
    words = language(given.pop("lang", lang))
    return words, urlencode(given)


def _prepare(pictures: ServedPictures, lang: str, arguments: Arguments) -> None:
    """Make the data of a page ready."""
    words, query = _asked(arguments, lang)
    make_ready(pictures(words.code), query)


def _page(
    pictures: ServedPictures,
    lang: str,
    watched: Watched,
    offered: dict[str, str],
    preparing: Preparing,
) -> None:
    """Make the document of a session its page, or one that says what went wrong."""
    document = pn.state.curdoc
    words, query = _asked(pn.state.session_args or {}, lang)
    try:
        shared = pictures(words.code)
        with suppress(StoreError):
            shared.store.refresh()
        preparing.require_ready(document.session_context.id)
        if offered["uploads"]:
            offered = {**offered, "uploads": f"./upload?lang={words.code}"}
        page = board_page(shared, query, watched.stale, pending=watched.pending, **offered)
        page.put_into(document)
    except AllianceError as error:
        logger.warning("a page could not be made: %s", type(error).__name__)
        trouble_page(document, words, str(error))
    except Exception as error:
        logger.warning("a page could not be made: %s", type(error).__name__)
        trouble_page(document, words, "")


def serve(
    store: Store,
    *,
    port: int = 5006,
    address: str = "127.0.0.1",
    lang: str = "en",
    open_browser: bool = True,
    stale_reason: str | None = None,
    meetings: MeetingsFile | None = None,
    watch: Watch | None = None,
    desk: UploadDesk | None = None,
    today: Callable[[], dt.date] = local_day,
    pictures: ServedPictures | None = None,
    announce: Callable[[str], None] = print,
) -> None:
    """Serve the dashboard until interrupted.

    Args:
        store: The store whose generation is shown.
        port: Port; 0 takes a free one.
        address: Address the server binds to.
        lang: Language of the page where the address names none.
        open_browser: Whether to open the page once it answers.
        stale_reason: Why older data than asked for are shown, if so.
        meetings: Where decisions are kept.
        watch: What looks at the folder of the export; it begins once the board answers.
        desk: Where uploads are read; without it none are taken.
        today: Tells the day of a meeting.
        pictures: What is shown, where it has been begun before.
        announce: Takes the sentences that say where the board is.

    Raises:
        OSError: If the port is taken.
    """
    with without_collecting():
        server = make_server(
            store,
            port=port,
            address=address,
            lang=lang,
            stale_reason=stale_reason,
            meetings=meetings,
            watch=watch,
            desk=desk,
            today=today,
            pictures=pictures,
        )
    _begin(server, address, announce, opens=open_browser)
    with _looking(watch):
        _until_stopped(server, announce)


def _begin(server: Server, address: str, announce: Callable[[str], None], *, opens: bool) -> None:
    keep_for_good()
    server.start()
    url = f"http://{address}:{server.port}/"
    announce(f"Alliance Board is ready at {url}  (stop it with Ctrl+C)")
    if opens:
        threading.Timer(0.2, webbrowser.open, [url]).start()


@contextmanager
def _looking(watch: Watch | None) -> Iterator[None]:
    if watch is None:
        yield
        return
    watch.start()
    try:
        yield
    finally:
        watch.stop()


def _until_stopped(server: Server, announce: Callable[[str], None]) -> None:
    try:
        server.io_loop.start()
    except KeyboardInterrupt:
        announce("Stopped.")
    finally:
        server.stop()
