"""People's hours and what an hour costs.

What belongs here: positions by day, labor rates, productive hours, baselines, oversight and
rework. What does not: bills, tokens, and the final KPIs.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.oracle.landing import Landing
from tests.oracle.periods import DAY, month_of, percentile, ratio, strict_sum, week_of

# Of fewer people no rate is told.
SMALLEST = 5
OVERSIGHT = ("review", "oversight", "agent_ops")


@dataclass(frozen=True)
class Labor:
    """Hours without leave, costed; and what days of people's positions add up to."""

    hours: pd.DataFrame
    person_days: pd.DataFrame
    productive: pd.DataFrame
    rates: pd.DataFrame


def usd_rates(fx: pd.DataFrame, currencies: pd.Series, days: pd.DatetimeIndex) -> pd.DataFrame:
    """USD per unit by currency and day: the last rate on or before; USD is 1."""
    wanted = pd.MultiIndex.from_product([currencies.unique(), days], names=["currency", "day"])
    frame = wanted.to_frame(index=False).sort_values("day", kind="stable")
    frame["day"] = frame["day"].astype("datetime64[us]")
    known = fx.rename(columns={"rate_date": "day"}).sort_values("day", kind="stable")
    frame = pd.merge_asof(frame, known, on="day", by="currency")
    frame.loc[frame["currency"] == "USD", "usd_per_unit"] = 1.0
    return frame


def build_person_days(
    landing: Landing, factors: pd.DataFrame, first: pd.Timestamp, as_of: pd.Timestamp
) -> pd.DataFrame:
    """One row a worker and day with a position."""
    positions = landing.hr_positions.sort_values(["worker_id", "effective_from"]).copy()
    following = positions.groupby("worker_id")["effective_from"].shift(-1)
    until = positions["effective_to"].combine_first(positions["termination_date"] + DAY)
    positions["until"] = pd.concat([until, following], axis=1).min(axis=1)
    positions["until"] = positions["until"].fillna(as_of + DAY).clip(upper=as_of + DAY)
    positions["since"] = positions["effective_from"].clip(lower=first)
    positions = positions.reset_index(drop=True)
    lengths = (positions["until"] - positions["since"]).dt.days.clip(lower=0)
    days = positions.loc[positions.index.repeat(lengths)]
    days["day"] = days["since"] + pd.to_timedelta(days.groupby(level=0).cumcount(), unit="D")
    factors = factors.set_index("country")
    country = days["country"].where(days["country"].isin(factors.index), "US")
    numbers = pd.DataFrame(factors.loc[country].to_numpy(float), days.index, factors.columns)
    days["productive"] = (
        52 * numbers["weekly_hours"] * numbers["productive_share"] * days["fte_percent"] / 100
    )
    rates = usd_rates(
        landing.fx_rates, days["currency"], pd.date_range(first, as_of, freq="D", unit="us")
    )
    days = days.merge(rates, on=["currency", "day"], how="left")
    loads = days["country"].where(days["country"].isin(factors.index), "US")
    days["loaded_usd"] = (
        days["annual_base_pay"] * loads.map(factors["load_factor"]) * days["usd_per_unit"]
    )
    days["month_start"] = month_of(days["day"])
    days["fte"] = days["fte_percent"] / 100
    columns = ["worker_id", "day", "month_start", "team_id", "department", "job_profile"]
    columns += ["manager_id", "worker_type", "fte"]
    return days[[*columns, "productive", "loaded_usd"]]


def labor_rates(person_days: pd.DataFrame) -> pd.DataFrame:
    """By month and department: rate, and company_rate beside it."""
    person_days = person_days[person_days["fte"] > 0]
    parts = ["loaded_usd", "productive"]
    rates = strict_sum(person_days, ["department", "month_start"], parts)
    people = person_days.groupby(["department", "month_start"])["worker_id"].nunique()
    rates = rates.merge(people.rename("people").reset_index(), on=["department", "month_start"])
    company = strict_sum(rates[rates["people"] >= SMALLEST], ["month_start"], parts)
    company["company_rate"] = company["loaded_usd"] / company["productive"]
    rates = rates.merge(company[["month_start", "company_rate"]], on="month_start", how="left")
    own = rates["loaded_usd"] / rates["productive"]
    return rates.assign(rate=own.where(rates["people"] >= SMALLEST, rates["company_rate"]))


def build_labor(
    landing: Landing, seeds: dict[str, pd.DataFrame], items: pd.DataFrame, as_of: pd.Timestamp
) -> Labor:
    """Cost every hour that is not leave."""
    sheets = landing.timesheets[landing.timesheets["work_date"] <= as_of]
    sheets = sheets.rename(columns={"work_date": "day"})
    starts = [sheets["day"].min(), seeds["workflows"]["baseline_start"].min()]
    starts += [seeds["agents"]["deployed_on"].min() - 32 * DAY, as_of]
    first = pd.Series(starts).dropna().min().replace(day=1)
    person_days = build_person_days(landing, seeds["labor_factors"], first, as_of)
    sheets = sheets.merge(
        person_days[["worker_id", "day", "department"]], on=["worker_id", "day"], how="left"
    )
    sheets["month_start"] = month_of(sheets["day"])
    hours = sheets[sheets["activity"] != "leave"].copy()
    item_workflow = items.set_index("work_item_id")["workflow_id"]
    agent_workflow = seeds["agents"].set_index("agent_id")["workflow_id"]
    hours["workflow_id"] = (
        hours["workflow_id"]
        .combine_first(hours["work_item_id"].map(item_workflow))
        .combine_first(hours["agent_id"].map(agent_workflow))
    )
    rates = labor_rates(person_days)
    own = rates[["department", "month_start", "rate"]].assign(has_rate=True)
    hours = hours.merge(own, on=["department", "month_start"], how="left")
    company = rates.drop_duplicates("month_start").set_index("month_start")["company_rate"]
    # A department where nobody is paid has none; one whose pay is unknown has an unknown one.
    rate = hours["rate"].where(hours["has_rate"].eq(True), hours["month_start"].map(company))
    hours["cost_usd"] = hours["hours"] * rate.astype(float)
    productive = productive_hours(sheets, person_days, as_of)
    return Labor(hours, person_days, productive, rates)


def productive_hours(
    sheets: pd.DataFrame, person_days: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Hours per FTE by department and month, of people with timesheets in that month.

    Of fewer than five people the company's, which is that of the departments of five and more.
    """
    by = ["department", "month_start"]
    worked = sheets[sheets["activity"] != "leave"].dropna(subset=["department"])
    worked = worked.groupby(by)["hours"].sum()
    reporting = sheets[["worker_id", "month_start"]].drop_duplicates()
    present = person_days.merge(reporting, on=["worker_id", "month_start"])
    people = present[present["fte"] > 0].groupby(by)["worker_id"].nunique()
    parts = {"hours": worked, "fte": present.groupby(by)["fte"].sum(), "people": people}
    frame = pd.concat(parts, axis=1).reset_index()
    frame[["hours", "people"]] = frame[["hours", "people"]].fillna(0.0)
    frame["mean_fte"] = frame["fte"] / days_in(frame["month_start"], as_of)
    is_known = frame["people"] >= SMALLEST
    company = frame[is_known].groupby("month_start")[["hours", "mean_fte"]].sum()
    of_company = frame["month_start"].map(company["hours"] / company["mean_fte"])
    own = ratio(frame["hours"], frame["mean_fte"])
    return frame.assign(productive_hours=own.where(is_known, of_company))


def days_in(months: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """How many days a month has, up to as_of."""
    last = (months + pd.offsets.MonthEnd(0)).clip(upper=as_of)
    return (last - months).dt.days + 1


def build_baselines(
    workflows: pd.DataFrame, hours: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    """One row a workflow: what people needed before the agents."""
    rows = []
    closed_on = items["closed_at"].dt.normalize()
    for workflow in workflows.itertuples():
        spent = hours[
            hours["workflow_id"].eq(workflow.workflow_id)
            & hours["day"].between(workflow.baseline_start, workflow.baseline_end)
        ]
        human = items[
            items["workflow_id"].eq(workflow.workflow_id)
            & items["is_human"]
            & closed_on.between(workflow.baseline_start, workflow.baseline_end)
        ]
        latencies = human.loc[human["is_successful_human"], "latency_minutes"]
        outputs = float(len(latencies)) or np.nan
        rows.append(
            {
                "workflow_id": workflow.workflow_id,
                "baseline_outputs": float(len(latencies)),
                "baseline_minutes_per_output": spent["hours"].sum() * 60 / outputs,
                "baseline_cost_per_output_usd": spent["cost_usd"].sum(skipna=False) / outputs,
                "baseline_success_rate": len(latencies) / (float(len(human)) or np.nan),
                "baseline_latency_median_minutes": percentile(latencies, 0.5),
                "baseline_latency_p95_minutes": percentile(latencies, 0.95),
            }
        )
    return pd.DataFrame(rows)


def named_overseer(hours: pd.DataFrame, items: pd.DataFrame, last_run: pd.Series) -> pd.Series:
    """The agent an oversight hour names, by item or by itself; null for people's or pooled."""
    attempted = items[items["is_attempted"]].set_index("work_item_id")["agent_id"]
    unfinished = items.loc[~items["is_closed"], "work_item_id"]
    still_open = last_run[last_run.index.isin(unfinished)]
    by_item = hours["work_item_id"].map(pd.concat([attempted, still_open]))
    names_item = hours["work_item_id"].isin(items["work_item_id"])
    named = by_item.where(names_item, hours["agent_id"])
    return named.where(hours["activity"].isin(OVERSIGHT))


def build_oversight(hours: pd.DataFrame, items: pd.DataFrame, last_run: pd.Series) -> pd.DataFrame:
    """Hours and labor cost of oversight by agent and day."""
    named = hours.assign(overseen=named_overseer(hours, items, last_run))
    own = named.dropna(subset=["overseen"]).rename(
        columns={"agent_id": "_", "overseen": "agent_id"}
    )
    pool = hours[
        hours["activity"].isin(OVERSIGHT)
        & ~hours["work_item_id"].isin(items["work_item_id"])
        & hours["agent_id"].isna()
    ].drop(columns="agent_id")
    pool = pool.assign(week_start=week_of(pool["day"]))
    closed = items[items["is_closed"]].assign(week_start=lambda f: week_of(f["closed_at"]))
    by = ["workflow_id", "week_start"]
    total = closed.groupby(by).size().rename("closed").reset_index()
    share = closed[closed["is_attempted"]].groupby([*by, "agent_id"]).size().rename("attempted")
    share = share.reset_index().merge(total, on=by)
    split = pool.merge(share, on=by)
    for column in ("hours", "cost_usd"):
        split[column] = split[column] * split["attempted"] / split["closed"]
    columns = ["agent_id", "day", "hours", "cost_usd"]
    parts = pd.concat([own[columns], split[columns]])
    return strict_sum(parts, ["agent_id", "day"], ["hours", "cost_usd"])


def build_rework(hours: pd.DataFrame, items: pd.DataFrame, last_run: pd.Series) -> pd.DataFrame:
    """Hours on items that an attempted item caused, by that item's workflow and agent."""
    overseen = named_overseer(hours, items, last_run).notna()
    cause = items.set_index("work_item_id")["caused_by_work_item_id"]
    spent = hours.loc[~overseen, ["work_item_id", "day", "hours", "cost_usd"]]
    spent = spent.assign(cause_id=spent["work_item_id"].map(cause)).dropna(subset=["cause_id"])
    causing = items.loc[items["is_attempted"], ["work_item_id", "workflow_id", "agent_id"]]
    causing = causing.rename(columns={"work_item_id": "cause_id"})
    spent = spent.rename(columns={"work_item_id": "rework_item_id"})
    return spent.merge(causing, on="cause_id")
