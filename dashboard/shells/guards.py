"""What every answer of the server carries, and which requests it refuses.

Basic guards of a board on one laptop: its own host names only, no foreign framing or scripts,
no caching of pages, no route that imports modules.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from tornado.routing import Matcher, Rule
from tornado.web import Application, GZipContentEncoding, OutputTransform, RequestHandler

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tornado.httputil import HTTPHeaders, HTTPServerRequest

logger = logging.getLogger(__name__)

_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' blob:; "
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets} blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""``blob:`` is how Panel loads the picture engine; ``unsafe-eval`` is not needed. Sockets are named
because not every browser takes them for ``'self'``."""

BODY_LIMIT = 1_000_000
MESSAGE_LIMIT = 5_000_000
_CLOSED = re.compile(
    r"/(components/|static/|favicon|[^/]*/?autoload\.js|[^/]*/?metadata|liveness|session_info)"
    r"|.*(%00|\x00)"
)
_SPOKEN = re.compile(r"[^/A-Za-z.]")
_STATIC = re.compile(r"/assets/")


class GuardHeaders(OutputTransform):
    """Adds the protective headers to every answer, whatever handler made it."""

    policy = ""

    def __init__(self, request: HTTPServerRequest) -> None:
        self._is_static = bool(_STATIC.match(request.path))

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Return the answer with its headers set."""
        headers["Content-Security-Policy"] = self.policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Cross-Origin-Resource-Policy"] = "same-origin"
        headers["Server"] = "alliance"
        if not (self._is_static and status_code == HTTPStatus.OK):
            headers["Cache-Control"] = "no-store"
        if "Access-Control-Allow-Origin" in headers:
            del headers["Access-Control-Allow-Origin"]
        return status_code, headers, chunk


class _ForeignHost(Matcher):
    def __init__(self, hosts: Iterable[str]) -> None:
        self._hosts = frozenset(hosts)

    def match(self, request: HTTPServerRequest) -> dict[str, object] | None:
        """Return a match where the request names a host that is not ours."""
        return None if request.host in self._hosts else {}


class _ClosedPath(Matcher):
    def match(self, request: HTTPServerRequest) -> dict[str, object] | None:
        """Return a match for routes of the framework that the board does not use."""
        return {} if _CLOSED.match(request.path) else None


class Refusal(RequestHandler):
    """Answers 403 to whatever was asked, and says nothing else."""

    def prepare(self) -> None:
        """Refuse before any method is looked at."""
        self.set_status(403)
        self.finish("Refused.")


def log_refusal(handler: RequestHandler) -> None:
    """Log a request that failed by method, path and status; addresses hold codes of cases."""
    status = handler.get_status()
    if status >= HTTPStatus.BAD_REQUEST:
        path = _SPOKEN.sub("?", handler.request.path)
        logger.warning("%s %s: %d", handler.request.method, path, status)


def own_hosts(address: str, port: int) -> list[str]:
    """Return the host names the server answers to, with their port."""
    names = {address}
    if address in ("127.0.0.1", "localhost", "::1"):
        names |= {"127.0.0.1", "localhost"}
    return sorted(f"[{name}]:{port}" if ":" in name else f"{name}:{port}" for name in names)


def guard(application: Application, hosts: Iterable[str]) -> None:
    """Put the guards before every route of a server.

    Args:
        application: The Tornado application of the server.
        hosts: Host names with port that are its own.
    """
    hosts = list(hosts)
    sockets = " ".join(f"ws://{host}" for host in hosts)
    own = {"policy": _POLICY.format(sockets=sockets)}
    application.add_transform(type("OwnGuardHeaders", (GuardHeaders,), own))
    application.add_transform(GZipContentEncoding)
    application.settings["log_function"] = log_refusal
    rules = [Rule(_ForeignHost(hosts), Refusal), Rule(_ClosedPath(), Refusal)]
    for rule in reversed(rules):
        application.default_router.rules.insert(0, application.default_router.process_rule(rule))
