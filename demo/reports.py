"""What providers themselves report: costs and usage of OpenAI and Anthropic, and Copilot's bill.

What belongs here: what is used and charged there by day, and the pages and CSV in which it comes.
What does not: charges that come as FOCUS (bills.py).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from demo.files import Landing, day_text, taken_from, weekly_then_daily
from demo.people import People
from demo.plan import DAYS, FIRST_DAY, Plan, day_number

MILLION = 1_000_000
# Writing to the cache costs this much more than plain input.
CACHE_WRITE_FACTOR = 1.25
COPILOT_SINCE, COPILOT_USERS = date(2026, 1, 5), "engineering"
REQUEST_USD, SEAT_USD, MONTHLY_QUOTA = 0.04, 19.0, 300


@dataclass(frozen=True)
class AccountPlan:
    """Tokens on a working day at scale 1: plain input, written to and read from cache, output.

    account: None where the provider names none; agent_id: whom it serves, None for nobody.
    """

    provider: str
    account: str | None
    model: str
    since: date
    tokens: tuple[int, int, int, int]
    agent_id: str | None = None


ACCOUNTS = (
    AccountPlan("OpenAI", "proj_purchasing", "gpt-4o-mini", date(2026, 2, 2),
                (2_400_000, 0, 900_000, 350_000), "purchase-clerk"),
    AccountPlan("OpenAI", "proj_offers", "gpt-4o-mini", date(2026, 1, 5),
                (5_000_000, 0, 4_000_000, 600_000)),
    AccountPlan("OpenAI", None, "gpt-4o-mini", date(2026, 1, 5), (700_000, 0, 0, 90_000)),
    AccountPlan("Anthropic", "wrkspc_code", "claude-sonnet-4-5", date(2026, 1, 26),
                (150_000, 40_000, 400_000, 30_000), "code-helper"),
    AccountPlan("Anthropic", None, "claude-sonnet-4-5", date(2026, 1, 26),
                (40_000, 0, 60_000, 9_000)),
)  # fmt: skip


@dataclass
class Reports:
    """tokens[account, day, kind] and their cost in USD, and Copilot's rows."""

    tokens: np.ndarray
    cost: np.ndarray
    copilot: pa.Table


def make_reports(rng: np.random.Generator, plan: Plan, people: People, scale: float) -> Reports:
    """Draw the use of every account on every working day, at list price."""
    prices = {row["model"]: row for row in plan.prices}
    working = np.arange(DAYS) % 7 < 5
    tokens = np.zeros((len(ACCOUNTS), DAYS, 4), dtype=np.int64)
    cost = np.zeros((len(ACCOUNTS), DAYS, 4))
    for number, account in enumerate(ACCOUNTS):
        factor = rng.uniform(0.7, 1.3, DAYS) * working * scale
        factor[: day_number(account.since)] = 0
        tokens[number] = np.round(factor[:, None] * np.array(account.tokens))
        price = prices[account.model]
        usd = [float(price[name]) for name in ("input", "input", "cached", "output")]
        usd[1] *= CACHE_WRITE_FACTOR
        cost[number] = np.round(tokens[number] * np.array(usd) / MILLION, 8)
    return Reports(tokens, cost, _copilot(rng, people))


def reported_costs(reports: Reports) -> list[tuple[str, str | None, np.ndarray]]:
    """Provider, agent or None, and USD a day: where the reported cost must end."""
    by_day = reports.cost.sum(axis=2)
    parts = [
        (account.provider, account.agent_id, by_day[number])
        for number, account in enumerate(ACCOUNTS)
    ]
    copilot = np.zeros(DAYS)
    net = np.array(reports.copilot["net_amount"].to_pylist(), dtype=float)
    np.add.at(copilot, reports.copilot["day"].to_numpy(), net)
    return [*parts, ("GitHub", None, copilot)]


def write_reports(reports: Reports, landing: Landing) -> None:
    """One page a period and report, and Copilot's CSV."""
    makers: dict[str, tuple[str, Callable[[Reports, int, int], list[dict[str, object]]]]] = {
        "openai_costs": ("OpenAI", _openai_costs),
        "openai_usage": ("OpenAI", _openai_usage),
        "anthropic_costs": ("Anthropic", _anthropic_costs),
        "anthropic_usage": ("Anthropic", _anthropic_usage),
    }
    for feed, (provider, results) in makers.items():
        mine = [number for number, each in enumerate(ACCOUNTS) if each.provider == provider]
        for period in weekly_then_daily():
            buckets, rows = [], 0
            for day in range(period.first, period.last + 1):
                found = [row for number in mine if reports.tokens[number, day].any()
                         for row in results(reports, number, day)]  # fmt: skip
                buckets.append(_bucket(provider, day, found))
                rows += len(found)
            if landing.wants(period) and rows:
                page = json.dumps(_page(provider, buckets))
                landing.lines(feed, f"{feed}_{period.name}.json", [[page]], rows, False)
    _write_copilot(reports.copilot, landing)


def _moment(day: int) -> datetime:
    return datetime.combine(FIRST_DAY + timedelta(days=day), datetime.min.time(), tzinfo=UTC)


def _bucket(provider: str, day: int, results: list[dict[str, object]]) -> dict[str, object]:
    start, end = _moment(day), _moment(day + 1)
    if provider == "OpenAI":
        seconds = {"start_time": int(start.timestamp()), "end_time": int(end.timestamp())}
        return {"object": "bucket", **seconds, "results": results}
    return {
        "starting_at": f"{start:%Y-%m-%dT%H:%M:%SZ}", "ending_at": f"{end:%Y-%m-%dT%H:%M:%SZ}",
        "results": results,
    }  # fmt: skip


def _page(provider: str, buckets: list[dict[str, object]]) -> dict[str, object]:
    kind = {"object": "page"} if provider == "OpenAI" else {}
    return {**kind, "data": buckets, "has_more": False, "next_page": None}


def _openai_costs(reports: Reports, number: int, day: int) -> list[dict[str, object]]:
    account, cost = ACCOUNTS[number], reports.cost[number, day]
    lines = {"input": cost[0], "cached input": cost[2], "output": cost[3]}
    return [
        {
            "object": "organization.costs.result",
            "amount": {"value": round(float(value), 8), "currency": "usd"},
            "line_item": f"{account.model}, {kind}", "project_id": account.account,
            "organization_id": "org-demo", "quantity": None,
        }
        for kind, value in lines.items() if value
    ]  # fmt: skip


def _openai_usage(reports: Reports, number: int, day: int) -> list[dict[str, object]]:
    account = ACCOUNTS[number]
    plain, _, cached, output = (int(value) for value in reports.tokens[number, day])
    return [{
        "object": "organization.usage.completions.result", "input_tokens": plain + cached,
        "input_cached_tokens": cached, "output_tokens": output,
        "num_model_requests": 1 + output // 400, "project_id": account.account, "user_id": None,
        "api_key_id": None, "model": account.model, "batch": False, "service_tier": "default",
    }]  # fmt: skip


def _anthropic_costs(reports: Reports, number: int, day: int) -> list[dict[str, object]]:
    account, cost = ACCOUNTS[number], reports.cost[number, day]
    kinds = ("Input Tokens", "Input Tokens, Cache Write", "Input Tokens, Cache Hit",
             "Output Tokens")  # fmt: skip
    return [
        {
            "currency": "USD", "amount": f"{value * 100:.6f}", "workspace_id": account.account,
            "description": f"Claude Sonnet 4.5 Usage - {kind}", "cost_type": "tokens",
            "context_window": "0-200k", "model": account.model, "service_tier": "standard",
            "token_type": None,
        }
        for kind, value in zip(kinds, cost, strict=True) if value
    ]  # fmt: skip


def _anthropic_usage(reports: Reports, number: int, day: int) -> list[dict[str, object]]:
    account = ACCOUNTS[number]
    plain, written, cached, output = (int(value) for value in reports.tokens[number, day])
    return [{
        "uncached_input_tokens": plain,
        "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": written},
        "cache_read_input_tokens": cached, "output_tokens": output,
        "server_tool_use": {"web_search_requests": 0}, "api_key_id": None,
        "workspace_id": account.account, "model": account.model, "service_tier": "standard",
        "context_window": "0-200k",
    }]  # fmt: skip


def _copilot(rng: np.random.Generator, people: People) -> pa.Table:
    """Requests of the engineers on most working days, and a seat for each on the month's first."""
    here = people.departments.index(COPILOT_USERS)
    since = day_number(COPILOT_SINCE)
    user, day = np.nonzero((people.department == here) & people.present)
    user, day = user[day >= since], day[day >= since]
    often = rng.random(len(day)) < 0.5
    user, day = user[often], day[often]
    requests = 1 + rng.poisson(6, len(day))
    gross = np.round(requests * REQUEST_USD, 4)
    discount = np.round(gross * np.where(rng.random(len(day)) < 0.6, 1.0, 0.25), 4)
    firsts = [n for n in range(since, DAYS) if _moment(n).day == 1]
    seat_user, seat = np.nonzero((people.department == here)[:, firsts])
    seats = len(seat)
    names = ["copilot_premium_request", "copilot_for_business"]
    return pa.table({
        "day": np.concatenate([day, np.array(firsts, dtype=np.int64)[seat]]),
        "user": np.concatenate([user, seat_user]),
        "sku": np.array(names)[np.repeat([0, 1], [len(day), seats])],
        "quantity": np.concatenate([requests, np.ones(seats, dtype=np.int64)]),
        "price": np.repeat([REQUEST_USD, SEAT_USD], [len(day), seats]),
        "gross_amount": np.concatenate([gross, np.full(seats, SEAT_USD)]),
        "discount_amount": np.concatenate([discount, np.zeros(seats)]),
        "net_amount": np.round(
            np.concatenate([gross - discount, np.full(seats, SEAT_USD)]), 4
        ),
    })  # fmt: skip


def _write_copilot(rows: pa.Table, landing: Landing) -> None:
    """GitHub repeats the same use in credits; they are no second cost."""
    select = f"""
        select
            {day_text("day")} as date, worker_id("user") as username, 'copilot' as product, sku,
            case when sku = 'copilot_premium_request' then 'gpt-4.1' end as model, quantity,
            case when sku = 'copilot_premium_request' then 'requests' else 'user-months' end
            as unit_type, price as applied_cost_per_quantity, gross_amount, discount_amount,
            net_amount, {MONTHLY_QUOTA} as total_monthly_quota, 'demo-company' as organization,
            null as repository, '{COPILOT_USERS}' as cost_center_name, quantity as aic_quantity,
            gross_amount as aic_gross_amount
        from rows order by "day", sku, "user"
    """
    days = rows["day"].to_numpy()
    landing.csv_by_period(
        "github_copilot_billing", taken_from(rows), days, weekly_then_daily(), select
    )
