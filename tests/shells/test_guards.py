"""What a server on one laptop refuses, and what every answer of it carries."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import socket

import pytest
from bokeh.util.token import generate_jwt_token, generate_session_id, get_session_id

from dashboard.panels.files import address_of
from dashboard.shells.guards import BODY_LIMIT, own_hosts
from dashboard.shells.static import FOR_GOOD
from dashboard.shells.uploads import UploadDesk
from tests.support.rich_service import rich_service
from tests.support.served import served

ROUTES = {
    r"/favicon.ico$": "IcoHandler",
    r"/ws$": "WSHandler",
    r"/metadata$": "MetadataHandler",
    r"/autoload.js$": "AutoloadJsHandler",
    r"/?$": "DocHandler",
    r"/static/(?!extensions/)(.*)$": "StaticHandler",
    r"/alive$": "Alive",
    r"/download/(cells|weeks)\.(csv|xlsx|parquet)$": "Download",
    r"/download/set_aside\.(csv|xlsx|json)$": "SetAside",
    r"/assets/([0-9a-f]+)/([a-z0-9_.-]+)$": "Files",
    r"/pictures/([0-9a-f]+)\.json$": "Pictures",
    r"/upload$": "UploadPage",
    r"/upload/files$": "Uploads",
    r"/components/(.*)$": "ComponentResourceHandler",
    r"/static/extensions/(.*)$": "MultiRootStaticHandler",
    r"/static/(.*)$": "StaticHandler",
}
"""Every route there is. A new one takes its place here, and in the two lists below, or fails."""

SHEET = "/" + address_of("board.css")

ANSWERED = {
    "/": 200,
    "/alive": 200,
    SHEET: 200,
    "/assets/0123456789abcdef/board.css": 404,
    "/pictures/0123456789abcdef.json": 404,
    "/download/cells.csv": 200,
    "/download/weeks.parquet": 200,
    "/download/set_aside.json": 200,
    "/upload": 200,
    "/upload/files": 405,
    "/download/set_aside.parquet": 404,
    "/download/cells.json": 404,
    "/download/case_list.csv": 404,
    "/assets/": 404,
    "/assets/board.css": 404,
    "/assets/../serve.py": 404,
    "/assets/%2e%2e/page.py": 404,
    "/ws": 400,
    "/admin": 404,
    "/login": 404,
    "/rest/session_info": 404,
    "/nothing": 404,
}
CLOSED = [
    "/favicon.ico",
    "/static/js/bokeh.min.js",
    "/static/js/bokeh-gl.min.js",
    "/static/extensions/panel/panel.min.js",
    "/static/../server.py",
    "/components/dashboard.panels.engine/assets/engine/mount.js",
    "/components/pathlib/anything",
    "/autoload.js",
    "/autoload.js?bokeh-autoload-element=1",
    "//autoload.js",
    "/ROOT/autoload.js",
    "/metadata",
    "/ROOT/metadata",
    "/liveness",
    "/liveness?endpoint=/",
    "/session_info",
]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "alliance",
}
CLOSING = b"\x88"
"""The first byte of a closing frame."""


FOREIGN_HOSTS = [
    "evil.test",
    "evil.test:{port}",
    "127.0.0.1.evil.test:{port}",
    "127.0.0.1",
    "[::1]",
    "",
]


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    with (
        rich_service().open(tmp_path_factory.mktemp("guards") / "store") as store,
        served(store, desk=UploadDesk(store)) as running,
    ):
        yield running


def ask(board, path, *, method="GET", headers=None, body=None):
    """Return status, headers and body of one answer, the path sent as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", board.port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def routes(router):
    for rule in router.rules:
        if hasattr(rule.target, "rules"):
            yield from routes(rule.target)
        elif hasattr(rule.matcher, "regex"):
            yield rule.matcher.regex.pattern, rule.target.__name__


def test_there_is_no_route_that_these_tests_do_not_know(board):
    assert dict(routes(board.server._tornado.default_router)) == ROUTES


def test_every_route_is_asked_for_or_closed():
    unasked = [
        route
        for route in ROUTES
        if not any(re.match(route, path.partition("?")[0]) for path in [*ANSWERED, *CLOSED])
    ]
    assert unasked == []


@pytest.mark.parametrize(("path", "status"), ANSWERED.items())
def test_a_route_answers_as_it_should_and_carries_every_guard(board, path, status):
    answered, headers, _ = ask(board, path)

    assert answered == status
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "Access-Control-Allow-Origin" not in headers
    kept = path == SHEET
    assert headers.get("Cache-Control") == (FOR_GOOD if kept else "no-store")


@pytest.mark.parametrize("path", CLOSED)
def test_a_route_of_the_framework_that_the_board_does_not_use_is_closed(board, path):
    status, headers, body = ask(board, path)

    assert (status, body) == (403, b"Refused.")
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/", "/alive", "/ws", SHEET, "/download/cells.csv"])
@pytest.mark.parametrize(
    "host",
    ["evil.test", "evil.test:{port}", "127.0.0.1.evil.test:{port}", "127.0.0.1", "", "[::1]"],
)
def test_a_name_that_is_not_the_boards_own_is_refused(board, path, host):
    status, _, body = ask(board, path, headers={"Host": host.format(port=board.port)})

    assert (status, body) == (403, b"Refused.")


def test_the_machines_own_names_are_answered(board):
    for host in own_hosts("127.0.0.1", board.port):
        assert ask(board, "/alive", headers={"Host": host})[0] == 200


def test_the_policy_lets_nothing_in_or_out_but_the_board_itself(board):
    policy = dict(
        directive.split(" ", 1)
        for directive in ask(board, "/")[1]["Content-Security-Policy"].split("; ")
    )

    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe-eval" not in policy["script-src"]
    sources = {source for name in policy for source in policy[name].split()}
    own = {f"ws://{host}" for host in own_hosts("127.0.0.1", board.port)}
    assert sources - own == {"'none'", "'self'", "'unsafe-inline'", "blob:", "data:"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/alive", "/download/cells.csv"])
def test_nothing_can_be_written(board, method, path):
    assert ask(board, path, method=method)[0] == 405


@pytest.mark.parametrize("path", ["/", "/alive", "/download/cells.csv", SHEET])
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.test"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_foreign_site_cannot_post(board, path, headers):
    assert ask(board, path, method="POST", headers=headers)[0] == 403


def test_a_large_body_is_not_read(board):
    assert ask(board, "/alive", method="POST", body=b"x" * BODY_LIMIT)[0] == 405
    status, _, _ = ask(board, "/alive", method="POST", headers={"Content-Length": "1000001"})
    assert status in {400, 413}


@pytest.mark.parametrize(
    "session_id",
    ["chosen", generate_session_id(signed=False), generate_session_id(b"another key", signed=True)],
    ids=["chosen", "unsigned", "of another server"],
)
def test_a_session_that_the_board_did_not_sign_is_refused(board, session_id):
    before = len(board.boards)

    status, _, body = ask(board, f"/?bokeh-session-id={session_id}")

    assert status == 403
    assert session_id.encode() not in body
    assert len(board.boards) == before


def page_token(board):
    found = re.search(rb'"token":\s*"([^"]+)"', ask(board, "/")[2])
    return found[1].decode()


def open_socket(board, token, origin):
    """Return the status of a handshake; 0 where the server closed the socket at once."""
    lines = [
        "GET /ws HTTP/1.1",
        f"Host: {board.host}",
        f"Origin: {origin}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    lines += [f"Sec-WebSocket-Protocol: bokeh, {token}"] if token else []
    with socket.create_connection(("127.0.0.1", board.port), timeout=20) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        said = line.makefile("rb")
        status = int(said.readline().split()[1])
        while said.readline().strip():
            pass
        first = said.read(1) if status == 101 else b""
        said.close()
    return 0 if first == CLOSING else status


def test_a_page_of_the_board_may_open_its_socket_on_a_port_that_was_free(board):
    assert open_socket(board, page_token(board), f"http://{board.host}") == 101
    assert open_socket(board, page_token(board), f"http://localhost:{board.port}") == 101


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.test",
        "http://evil.test:{port}",
        "http://127.0.0.1.evil.test:{port}",
        "http://127.0.0.1:1",
        "null",
    ],
)
def test_a_foreign_origin_cannot_open_a_socket(board, origin):
    assert open_socket(board, page_token(board), origin.format(port=board.port)) == 403


def test_a_socket_needs_a_token_that_the_board_signed(board):
    own = f"http://{board.host}"
    forged = generate_jwt_token(get_session_id(page_token(board)), signed=False)
    foreign = generate_jwt_token("a" * 44, secret_key=secrets.token_bytes(32), signed=True)

    assert open_socket(board, forged, own) == 0
    assert open_socket(board, foreign, own) == 0
    assert open_socket(board, None, own) == 0


def test_a_refusal_says_nothing_of_programs_paths_or_data(board):
    for path in ("/nothing", "/download/cells.json", "/download/cells.csv?from=never", "/ws"):
        body = ask(board, path)[2].decode()
        assert not re.search(r"Traceback|\.py|/work|/tmp|tornado|bokeh|C1|F1", body), path


def test_the_board_says_which_generation_a_new_page_would_show(board):
    assert json.loads(ask(board, "/alive")[2]) == {
        "generation": board.store.facts.generation,
        "day": "2026-11-22",
        "stale": "",
        "pending": "",
    }
