"""The task in Dash: one callback, a cursor a call, drawn by Plotly.

PEER_FILE=ratings.duckdb gunicorn -w 2 --threads 4 -b 127.0.0.1:8050 dash_page:server
"""

from __future__ import annotations

import os

import duckdb
import plotly.graph_objects as go
from dash import Dash, Input, Output, dcc, html
from shared import EVERY, FILE, THREATS, answer, choices

_connections: dict[int, duckdb.DuckDBPyConnection] = {}


def cursor() -> duckdb.DuckDBPyConnection:
    """Return a cursor of this worker's own connection."""
    connection = _connections.setdefault(os.getpid(), duckdb.connect(FILE, read_only=True))
    return connection.cursor()


with duckdb.connect(FILE, read_only=True) as opened:
    CASES = choices(opened)
FIRST = next(iter(CASES))
app = Dash(__name__)
app.layout = html.Div([
    dcc.Dropdown(list(CASES), FIRST, id="therapist", clearable=False),
    dcc.Dropdown(id="case", value=EVERY, clearable=False),
    dcc.RadioItems([{"label": "any", "value": EVERY}, *THREATS], EVERY, id="threat", inline=True),
    html.P(id="line"),
    dcc.Graph(id="picture", config={"displayModeBar": False}),
])  # fmt: skip


@app.callback(Output("case", "options"), Input("therapist", "value"))
def cases_of(therapist: str) -> list[dict[str, str]]:
    """Return what the list of cases offers."""
    return [{"label": "every case", "value": EVERY}] + [
        {"label": case, "value": case} for case in CASES[therapist]
    ]


@app.callback(
    Output("picture", "figure"),
    Output("line", "children"),
    Input("therapist", "value"),
    Input("case", "value"),
    Input("threat", "value"),
)
def drawn(therapist: str, case: str, threat: str) -> tuple[go.Figure, str]:
    """Return the picture and the line of a choice."""
    found = answer(cursor(), therapist, case, threat)
    heatmap = go.Heatmap(z=found.scores, x=found.sessions, y=found.rows, zmin=0, zmax=40)
    figure = go.Figure(heatmap).update_layout(height=600, margin={"t": 10})
    return figure, found.line


server = app.server
# A worker serves only the scripts of a page that it has made itself once.
server.test_client().get("/")
