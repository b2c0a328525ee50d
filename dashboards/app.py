"""The dashboard's frame: which publication it shows, its pages and filters.

Run by `make dashboard`, or `streamlit run dashboards/app.py`.

What belongs here: what stands around every page. What does not: a figure.
"""

import sys
from pathlib import Path

import streamlit as st

# Streamlit puts this folder on the path, not the project's.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dashboards import filters, publication
from dashboards.charts import EVENTS
from dashboards.wording import day
from orchestration import published
from orchestration.settings import read_settings

PAGES = {
    "scorecard": "Scorecard",
    "cost": "Cost per output",
    "savings": "Displacement and savings",
    "quality": "Quality",
    "operations": "Throughput and operations",
    "returns": "Experiments and return",
    "adoption": "Adoption and trust",
    "governance": "Governance",
    "data": "Data",
}


@st.fragment(run_every="5s")
def follow() -> None:
    """Show a new publication by itself, as soon as there is one."""
    if published.latest() != st.session_state.publication:
        st.rerun()


st.set_page_config(page_title="Outturn", layout="wide")
page = st.navigation(
    [
        st.Page(f"views/{name}.py", title=title, url_path=name, default=name == "scorecard")
        for name, title in PAGES.items()
    ]
)
st.session_state.publication = published.latest()
follow()
if st.session_state.publication is None:
    st.title("Nothing is published yet")
    st.markdown(
        f"No night has published into `{read_settings().published}`."
        " Run `make demo` for the made-up company, or `make nightly` over your own files;"
        " this page shows the marts as soon as they are there."
    )
    st.stop()

run = publication.query("from governance.run_manifest order by published_at desc limit 1").iloc[0]
with st.sidebar:
    st.session_state.filters = filters.choose(run.as_of_date)
st.title(page.title)
st.caption(
    f"As of **{day(run.as_of_date)}**, from run `{run.run_id}`, published"
    f" {run.published_at:%Y-%m-%d %H:%M} UTC."
)
page.run()
# Last, so that whoever looks on knows that the page is whole.
st.sidebar.caption(
    "On series: " + ", ".join(f"{sign} {kind}" for kind, sign in EVENTS.items()) + "."
)
