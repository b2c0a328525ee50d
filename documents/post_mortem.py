"""The post-mortem of a severe incident: what happened around it, and what it did to the numbers.

What belongs here: which marts it reads and what it says of them. What does not: causes and blame;
people write down causes, and nobody is blamed.
"""

from collections.abc import Iterator

import pandas as pd

from dashboards.wording import count, day, known, percent
from documents.page import Document, Marts, Section, tables

SEVERE = ("sev1", "sev2")
AROUND = "interval 28 day"


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
                        "It touched " + ", ".join(rows.subject_type + " " + rows.subject_id) + ".",
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
    weekly = marts.rows(
        f"""
        select week_start, agent_id, errors.error_rate, errors.contained_rate, accuracy.accuracy
        from quality.kpi_error_rate_weekly as errors
        inner join quality.kpi_task_accuracy_weekly as accuracy
            using (workflow_id, agent_id, week_start)
        where list_contains($subjects, agent_id)
            and week_start between $day - {AROUND} and $day + {AROUND}
        order by agent_id, week_start
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
            "Weekly rates around it stand below where an agent was touched."
            if len(weekly)
            else "No agent was touched, so there are no rates of runs and reviews to compare.",
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
                weekly,
                {
                    "week_start": ("week of", day),
                    "agent_id": ("agent", str),
                    "error_rate": ("failed runs", percent),
                    "contained_rate": ("taken over in time", percent),
                    "accuracy": ("accuracy", percent),
                },
            ),
        ],
    )
