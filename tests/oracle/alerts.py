"""Every threshold breached in the latest period.

What belongs here: which value is held against what, and who owns it. What does not: the values.
"""

import pandas as pd

from tests.oracle.costs import as_published
from tests.oracle.coverage import newest_days
from tests.oracle.drift import drift, drift_rate
from tests.oracle.experiments import readouts
from tests.oracle.facts import Facts, with_workflow
from tests.oracle.incidents import availability
from tests.oracle.model_quality import model_quality
from tests.oracle.periods import DAY, month_of, strict_sum
from tests.oracle.returns import last_complete_month, npv_scenarios
from tests.oracle.settlement import settle
from tests.oracle.teams import usage_outcome_gap
from tests.oracle.weekly import cost_per_output, error_rate, task_accuracy, volume_velocity_value

COLUMNS = ["subject_type", "subject_id", "metric", "period_start", "value", "threshold", "severity"]


def _alerts(
    rows: pd.DataFrame, subject: tuple[str, str], metric: str, breach: tuple[str, str, str]
) -> pd.DataFrame:
    """Breaching rows as alerts: subject type and column; columns of value, limit; severity."""
    kind, column = subject
    value, limit, severity = breach
    return pd.DataFrame(
        {
            "subject_type": kind,
            "subject_id": rows[column],
            "metric": metric,
            "period_start": rows["period_start"],
            "value": rows[value].astype(float),
            "threshold": rows[limit].astype(float),
            "severity": severity,
        }
    )


def last_week(as_of: pd.Timestamp) -> pd.Timestamp:
    """The Monday of the last week that has ended."""
    return as_of - 6 * DAY - pd.Timedelta(days=(as_of.day_of_week + 1) % 7)


def of_agents(facts: Facts) -> list[pd.DataFrame]:
    own = facts.seeds["agents"][["agent_id", "workflow_id"]]
    week = last_week(facts.as_of)
    subject = ("agent", "agent_id")

    def at(rows: pd.DataFrame) -> pd.DataFrame:
        rows = rows.merge(own, on=["agent_id", "workflow_id"])
        return rows.assign(period_start=rows["week_start"])

    def of_week(rows: pd.DataFrame) -> pd.DataFrame:
        return rows[rows["week_start"] == week]

    accuracy = of_week(at(task_accuracy(facts)))
    errors = of_week(at(error_rate(facts)))
    speed = with_workflow(volume_velocity_value(facts), facts, "sla_minutes")
    speed = of_week(at(speed))
    cost = at(cost_per_output(facts))
    cost = cost[cost["is_final"] & (cost["week_start"] <= week)]
    cost = cost.sort_values("week_start").drop_duplicates("agent_id", keep="last")
    cost = cost.assign(limit=facts.threshold("cost_ratio_of_people"))
    return [
        _alerts(
            accuracy.query("accuracy_high < accuracy_floor"),
            subject,
            "accuracy_high",
            ("accuracy_high", "accuracy_floor", "critical"),
        ),
        _alerts(
            errors.query("error_rate_low > error_rate_ceiling"),
            subject,
            "error_rate_low",
            ("error_rate_low", "error_rate_ceiling", "critical"),
        ),
        _alerts(
            speed.query("latency_p95_minutes > sla_minutes"),
            subject,
            "latency_p95_minutes",
            ("latency_p95_minutes", "sla_minutes", "warning"),
        ),
        _alerts(
            cost.query("cost_ratio > limit"),
            subject,
            "cost_ratio",
            ("cost_ratio", "limit", "warning"),
        ),
    ]


def of_models(facts: Facts) -> list[pd.DataFrame]:
    week, month = last_week(facts.as_of), last_complete_month(facts.as_of)
    subject = ("model", "model_id")
    moved = drift(facts)
    moved = moved[moved["is_drifted"] & (moved["week_start"] == week)]
    moved = moved.groupby("model_id", as_index=False)["psi"].max().assign(period_start=week)
    high, moderate = facts.threshold("drift_psi_limit"), facts.threshold("drift_psi_with_ks")
    moved["limit"] = (moved["psi"] >= high).map({True: high, False: moderate}).astype(float)
    rates = drift_rate(facts)
    rates = rates[rates["month_start"] == month]
    rates = rates.assign(period_start=month, limit=facts.threshold("drift_rate_for_retrain"))
    fair = model_quality(facts).query("cohort == 'all' and disparity.notna()")
    fair = fair[fair["week_start"] <= week].sort_values("week_start")
    fair = fair.drop_duplicates("model_id", keep="last")
    limit = facts.threshold("disparity_limit")
    fair = fair.assign(period_start=fair["week_start"], limit=limit)
    up = availability(facts)
    up = up[up["month_start"] == month].assign(period_start=month)
    up = up[up["availability"] < up["availability_slo"].astype(float)]
    return [
        _alerts(moved, subject, "psi", ("psi", "limit", "warning")),
        _alerts(
            rates.query("drift_rate >= limit"),
            subject,
            "drift_rate",
            ("drift_rate", "limit", "warning"),
        ),
        _alerts(
            fair.query("disparity_high < limit"),
            subject,
            "is_unfair",
            ("disparity_high", "limit", "critical"),
        ),
        *(
            _alerts(
                up[up["subject_type"] == kind],
                (kind, "subject_id"),
                "availability",
                ("availability", "availability_slo", "critical"),
            )
            for kind in ("model", "agent")
        ),
    ]


def of_money(facts: Facts, reconciled: pd.DataFrame) -> list[pd.DataFrame]:
    """Contracts, providers, initiatives."""
    month = last_complete_month(facts.as_of)
    contracts = settle(facts).query("is_final").sort_values("month_start")
    contracts = contracts.drop_duplicates("contract_id", keep="last")
    contracts = contracts.assign(period_start=contracts["month_start"])
    # Values as they are published: money has six decimals.
    for name in ("invoiced_usd", "payable_usd"):
        contracts[name] = contracts[name].map(as_published)
    over = contracts[contracts["status"].eq("overbilled")]
    credited = contracts[contracts["is_credited"].eq(True)]
    bills = reconciled.assign(period_start=month_of(reconciled["cost_date"]))
    bills = bills[bills["period_start"] == month].copy()
    bills["billed_usd"] = bills["billed_usd"].map(as_published)
    bills = strict_sum(bills, ["provider", "period_start"], ["unallocated_usd", "billed_usd"])
    share = bills["unallocated_usd"] / bills["billed_usd"].where(bills["billed_usd"] > 0)
    bills = bills.assign(share=share, limit=facts.threshold("unallocated_share_limit"))
    worth = npv_scenarios(facts).query("scenario == 'base'")
    worth = worth.assign(
        period_start=facts.as_of, limit=0.0, npv_usd=worth["npv_usd"].map(as_published)
    ).query("npv_usd < 0")
    contract = ("contract", "contract_id")
    return [
        _alerts(over, contract, "invoiced_usd", ("invoiced_usd", "payable_usd", "warning")),
        _alerts(
            credited, contract, "accuracy_high", ("accuracy_high", "accuracy_floor", "warning")
        ),
        _alerts(
            bills.query("share > limit"),
            ("provider", "provider"),
            "unallocated_share",
            ("share", "limit", "warning"),
        ),
        _alerts(worth, ("initiative", "initiative_id"), "npv_usd", ("npv_usd", "limit", "warning")),
    ]


def of_people_and_feeds(facts: Facts) -> list[pd.DataFrame]:
    """Experiments, teams, feeds."""
    found = readouts(facts)
    broken = found[found["is_primary"].eq(True) & found["status"].eq("invalid")]
    broken = broken.assign(period_start=facts.as_of, limit=facts.threshold("srm_p_value_limit"))
    gap = usage_outcome_gap(facts)
    gap = gap[gap["is_final"].eq(True)]
    gap = gap[gap["month_start"] == gap["month_start"].max()]
    gap = gap.assign(
        period_start=gap["month_start"],
        growth_limit=facts.threshold("tokenmaxxing_token_growth"),
        p_limit=facts.threshold("workslop_p_value"),
    )
    wasteful, sloppy = gap[gap["is_tokenmaxxing"].eq(True)], gap[gap["is_workslop"].eq(True)]
    feeds = newest_days(facts).rename("newest").rename_axis("feed").reset_index()
    feeds = feeds.dropna(subset=["newest"]).copy()
    feeds["days"] = (facts.as_of - feeds["newest"]).dt.days
    feeds = feeds.assign(period_start=facts.as_of, limit=facts.threshold("feed_stale_days"))
    team = ("team", "team_id")
    return [
        _alerts(
            broken,
            ("experiment", "experiment_id"),
            "srm_p_value",
            ("srm_p_value", "limit", "warning"),
        ),
        _alerts(wasteful, team, "token_growth", ("token_growth", "growth_limit", "warning")),
        _alerts(sloppy, team, "return_rate_p_value", ("return_rate_p_value", "p_limit", "warning")),
        _alerts(
            feeds.query("days > limit"),
            ("company", "feed"),
            "days_since_last_row",
            ("days", "limit", "warning"),
        ),
    ]


def alerts(facts: Facts, reconciled: pd.DataFrame) -> pd.DataFrame:
    parts = of_agents(facts) + of_models(facts) + of_money(facts, reconciled)
    parts += of_people_and_feeds(facts)
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return rows.assign(owner_role=[_owner(row, facts.seeds) for row in rows.itertuples()])


def _owner(alert: object, seeds: dict[str, pd.DataFrame]) -> str | None:
    """The subject's own owner, else the role of its type and metric, else of its type."""
    own = {"agent": ("agents", "owner_role"), "initiative": ("initiatives", "sponsor_role")}
    if alert.subject_type in own:
        seed, column = own[alert.subject_type]
        named = seeds[seed].set_index(f"{alert.subject_type}_id")[column].dropna()
        if alert.subject_id in named.index:
            return named[alert.subject_id]
    roles = seeds["governance_roles"]
    roles = roles[roles["subject_type"] == alert.subject_type]
    for wanted in (roles["metric"] == alert.metric, roles["metric"].isna()):
        if wanted.any():
            return roles.loc[wanted, "owner_role"].iloc[0]
    return None
