"""The task in Streamlit: cached connection, cached question, drawn by Plotly.

PEER_FILE=ratings.duckdb streamlit run streamlit_page.py
"""

from __future__ import annotations

import duckdb
import plotly.graph_objects as go
import streamlit as st
from shared import EVERY, FILE, THREATS, Answer, answer, choices


@st.cache_resource
def connection() -> duckdb.DuckDBPyConnection:
    """Return the one connection of this process."""
    return duckdb.connect(FILE, read_only=True)


@st.cache_data
def cases() -> dict[str, list[str]]:
    """Return the cases of each therapist."""
    return choices(connection().cursor())


@st.cache_data(max_entries=500)
def asked(therapist: str, case: str, threat: str) -> Answer:
    """Return the answer to a choice, kept for the next time."""
    return answer(connection().cursor(), therapist, case, threat)


st.set_page_config(layout="wide")
left, middle, right = st.columns(3)
chosen = left.selectbox("Therapist", list(cases()))
case = middle.selectbox("Case", ["every case", *cases()[chosen]], key=f"case of {chosen}")
threat = right.selectbox("Threat", ["any", *THREATS])
found = asked(chosen, EVERY if case == "every case" else case, EVERY if threat == "any" else threat)
st.markdown(found.line)
heatmap = go.Heatmap(z=found.scores, x=found.sessions, y=found.rows, zmin=0, zmax=40)
st.plotly_chart(go.Figure(heatmap).update_layout(height=600, margin={"t": 10}), key="picture")
