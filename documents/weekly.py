"""The weekly executive report: four numbers, what is behind them, and what to decide.

What belongs here: which marts the report reads and what it says of them. What does not: how a
document looks.
"""

from collections.abc import Iterator

import pandas as pd

from dashboards import charts
from dashboards.measures import AXES, CHANGES, ENDS, FORMS
from dashboards.sentences import alert
from dashboards.wording import change, count, day, known, percent, usd
from documents.page import Document, Marts, Section, tables
from orchestration.scorecard import COMPANY, MEASURES


def documents(marts: Marts) -> Iterator[Document]:
    """The report of the last final week."""
    yield Document(
        name=f"weekly-{marts.run.as_of_date:%Y-%m-%d}",
        title="What the AI workforce produced",
        source=marts.source,
        sections=[
            _numbers(marts),
            _workflows(marts),
            _cost(marts),
            _displacement(marts),
            _quality(marts),
            _decisions(marts),
            _alerts(marts),
            _trust(marts),
            _definitions(),
        ],
    )


def _numbers(marts: Marts) -> Section:
    weeks = marts.rows(
        "from governance.kpi_scorecard_weekly where workflow_id = $company and is_final"
        " order by week_start",
        company=COMPANY,
    )
    if weeks.empty:
        return Section(
            "Four numbers",
            [
                "No week is final yet: outputs count once their rework window has passed.",
                *marts.lacks("kpi_scorecard_weekly"),
            ],
        )
    last = weeks.iloc[-1]
    said = [f"The week of {day(last.week_start)}, the last that is final."]
    for measure in MEASURES:
        form, value = FORMS[measure.column], last[measure.column]
        low, high = (known(form, last[end]) for end in ENDS[measure.column])
        moved = change(CHANGES[measure.column], last[f"{measure.column}_change"])
        said.append(
            f"{measure.title}: {known(form, value)}"
            + (f" ({moved} on the week before)" if moved else "")
            + (f"; between {low} and {high} with 95 % confidence" if pd.notna(value) else "")
            + f". It is {measure.reading}."
        )
    return Section(
        "Four numbers",
        said + marts.lacks("kpi_scorecard_weekly"),
        charts=[
            (
                f"{measure.title}, by final week, with its 95 % interval",
                charts.trend(
                    weeks,
                    "week_start",
                    measure.column,
                    AXES[measure.column],
                    low=ENDS[measure.column][0],
                    high=ENDS[measure.column][1],
                ),
            )
            for measure in MEASURES
            if weeks[measure.column].notna().any()
        ],
    )


def _workflows(marts: Marts) -> Section:
    rows = marts.rows(
        """
        from governance.kpi_scorecard_weekly where workflow_id <> $company and is_final
        qualify row_number() over (partition by workflow_id order by week_start desc) = 1
        order by workflow_id
        """,
        company=COMPANY,
    )
    columns = {"workflow_id": ("workflow", str), "week_start": ("week of", day)}
    columns |= {measure.column: (measure.title, FORMS[measure.column]) for measure in MEASURES}
    return Section(
        "By workflow",
        ["The last final week of each workflow; windows in which outputs may come back differ."]
        if len(rows)
        else ["No workflow has a final week yet."],
        tables=tables("The four numbers by workflow", rows, columns),
    )


def _cost(marts: Marts) -> Section:
    rows = marts.rows(
        """
        from efficiency.kpi_cost_per_output_weekly where is_final
        qualify row_number() over (partition by workflow_id, agent_id order by week_start desc) = 1
        order by cost_ratio nulls last
        """
    )
    meets = rows[rows.meets_rule.fillna(False).astype(bool)]
    unknown = rows[rows.cost_ratio.isna()].agent_id
    return Section(
        "Cost against people",
        [
            f"{len(meets)} of {len(rows)} agents cost less than the limit even at the unfavourable"
            " end of the interval, long enough in a row and accurately enough:"
            f" {', '.join(meets.agent_id) or 'none'}."
            if len(rows)
            else "No agent has a final week yet.",
            *([f"It is not known what they cost: {', '.join(unknown)}."] if len(unknown) else []),
            *marts.lacks("kpi_cost_per_output_weekly"),
        ],
        tables=tables(
            "What a verified output costs",
            rows,
            {
                "agent_id": ("agent", str),
                "cost_per_verified_output_usd": ("a verified output", usd),
                "baseline_cost_per_output_usd": ("a person's output", usd),
                "cost_ratio": ("share", percent),
                "cost_ratio_high": ("at most", percent),
                "cost_ratio_limit": ("limit", percent),
                "consecutive_weeks": ("weeks in a row", count),
            },
        ),
    )


def _displacement(marts: Marts) -> Section:
    rows = marts.rows(
        """
        select workflow_id, month_start, is_suppressed, claimed_fte, verified_fte, verified_fte_low,
            verified_fte_high, realized_fte, displaced.cash_releasing_fte,
            verified_savings_usd, cash_releasing_savings_usd
        from returns.kpi_fte_displacement_monthly as displaced
        inner join returns.kpi_savings_monthly as savings using (workflow_id, month_start)
        where savings.is_final
        qualify row_number() over (partition by workflow_id order by month_start desc) = 1
        order by workflow_id
        """
    )
    hidden = rows[rows.is_suppressed.fillna(False).astype(bool)].workflow_id
    return Section(
        "Claimed, verified, realized, released",
        [
            "Full-time equivalents in the last final month. Each step asks for more proof; the four"
            " are views of one thing and are never added."
            if len(rows)
            else "No month is final yet.",
            *(
                [f"Realized hours of fewer than five people are hidden: {', '.join(hidden)}."]
                if len(hidden)
                else []
            ),
            *marts.lacks("kpi_fte_displacement_monthly"),
        ],
        tables=tables(
            "The staircase of each workflow",
            rows,
            {
                "workflow_id": ("workflow", str),
                "month_start": ("month from", day),
                "claimed_fte": ("claimed", count),
                "verified_fte": ("verified", count),
                "verified_fte_low": ("at least", count),
                "verified_fte_high": ("at most", count),
                "realized_fte": ("realized", count),
                "cash_releasing_fte": ("cash-releasing", count),
                "verified_savings_usd": ("verified savings", usd),
                "cash_releasing_savings_usd": ("cash savings", usd),
            },
        ),
    )


def _quality(marts: Marts) -> Section:
    rows = marts.rows(
        """
        from quality.kpi_task_accuracy_weekly
        qualify row_number() over (partition by workflow_id, agent_id order by week_start desc) = 1
        order by agent_id
        """
    )
    below = rows[rows.accuracy_high < rows.accuracy_floor].agent_id
    lacking = rows[~rows.is_sufficient.fillna(False).astype(bool)].agent_id
    return Section(
        "Is it right?",
        [
            f"Surely below what their workflow demands: {', '.join(below) or 'none'}.",
            "Known less exactly than their workflow asks, for want of random reviews:"
            f" {', '.join(lacking) or 'none'}.",
        ]
        if len(rows)
        else ["No agent has completed work yet.", *marts.lacks("kpi_task_accuracy_weekly")],
        tables=tables(
            "Accuracy of each agent in its last week",
            rows,
            {
                "agent_id": ("agent", str),
                "accuracy": ("accuracy", percent),
                "accuracy_low": ("at least", percent),
                "accuracy_high": ("at most", percent),
                "accuracy_floor": ("demanded", percent),
                "reviews_random": ("reviews", count),
                "reviews_needed": ("needed", count),
            },
        ),
    )


def _decisions(marts: Marts) -> Section:
    rows = marts.rows(
        """
        from governance.kpi_scope_decisions_weekly
        where week_start = (select max(week_start) from governance.kpi_scope_decisions_weekly)
        order by agent_id
        """
    )
    to_do = rows[rows.recommended_action.notna()]
    return Section(
        "What to decide this week",
        [f"{row.agent_id}: {row.recommended_action}." for row in to_do.itertuples()]
        or [
            "Nothing asks for a decision; every agent keeps the scope it has."
            if len(rows)
            else "No agent has been judged yet."
        ],
        tables=tables(
            "Scope of each agent, with reasons",
            rows.assign(decision=rows.decision.str.replace("_", " ")),
            {
                "agent_id": ("agent", str),
                "decision": ("decision", str),
                "reasons": ("because", str),
            },
        ),
    )


def _alerts(marts: Marts) -> Section:
    rows = marts.rows("from governance.kpi_alerts order by severity, subject_type, subject_id")
    return Section(
        "What went over a limit",
        [f"{row.subject_type} {row.subject_id}: {alert(row)}" for row in rows.itertuples()]
        or ["Nothing."],
    )


def _trust(marts: Marts) -> Section:
    warned = marts.rows(
        'select "table", reason, unexpected_count from governance.validation_results'
        " where status <> 'passed' order by all"
    )
    lacking = marts.rows(
        "select kpi, missing_feeds, stale_feeds from governance.kpi_coverage where not is_complete"
        " order by kpi"
    )
    return Section(
        "Can these numbers be trusted?",
        [
            f"{len(warned)} expectations were not met, none of which stops a night."
            if len(warned)
            else "Every expectation of every gate was met.",
            f"{len(lacking)} measures lack a feed, or rows of one."
            if len(lacking)
            else "Every measure has every feed it needs.",
        ],
        tables=[
            *tables(
                "Warnings",
                warned,
                {
                    "table": ("table", str),
                    "reason": ("why it matters", str),
                    "unexpected_count": ("rows", count),
                },
            ),
            *tables(
                "Measures that lack a feed",
                lacking.replace("", "none"),
                {
                    "kpi": ("measure", str),
                    "missing_feeds": ("never landed", str),
                    "stale_feeds": ("stale", str),
                },
            ),
        ],
    )


def _definitions() -> Section:
    return Section(
        "What the words mean",
        [
            "Verified: confirmed by randomly sampled human review, with a Wilson 95 % interval.",
            "Final: the window in which an output may still come back has passed.",
            "Baseline: what the same outputs took people before agents came, in hours and at"
            " blended labor rates.",
            "Each measure has a page in docs/metrics: question, formula, reading and traps.",
        ],
    )
