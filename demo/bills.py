"""The bills: FOCUS charges of six providers.

What belongs here: what is charged for which day to which account, and the focus files.
What does not: how charges are allocated (truth.py states what must come out).
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from demo.files import Landing, monthly_then_finer
from demo.focus import write_charges
from demo.plan import DAYS, FIRST_DAY, LAST_DAY, Plan, day_number
from demo.spans import Usage, model_names

MILLION = 1_000_000
# What is paid of the list price under the contract.
MERIDIAN_RATE, HELIX_RATE = 0.92, 0.95
# Models that no agent uses: model, machine, USD a day.
MACHINES = (
    ("offer-recommender", "gpu.small", 14), ("offer-recommender", "cpu.large", 4),
    ("fraud-screen", "cpu.large", 6), ("fraud-screen", "cpu.xlarge", 9),
    ("route-planner", "cpu.large", 5),
)  # fmt: skip
KINDS = ("input", "cached input", "output")


@dataclass
class Charge:
    """One charge row, before it is spelled out as FOCUS.

    first, last: day numbers, last exclusive; hour: of the day, for hourly charges. effective,
    billed, listed: amounts in the billing currency. goes_to: the planted destination: an agent's
    index list, "tokens", "run_hours", "even" or "nobody".
    """

    provider: str
    category: str
    service: str
    first: int
    last: int
    effective: float
    goes_to: list[int] | str
    billed: float | None = None
    listed: float | None = None
    tags: dict[str, str] | None = None
    account: str = "main"
    currency: str = "USD"
    charge_category: str = "Usage"
    charge_class: str | None = None
    sku: str = ""
    quantity: float | None = None
    unit: str | None = None
    hour: int | None = None
    commitment: str | None = None
    commitment_status: str | None = None
    resource_type: str | None = None


@dataclass
class Bills:
    """All charges, and list cost by agent, model, day and (input, cached, output)."""

    charges: list[Charge]
    list_cost: np.ndarray = field(repr=False)


def list_cost(plan: Plan, usage: Usage) -> tuple[np.ndarray, np.ndarray]:
    """Prices[model, day, (input, cached, output)] and list cost[agent, model, day, the same]."""
    names = model_names(plan)
    prices = np.zeros((len(names), DAYS, 3))
    for row in sorted(plan.prices, key=lambda each: each["valid_from"]):
        since = max(0, day_number(row["valid_from"]))
        price = [float(row[column]) for column in ("input", "cached", "output")]
        prices[names.index(row["model"]), since:] = price
    return prices, billable(usage) * prices[None] / MILLION


def billable(usage: Usage) -> np.ndarray:
    """Tokens with cached input taken out of input, as vendors charge them."""
    tokens = usage.tokens.astype(np.float64)
    return np.stack([tokens[..., 0] - tokens[..., 1], tokens[..., 1], tokens[..., 2]], axis=-1)


def make_bills(rng: np.random.Generator, plan: Plan, usage: Usage, scale: float) -> Bills:
    """Draw every provider's charges."""
    prices, costs = list_cost(plan, usage)
    charges = _meridian(plan, usage, prices, scale) + _helix(plan, usage, prices)
    charges += _cloud(rng, plan, scale) + _licences(plan, scale)
    return Bills(charges, costs)


def _agent(plan: Plan, agent_id: str) -> int:
    return [agent.agent_id for agent in plan.agents].index(agent_id)


def _metered(
    plan: Plan, tokens: np.ndarray, prices: np.ndarray, model: str, rate: float, **common: object
) -> list[Charge]:
    """A charge a day and kind of token, for tokens[day, kind] of one model."""
    by_day = prices[model_names(plan).index(model)]
    charges = []
    for day, kind in zip(*np.nonzero(tokens), strict=True):
        listed = round(float(tokens[day, kind] * by_day[day, kind] / MILLION), 10)
        charges.append(
            Charge(
                category="AI and Machine Learning", first=int(day), last=int(day) + 1,
                effective=round(listed * rate, 10), listed=listed, sku=f"{model} {KINDS[kind]}",
                quantity=float(tokens[day, kind]), unit="Tokens", **common,
            )
        )  # fmt: skip
    return charges


def _meridian(plan: Plan, usage: Usage, prices: np.ndarray, scale: float) -> list[Charge]:
    """One account for all agents without a tag: the shared bill; and one tagged extra."""
    tokens, charges = billable(usage).sum(axis=0), []
    for row in {r["model"]: r for r in plan.prices if r["billed_by"] == "Meridian AI"}.values():
        model = row["model"]
        charges += _metered(
            plan, tokens[model_names(plan).index(model)], prices, model, MERIDIAN_RATE,
            provider="Meridian AI", service="Meridian API", goes_to="tokens",
            account="meridian-shared", tags={"environment": "production", "squad": "platform"},
        )  # fmt: skip
    refunds = _agent(plan, "refund-clerk")
    charges += [
        Charge("Meridian AI", "AI and Machine Learning", "Meridian Tuned Models", day, day + 1,
               round(3.0 * scale, 10), [refunds], tags={"agent_id": "refund-clerk"},
               sku="tuned hosting")
        for day in range(plan.deployed[refunds], DAYS)
    ]  # fmt: skip
    return charges


def _helix(plan: Plan, usage: Usage, prices: np.ndarray) -> list[Charge]:
    """Billed in euros, direct: by agent tag, by sub-account, and by workflow tag."""
    charges = []
    ways = {
        "claims-reader": ("helix-claims", {"agent_id": "claims-reader", "owner": "claims"}),
        "triage-guide": ("helix-triage", None),
        "code-helper": ("helix-code", {"workflow_id": "code-changes"}),
    }
    for agent_id, (account, tags) in ways.items():
        agent = _agent(plan, agent_id)
        model = plan.agents[agent].models[0]
        tokens = billable(usage)[agent, model_names(plan).index(model)]
        charges += _metered(
            plan, tokens, prices, model, HELIX_RATE, provider="Helix Models", service="Helix API",
            goes_to=[agent], account=account, tags=tags, currency="EUR",
        )  # fmt: skip
    day = day_number(date(2026, 5, 12))
    charges.append(
        Charge("Helix Models", "AI and Machine Learning", "Helix API", day, day + 1, -3.75,
               [_agent(plan, "claims-reader")], tags={"agent_id": "claims-reader"},
               account="helix-claims", currency="EUR", charge_class="Correction", sku="correction")
    )  # fmt: skip
    return charges


def _cloud(rng: np.random.Generator, plan: Plan, scale: float) -> list[Charge]:
    """The cloud: shared by run hours, shared evenly, by account, by model tag, and by nobody."""
    provider, charges = "Cirrus Cloud", []
    january = day_number(date(2026, 1, 1))
    invoices, claims = _agent(plan, "invoice-matcher"), _agent(plan, "claims-reader")

    def daily(first: int, amount: float, *place: str, **more: object) -> None:
        for day in range(first, DAYS):
            cost = round(amount * scale * float(rng.uniform(0.8, 1.2)), 10)
            charges.append(Charge(provider, *place, day, day + 1, cost, **more))

    daily(january, 18, "Databases", "Cirrus Vector Store", goes_to="run_hours", sku="vectors",
          tags={"environment": "production"})  # fmt: skip
    daily(january, 12, "Management and Governance", "Cirrus Agent Gateway", goes_to="even",
          sku="gateway")  # fmt: skip
    daily(plan.deployed[invoices], 9, "AI and Machine Learning", "Cirrus Inference",
          goes_to=[invoices], account="cirrus-invoice-ml", sku="inference")  # fmt: skip
    daily(0, 40, "Web", "Cirrus Hosting", goes_to="nobody", sku="hosting",
          tags={"cost_center": "CC-09"})  # fmt: skip
    daily(0, 6, "Compute", "Cirrus Machines", goes_to="nobody", sku="commitment",
          commitment="commitment-1", commitment_status="Unused", billed=0.0)  # fmt: skip
    for day in range(plan.deployed[claims], DAYS):
        for hour in range(24):
            cost = round(0.25 * scale * float(rng.uniform(0.8, 1.2)), 10)
            charges.append(
                Charge(provider, "AI and Machine Learning", "Cirrus Inference", day, day + 1, cost,
                       [claims], hour=hour, tags={"model_id": "claims-severity"}, sku="endpoint",
                       resource_type="gpu.small")
            )  # fmt: skip
    for first, last in _months(0):
        charges.append(
            Charge(provider, "Compute", "Cirrus Machines", first, last, 0.0, "nobody",
                   billed=round(200.0 * scale, 10), charge_category="Purchase",
                   commitment="commitment-1", sku="commitment")
        )  # fmt: skip
        charges.append(
            Charge(provider, "Other", "Tax", first, last, round(31.0 * scale, 10), "nobody",
                   charge_category="Tax", sku="tax")
        )  # fmt: skip
    guide = _agent(plan, "triage-guide")
    daily(plan.deployed[guide], 1, "AI and Machine Learning", "Cirrus Inference",
          goes_to=[guide], tags={"model_id": "triage-urgency"}, sku="storage",
          resource_type="disk")  # fmt: skip
    for model, machine, amount in MACHINES:
        daily(january, amount, "AI and Machine Learning", "Cirrus Inference", goes_to="nobody",
              tags={"model_id": model}, sku="endpoint", resource_type=machine)  # fmt: skip
    return charges


def _licences(plan: Plan, scale: float) -> list[Charge]:
    """Licences by the month: two for agents, one for nobody's agent."""
    responder, helper = _agent(plan, "ticket-responder"), _agent(plan, "code-helper")
    charges = []
    for first, last in _months(plan.deployed[responder]):
        charges.append(
            Charge("Deskly", "Business Applications", "Deskly Responder", first, last,
                   round(900.0 * scale, 2), [responder], tags={"agent_id": "ticket-responder"},
                   charge_category="Purchase", sku="responder")
        )  # fmt: skip
    for first, last in _months(day_number(date(2026, 1, 1))):
        charges.append(
            Charge("Codesmith", "Developer Tools", "Codesmith Seats", first, last,
                   round(1400.0 * scale, 2), [helper], tags={"workflow_id": "code-changes"},
                   charge_category="Purchase", sku="seats")
        )  # fmt: skip
    for first, last in _months(0):
        charges.append(
            Charge("Officeware", "Business Applications", "Officeware Suite", first, last,
                   round(3000.0 * scale, 2), "nobody", charge_category="Purchase", sku="suite")
        )  # fmt: skip
    return charges


def _months(first: int) -> list[tuple[int, int]]:
    """Billing periods from a day on: to the month's end, then by month; the last runs on."""
    periods, day = [], FIRST_DAY + timedelta(days=first)
    while day <= LAST_DAY:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        periods.append((day_number(day), day_number(following)))
        day = following
    return periods


def write_bills(bills: Bills, landing: Landing) -> None:
    """A file a provider and month; from the last month on finer."""
    for provider in sorted({charge.provider for charge in bills.charges}):
        for period in monthly_then_finer():
            due = [
                charge for charge in bills.charges
                if charge.provider == provider and period.first <= charge.first <= period.last
            ]  # fmt: skip
            if landing.wants(period) and due:
                write_charges(due, provider, period.name, landing)
