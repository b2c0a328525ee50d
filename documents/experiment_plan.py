"""The plan of an experiment: how large it must be, when it stops, and what is decided by it.

What belongs here: which marts the plan reads and what it says of them.
"""

from collections.abc import Iterator

import pandas as pd

from dashboards.sentences import UNREAD
from dashboards.wording import count, day, decimal, known, percent
from documents.page import Document, Marts, Section, tables

METHODS = {
    "ab": "units are assigned at random; means are compared by Welch's test, with CUPED where a"
    " value from before is known",
    "did": "units' changes are compared: after less before, treatment less control",
    "matched": "pairs of alike units are compared, by their differences",
}

# Of what is not read, why.
WHY_UNREAD = {
    "running": "The planned units are not reached yet; its effect is shown when they are.",
    "invalid": "Units did not reach the arms as planned: its effect is worth nothing.",
}


def documents(marts: Marts) -> Iterator[Document]:
    """A plan for each experiment; one without units yet has no row in the marts."""
    readouts = marts.rows(
        "from returns.kpi_experiment_readouts order by experiment_id, is_primary desc, metric"
    )
    for experiment, metrics in readouts.groupby("experiment_id"):
        primary = metrics.iloc[0]
        yield Document(
            name=f"experiment-{experiment}",
            title=f"Experiment plan: {experiment}",
            source=marts.source,
            sections=[
                Section("The question", blanks=["what changes for whom, and why it should help"]),
                _design(primary),
                _size(primary),
                _stopping(primary),
                _so_far(metrics),
            ],
        )


def _design(primary: pd.Series) -> Section:
    return Section(
        "Design",
        [
            f"Model {primary.model_id}; primary metric {primary.metric}.",
            f"Method {primary.method}: {METHODS[primary.method]}.",
            "Other metrics are read beside it, and decide nothing.",
        ],
    )


def _size(primary: pd.Series) -> Section:
    return Section(
        "Sample size",
        [
            f"To see an effect of {known(decimal, primary.minimum_detectable_effect)} with a power"
            f" of {known(percent, primary.planned_power)} at a significance level of"
            f" {known(percent, primary.alpha)}, {known(count, primary.planned_units_per_arm)} units"
            " were planned for an arm. By the spread seen so far it needs"
            f" {known(count, primary.units_needed)} units.",
            f"So far {known(count, primary.units_control)} units in control and"
            f" {known(count, primary.units_treatment)} in treatment.",
        ],
    )


def _stopping(primary: pd.Series) -> Section:
    return Section(
        "When it stops, and what is decided",
        [
            "It is read once, when the planned units are reached; nobody looks at the result"
            " before, and that first readout stands.",
            "If units reach the arms in other shares than planned (chi-square, p below 0.001), the"
            " assignment is broken and no effect is read. Now p ="
            f" {known(decimal, primary.srm_p_value)}.",
            "The treatment is kept where the interval lies wholly on the good side, dropped where"
            " it lies wholly on the bad one; otherwise nothing was shown.",
        ],
        blanks=["what must not get worse (guardrails)", "who decides on the day of the readout"],
    )


def _so_far(metrics: pd.DataFrame) -> Section:
    status = metrics.iloc[0].status
    return Section(
        "State",
        [f"Status: {status}. {WHY_UNREAD.get(status, 'It has been read out.')}"],
        tables=tables(
            "Metrics that were read out",
            metrics[~metrics.status.isin(UNREAD)],
            {
                "metric": ("metric", str),
                "status": ("status", str),
                "estimate": ("effect", decimal),
                "ci_low": ("at least", decimal),
                "ci_high": ("at most", decimal),
                "p_value": ("p", decimal),
                "readout_date": ("read on", day),
            },
        ),
    )
