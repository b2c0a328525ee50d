"""The post-mortem of a severe incident: what happened around it, and what it did to the numbers.

What belongs here: which marts it reads and what it says of them. What does not: causes and blame;
people write down causes, and nobody is blamed.
"""

from collections.abc import Iterator

import pandas as pd

from dashboards.wording import count, day, decimal, known, percent, usd
from documents.page import Document, Marts, Section, tables

SEVERE = ("sev1", "sev2")
AROUND = "interval 28 day"
# How right a model is: one that predicts classes, one that predicts numbers.
CLASSES = {
    "accuracy": ("right", percent),
    "accuracy_low": ("at least", percent),
    "accuracy_high": ("at most", percent),
}
NUMBERS = {"mae": ("mean error", decimal)}


def documents(marts: Marts) -> Iterator[Document]:
    """One for each incident of the two gravest severities."""
    events = marts.rows(
        "from governance.kpi_event_annotations where source = 'incident'"
        " and list_contains($severe, split_part(title, ':', 1)) order by event_id, subject_type",
        severe=SEVERE,
    )
    for incident, rows in events.groupby("event_id"):
        first = rows.iloc[0]
        yield Document(
            name=f"incident-{incident}",
            title=f"Post-mortem: {incident}, {first.title}",
            source=marts.source,
            sections=[
                Section(
                    "What happened",
                    [
                        f"On {day(first.event_date)}: {first.title}.",
                        f"It touched {_touched(rows)}.",
                    ],
                    blanks=["what users noticed, in one paragraph"],
                ),
                _timeline(marts, rows),
                _impact(marts, rows),
                Section(
                    "Causes and lessons",
                    ["Nobody is blamed: people did what made sense to them then."],
                    blanks=[
                        "what made it possible",
                        "what went well, and where we were lucky",
                        "actions, each with an owner role and a day",
                    ],
                ),
            ],
        )


def _touched(rows: pd.DataFrame) -> str:
    """What an incident stands on; the company where it names nothing."""
    return ", ".join(
        "the company" if row.subject_type == "company" else f"{row.subject_type} {row.subject_id}"
        for row in rows.itertuples()
    )


def _timeline(marts: Marts, rows: pd.DataFrame) -> Section:
    around = marts.rows(
        f"""
        select distinct event_date, kind, title from governance.kpi_event_annotations
        where list_contains($subjects, subject_id)
            and event_date between $day - {AROUND} and $day + {AROUND}
        order by event_date, kind, title
        """,
        subjects=rows.subject_id.tolist(),
        day=rows.event_date.iloc[0].date(),
    )
    return Section(
        "Timeline",
        ["Four weeks before and after, on what it touched. After is not because."],
        tables=tables(
            "Events",
            around,
            {"event_date": ("day", day), "kind": ("kind", str), "title": ("what", str)},
        ),
    )


def _impact(marts: Marts, rows: pd.DataFrame) -> Section:
    subjects = {"subjects": rows.subject_id.tolist(), "day": rows.event_date.iloc[0].date()}
    down = marts.rows(
        """
        from efficiency.kpi_availability_monthly
        where list_contains($subjects, subject_id) and month_start = date_trunc('month', $day)
        order by subject_id
        """,
        **subjects,
    )
    repaired = marts.rows(
        """
        from efficiency.kpi_incident_mttr_monthly
        where list_contains($subjects, subject_id) and month_start = date_trunc('month', $day)
        order by subject_id, severity
        """,
        **subjects,
    )
    agents = marts.rows(
        f"""
        select week_start, agent_id, errors.error_rate, errors.contained_rate, accuracy.accuracy,
            costs.cost_per_verified_output_usd
        from quality.kpi_error_rate_weekly as errors
        full join quality.kpi_task_accuracy_weekly as accuracy
            using (workflow_id, agent_id, week_start)
        full join efficiency.kpi_cost_per_output_weekly as costs
            using (workflow_id, agent_id, week_start)
        where list_contains($subjects, agent_id)
            and week_start between $day - {AROUND} and $day + {AROUND}
        order by agent_id, week_start
        """,
        **subjects,
    )
    models = marts.rows(
        f"""
        from quality.kpi_model_quality_weekly
        where list_contains($subjects, model_id) and cohort = 'all'
            and week_start between $day - {AROUND} and $day + {AROUND}
        order by model_id, week_start
        """,
        **subjects,
    )
    minutes = down.minutes_down.max() if len(down) else None
    hours = repaired.mttr_hours.max() if len(repaired) else None
    return Section(
        "Impact",
        [
            f"Minutes down in its month: {known(count, minutes)}; mean hours to repair at most"
            f" {known(count, hours)}.",
            "Compare the weeks before it with those after. An agent's accuracy rests on four weeks"
            " of reviews, so it follows late."
            if len(agents) or len(models)
            else "Of the weeks around it no runs, reviews or labeled predictions are known.",
        ],
        tables=[
            *tables(
                "Availability in its month",
                down,
                {
                    "subject_id": ("subject", str),
                    "minutes_down": ("minutes down", count),
                    "availability": ("availability", lambda share: f"{share:.3%}"),
                },
            ),
            *tables(
                "Agents around it",
                agents,
                {
                    "week_start": ("week of", day),
                    "agent_id": ("agent", str),
                    "error_rate": ("failed runs", percent),
                    "contained_rate": ("taken over in time", percent),
                    "accuracy": ("accuracy", percent),
                    "cost_per_verified_output_usd": ("cost of a verified output", usd),
                },
            ),
            *tables(
                "Models around it",
                models,
                {
                    "week_start": ("week of", day),
                    "model_id": ("model", str),
                    "n_labeled": ("predictions with a known truth", count),
                    **(CLASSES if models.accuracy.notna().any() else {}),
                    **(NUMBERS if models.mae.notna().any() else {}),
                },
            ),
        ],
    )
