"""What a vendor's contract pays for, and what the vendor billed.

What belongs here: invoices by day and the settlement of a month. What does not: invoices as agents'
costs.
"""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from tests.oracle import outputs
from tests.oracle.facts import Facts
from tests.oracle.labor import usd_rates
from tests.oracle.periods import DAY, month_of, period_end, starts_between, strict_sum, wilson

NANO = Decimal("1e-9")
KEYS = ["contract_id", "month_start"]


def even_days(amount: Decimal, days: int) -> list[Decimal]:
    """An amount by day: even at nine places, the last day taking the remainder."""
    daily = (amount / days).quantize(NANO, rounding=ROUND_HALF_UP)
    return [daily] * (days - 1) + [amount - daily * (days - 1)]


def invoice_days(facts: Facts) -> pd.DataFrame:
    """One row an invoice and day up to as_of: contract_id, day, amount_usd, billed_outcomes."""
    rows = []
    for invoice in facts.landing["vendor_invoices"].itertuples():
        length = max((invoice.period_end - invoice.period_start).days + 1, 1)
        amounts = even_days(invoice.amount, length)
        billed = invoice.billed_outcomes
        outcomes = [np.nan] * length if billed is None else even_days(billed, length)
        rows += [
            (
                invoice.contract_id,
                invoice.currency,
                invoice.period_start + n * DAY,
                *map(float, day),
            )
            for n, day in enumerate(zip(amounts, outcomes, strict=True))
        ]
    columns = ["contract_id", "currency", "day", "amount", "billed_outcomes"]
    days = pd.DataFrame(rows, columns=columns).astype({"day": "datetime64[us]"})
    days = days[days["day"] <= facts.as_of]
    if not len(days):
        return days.assign(amount_usd=days["amount"])
    every = pd.DatetimeIndex(sorted(days["day"].unique()))
    rates = usd_rates(facts.landing.fx_rates, days["currency"], every)
    days = days.merge(rates, on=["currency", "day"], how="left")
    return days.assign(amount_usd=days["amount"] * days["usd_per_unit"].astype(float))


def contract_agents(facts: Facts) -> pd.DataFrame:
    """contract_id and agent_id: the contract's own agent, else those that name the contract."""
    contracts, agents = facts.seeds["contracts"], facts.seeds["agents"]
    named = contracts.dropna(subset=["agent_id"])[["contract_id", "agent_id"]]
    rest = contracts.loc[contracts["agent_id"].isna(), "contract_id"]
    naming = agents[agents["contract_id"].isin(rest)][["contract_id", "agent_id"]]
    return pd.concat([named, naming], ignore_index=True)


def contract_months(facts: Facts) -> pd.DataFrame:
    """Every complete month of every contract."""
    last = facts.as_of + DAY - pd.offsets.MonthEnd(1)
    frames = []
    for contract in facts.seeds["contracts"].itertuples():
        end = last if pd.isna(contract.ends_on) else min(contract.ends_on, last)
        months = starts_between(contract.starts_on, end, "month")
        frames.append(
            pd.DataFrame({"month_start": months}).assign(contract_id=contract.contract_id)
        )
    rows = pd.concat(frames, ignore_index=True)
    rows = rows[period_end(rows["month_start"], "month") <= facts.as_of]
    return rows.merge(facts.seeds["contracts"], on="contract_id")


def settle(facts: Facts) -> pd.DataFrame:
    agents = contract_agents(facts)
    rows = contract_months(facts)
    verified = outputs.verify(outputs.count_items(facts.items, "month"), facts.reviews, "month")
    names = ["outputs_verified", "outputs_verified_low"]
    sums = strict_sum(verified.merge(agents, on="agent_id"), KEYS, names)
    rows = _left(rows, sums, names)

    used = facts.reviews[facts.reviews["is_used"]].merge(agents, on="agent_id")
    used = used.assign(month_start=month_of(used["closed_at"]), reviews_random=1.0)
    used["reviews_accepted"] = used["is_accepted"].astype(float)
    names = ["reviews_random", "reviews_accepted"]
    rows = _left(rows, used.groupby(KEYS)[names].sum().reset_index(), names)
    rows["accuracy_high"] = wilson(rows["reviews_accepted"], rows["reviews_random"])[1]

    billed = invoice_days(facts)
    billed = billed.assign(month_start=month_of(billed["day"]))
    billed = strict_sum(billed, KEYS, ["amount_usd", "billed_outcomes"]).assign(is_billed=True)
    billed = billed.rename(columns={"amount_usd": "invoiced_usd"})
    rows = rows.merge(billed, on=KEYS, how="left")
    rows["is_billed"] = rows["is_billed"].eq(True)

    gross = rows["outputs_verified"] * rows["price_per_outcome_usd"]
    rows["gross_usd"] = gross
    capped = gross.clip(upper=rows["monthly_cap_usd"].fillna(np.inf))
    due = capped.clip(lower=rows["monthly_minimum_usd"].fillna(0.0))
    rows["is_credited"] = rows["accuracy_high"] < rows["accuracy_floor"]
    credit = rows["credit_rate"].fillna(0.0).where(rows["is_credited"], 0.0)
    rows["payable_usd"] = due * (1 - credit)
    rows["variance_usd"] = rows["invoiced_usd"] - rows["payable_usd"]
    rows["is_final"] = _is_final(rows, facts, agents)
    rows["status"] = _status(rows, facts.threshold("invoice_tolerance"))
    return rows


def _left(rows: pd.DataFrame, sums: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    merged = rows.merge(sums[[*KEYS, *names]].assign(_found=True), on=KEYS, how="left")
    found = merged.pop("_found").notna()
    for name in names:
        merged[name] = merged[name].where(found, 0.0)
    return merged


def _is_final(rows: pd.DataFrame, facts: Facts, agents: pd.DataFrame) -> pd.Series:
    """Whether the month is final for every workflow its agents are registered for."""
    windows = facts.seeds["workflows"].set_index("workflow_id")["rework_window_days"]
    workflow = facts.seeds["agents"].set_index("agent_id")["workflow_id"]
    longest = agents.assign(days=agents["agent_id"].map(workflow).map(windows))
    longest = longest.groupby("contract_id")["days"].max()
    wait = pd.to_timedelta(rows["contract_id"].map(longest).astype(float), unit="D")
    return period_end(rows["month_start"], "month") + wait <= facts.as_of


def _status(rows: pd.DataFrame, tolerance: float) -> pd.Series:
    is_near = rows["variance_usd"].abs() <= tolerance * rows["payable_usd"]
    status = np.select(
        [
            ~rows["is_final"] | rows["payable_usd"].isna(),
            ~rows["is_billed"],
            rows["variance_usd"].isna(),
            is_near,
            rows["variance_usd"] > 0,
        ],
        [None, "not invoiced", None, "agreed", "overbilled"],
        "underbilled",
    )
    return pd.Series(status, rows.index, dtype="str")
