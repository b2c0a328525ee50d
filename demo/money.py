"""Money outside the bills: flows of the initiatives, and what vendors invoice under contracts.

What belongs here: planned and actual flows, invoices, what each contract owes by its own words,
and their files. What does not: charges of providers (bills.py).
"""

import calendar
import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from demo.files import Landing, taken_from, weekly_then_daily
from demo.plan import DAY, DAYS, LAST_DAY, Plan, day_number, read_seed
from demo.rates import EARLIER
from demo.records import Items
from demo.reviews import ACCEPT, Reviews
from demo.truth_work import facts_of

HORIZON_MONTHS = 36
RAMP_MONTHS = 6
# How running costs are made up.
RUNNING = {
    "cloud": 0.40, "licensing": 0.20, "monitoring": 0.15, "labeling": 0.10, "oversight": 0.15,
}  # fmt: skip
ACTUALS_ON_DAY = 6
NEVER_PAYS_BACK = "document-archive"
OVERBILLED, OVERBILLING = "contract-deskly-2026", 1.15
BELOW_FLOOR = "contract-helix-triage-2026"
NOT_INVOICED = ("contract-helix-2026", date(2026, 4, 1))
EURO_CONTRACTS = (BELOW_FLOOR,)
Z = 1.959963984540054


@dataclass(frozen=True)
class InitiativePlan:
    """USD a month: development while it is built, running costs after, benefit once ramped up."""

    initiative_id: str
    building_months: int
    development: float
    running: float
    benefit: float


INITIATIVES = (
    InitiativePlan("triage-automation", 3, 9_000, 3_000, 11_000),
    InitiativePlan("claims-automation", 3, 10_000, 5_200, 14_000),
    InitiativePlan("finance-automation", 3, 8_000, 2_500, 9_000),
    InitiativePlan("personal-offers", 3, 15_000, 6_000, 30_000),
    InitiativePlan("fraud-screening", 3, 12_000, 4_000, 17_000),
    InitiativePlan("route-optimisation", 3, 18_000, 5_000, 26_000),
    InitiativePlan(NEVER_PAYS_BACK, 5, 9_000, 2_400, 1_500),
)


@dataclass(frozen=True)
class Invoice:
    """One invoice and the day on which it came."""

    contract_id: str
    first: date
    last: date
    outcomes: int
    amount: float
    currency: str
    received: date


def write_cash_flows(rng: np.random.Generator, landing: Landing) -> None:
    """The plan when an initiative starts; what happened some days after each month."""
    starts = {row["initiative_id"]: row["start_month"] for row in read_seed("initiatives")}
    rows: list[tuple[str, date, str, float, str, date]] = []
    for plan in INITIATIVES:
        start = date.fromisoformat(starts[plan.initiative_id])
        for number in range(HORIZON_MONTHS):
            month = _later(start, number)
            for kind, amount in _flows(plan, number):
                rows.append((plan.initiative_id, month, kind, amount, "projected", start))
                known = _later(month, 1) + timedelta(days=ACTUALS_ON_DAY - 1)
                if known > LAST_DAY:
                    continue
                happened = round(amount * float(rng.uniform(0.9, 1.1)), 2)
                rows.append((plan.initiative_id, month, kind, happened, "actual", known))
    table = pa.table({
        "initiative_id": [row[0] for row in rows], "month": [row[1] for row in rows],
        "kind": [row[2] for row in rows], "amount_usd": [f"{row[3]:.2f}" for row in rows],
        "status": [row[4] for row in rows],
    })  # fmt: skip
    known_on = np.array([day_number(row[5]) for row in rows])
    landing.csv_by_period(
        "cash_flows", taken_from(table), known_on, weekly_then_daily(), "select * from rows"
    )


def _flows(plan: InitiativePlan, number: int) -> list[tuple[str, float]]:
    """Kinds and amounts of an initiative's month; costs are negative."""
    if number < plan.building_months:
        return [("development", -plan.development)]
    ramped = min(1.0, (number - plan.building_months + 1) / RAMP_MONTHS)
    costs = [(kind, round(-plan.running * share, 2)) for kind, share in RUNNING.items()]
    return [("benefit", round(plan.benefit * ramped, 2)), *costs]


def _later(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, day.day)


def settlements(plan: Plan, items: Items, reviews: Reviews) -> list[dict[str, object]]:
    """What each contract owes for every final month, by its price, limits and floor."""
    facts = facts_of(plan, items)
    accepted = np.where(reviews.adjudicated >= 0, reviews.adjudicated, reviews.verdict) == ACCEPT
    earliest = np.full(len(items), -1)
    random = np.flatnonzero(reviews.is_random)[::-1]
    earliest[reviews.item[random]] = random  # the earliest is written last
    rows: list[dict[str, object]] = []
    for contract in read_seed("contracts"):
        agent = [spec.agent_id for spec in plan.agents].index(contract["agent_id"])
        window = plan.windows[plan.agent_workflow[agent]]
        mine = np.flatnonzero((items.agent == agent) & facts.completed)
        month = date.fromisoformat(contract["starts_on"]).replace(day=1)
        while day_number(_later(month, 1)) - 1 + window <= DAYS - 1:
            first, after = day_number(month), day_number(_later(month, 1))
            done = mine[(facts.day[mine] >= first) & (facts.day[mine] < after)]
            read = done[earliest[done] >= 0]
            right = accepted[earliest[read]]
            verified = (right & facts.successful[read]).sum() / max(len(read), 1) * len(done)
            verified = min(float(verified), float(facts.successful[done].sum()))
            high = _wilson_high(int(right.sum()), len(read))
            credited = len(read) > 0 and high < float(contract["accuracy_floor"])
            gross = verified * float(contract["price_per_outcome_usd"])
            capped = min(gross, float(contract["monthly_cap_usd"] or math.inf))
            due = max(float(contract["monthly_minimum_usd"] or 0), capped)
            rows.append({
                "contract_id": contract["contract_id"], "month_start": month.isoformat(),
                "verified_outputs": verified, "is_credited": credited,
                "payable_usd": due * (1 - float(contract["credit_rate"]) * credited),
                "received": (_later(month, 1) + timedelta(days=window)).isoformat(),
            })  # fmt: skip
            month = _later(month, 1)
    return rows


def _wilson_high(hits: int, number: int) -> float:
    if number == 0:
        return 1.0
    share, z2 = hits / number, Z * Z
    middle = share + z2 / (2 * number)
    spread = Z * math.sqrt(share * (1 - share) / number + z2 / (4 * number * number))
    return (middle + spread) / (1 + z2 / number)


def make_invoices(
    plan: Plan, items: Items, owed: list[dict[str, object]], rates: dict[str, np.ndarray]
) -> list[Invoice]:
    """One vendor bills every week what it calls an outcome; the others what the month owes."""
    made = _weekly(plan, items)
    starts = {row["contract_id"]: row["starts_on"] for row in read_seed("contracts")}
    for row in owed:
        contract, month = str(row["contract_id"]), date.fromisoformat(str(row["month_start"]))
        if contract == OVERBILLED or (contract, month) == NOT_INVOICED:
            continue
        first = max(month, date.fromisoformat(starts[contract]))
        last = month.replace(day=calendar.monthrange(month.year, month.month)[1])
        currency = "EUR" if contract in EURO_CONTRACTS else "USD"
        span = slice(EARLIER + day_number(first), EARLIER + day_number(last) + 1)
        amount = round(float(row["payable_usd"]) / float(rates[currency][span].mean()), 2)
        outcomes = round(float(row["verified_outputs"]))
        received = date.fromisoformat(str(row["received"]))
        made.append(Invoice(contract, first, last, outcomes, amount, currency, received))
    return sorted(made, key=lambda invoice: (invoice.received, invoice.contract_id))


def _weekly(plan: Plan, items: Items) -> list[Invoice]:
    """Every closing by the agent is billed, every return of it again, and some more."""
    row = next(row for row in read_seed("contracts") if row["contract_id"] == OVERBILLED)
    agent = [spec.agent_id for spec in plan.agents].index(row["agent_id"])
    mine = items.completed & (items.agent == agent)
    back = mine & items.in_window
    made = []
    for first in range(day_number(row["starts_on"]), DAYS, 7):
        inside = [
            int(((moment >= first * DAY) & (moment < (first + 7) * DAY)).sum())
            for moment in (items.closed[mine], items.returned[back])
        ]
        outcomes = math.ceil(OVERBILLING * sum(inside))
        amount = round(outcomes * float(row["price_per_outcome_usd"]), 2)
        start = date.fromisoformat(row["starts_on"]) + timedelta(
            days=first - day_number(row["starts_on"])
        )
        end = start + timedelta(days=6)
        made.append(Invoice(OVERBILLED, start, end, outcomes, amount, "USD", end))
    return made


def write_invoices(invoices: list[Invoice], landing: Landing) -> None:
    """One row an invoice, on the day it came."""
    rows = pa.table({
        "invoice_id": [f"V{number + 1:05d}" for number in range(len(invoices))],
        "contract_id": [each.contract_id for each in invoices],
        "period_start": [each.first for each in invoices],
        "period_end": [each.last for each in invoices],
        "billed_outcomes": [each.outcomes for each in invoices],
        "amount": [f"{each.amount:.2f}" for each in invoices],
        "currency": [each.currency for each in invoices],
    })  # fmt: skip
    received = np.array([day_number(each.received) for each in invoices])
    landing.csv_by_period(
        "vendor_invoices", taken_from(rows), received, weekly_then_daily(), "select * from rows"
    )
