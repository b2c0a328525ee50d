"""True costs: where each charge, estimate and integration cost must end.

What belongs here: the daily spreading of charges and their planted destination, in USD. What does
not: cost rules of the pipeline; a charge's destination was planted when it was drawn (bills.py).
"""

from datetime import date

import numpy as np

from demo.bills import Bills, Charge
from demo.further import Further
from demo.plan import DAYS, Plan, day_number, day_of, read_seed
from demo.rates import EARLIER
from demo.reports import reported_costs
from demo.spans import Usage, model_names

Row = dict[str, object]
Totals = dict[tuple[str, str], np.ndarray]


def cost_truth(
    plan: Plan, usage: Usage, bills: Bills, rates: dict[str, np.ndarray], further: Further
) -> tuple[list[Row], list[Row]]:
    """Total cost by agent, provider and attribution, and by provider what was billed, allocated
    and left unallocated, over all days to the last one."""
    totals, providers = _charges(plan, usage, bills, rates)
    _invoices(plan, further, totals, providers)
    _reports(plan, further, totals, providers)
    _estimates(plan, bills, totals)
    agents = [
        {
            "agent_id": plan.agents[agent].agent_id, "provider": provider,
            "attribution": attribution.removesuffix(" estimated"),
            "is_estimated": attribution.endswith(" estimated"), "cost_usd": float(total[agent]),
        }
        for (provider, attribution), total in sorted(totals.items())
        for agent in np.flatnonzero(total)
    ] + _integration(plan)  # fmt: skip
    bill = [
        {
            "provider": provider, "billed_usd": billed + 0.0,
            "allocated_usd": billed - unallocated, "unallocated_usd": unallocated,
        }
        for provider, (billed, unallocated) in sorted(providers.items())
    ]  # fmt: skip
    return agents, bill


def spread(charge: Charge) -> np.ndarray:
    """The effective cost of each day of the charge, the last one taking the remainder."""
    days = charge.last - charge.first
    daily = np.full(days, round(charge.effective / days, 9))
    daily[-1] = charge.effective - daily[:-1].sum()
    return daily


def _charges(
    plan: Plan, usage: Usage, bills: Bills, rates: dict[str, np.ndarray]
) -> tuple[Totals, dict[str, tuple[float, float]]]:
    """USD by provider and attribution for each agent, and billed and unallocated by provider."""
    totals: Totals = {}
    providers: dict[str, tuple[float, float]] = {}
    live = np.array([np.arange(DAYS) >= deployed for deployed in plan.deployed]).astype(float)
    shares = {
        "run_hours": _share(usage.seconds.astype(float)),
        "even": _share(live),
        "nobody": np.zeros_like(live),
    }
    for charge in bills.charges:
        if charge.provider in _invoiced():
            continue  # told a second time: the invoices count
        usd = spread(charge)[: DAYS - charge.first]
        days = slice(charge.first, charge.first + len(usd))
        usd = usd * rates[charge.currency][EARLIER:][days]
        if isinstance(charge.goes_to, list):
            attribution, share = "direct", np.zeros_like(live)
            share[charge.goes_to] = 1 / len(charge.goes_to)
            if charge.tags and "workflow_id" in charge.tags:
                share = share * live
        elif charge.goes_to == "tokens":
            attribution = "tokens"
            share = shares.setdefault(
                f"tokens {charge.provider}", _share(_tokens(plan, bills, charge.provider))
            )
        else:
            attribution, share = charge.goes_to, shares[charge.goes_to]
        went = (share[:, days] * usd).sum(axis=1)
        key = (charge.provider, attribution)
        totals[key] = totals.get(key, np.zeros(len(plan.agents))) + went
        billed, unallocated = providers.get(charge.provider, (0.0, 0.0))
        left = float(usd[share[:, days].sum(axis=0) == 0].sum())
        providers[charge.provider] = (billed + float(usd.sum()), unallocated + left)
    return totals, providers


def _invoiced() -> dict[str, tuple[str, str]]:
    """Vendors that are costed from their invoices: contract and agent."""
    return {
        row["vendor"]: (row["contract_id"], row["agent_id"])
        for row in read_seed("contracts") if row["costed_from"] == "vendor_invoices"
    }  # fmt: skip


def _add(
    plan: Plan, provider: str, agent_id: str | None, usd: float, totals: Totals,
    providers: dict[str, tuple[float, float]],
) -> None:  # fmt: skip
    """Add a provider's cost to one agent's, or to what belongs to nobody."""
    billed, unallocated = providers.get(provider, (0.0, 0.0))
    if agent_id is None:
        providers[provider] = (billed + usd, unallocated + usd)
        return
    providers[provider] = (billed + usd, unallocated)
    went = totals.setdefault((provider, "direct"), np.zeros(len(plan.agents)))
    went[[agent.agent_id for agent in plan.agents].index(agent_id)] += usd


def _invoices(
    plan: Plan, further: Further, totals: Totals, providers: dict[str, tuple[float, float]]
) -> None:
    """Invoices in USD whose periods are over; all of these vendors' are."""
    for vendor, (contract, agent_id) in _invoiced().items():
        usd = sum(each.amount for each in further.invoices if each.contract_id == contract)
        _add(plan, vendor, agent_id, usd, totals, providers)


def _reports(
    plan: Plan, further: Further, totals: Totals, providers: dict[str, tuple[float, float]]
) -> None:
    """What providers report themselves, account by account."""
    for provider, agent_id, by_day in reported_costs(further.reports):
        _add(plan, provider, agent_id, float(by_day.sum()), totals, providers)


def _share(driver: np.ndarray) -> np.ndarray:
    """Each agent's part of a day's driver; 0 on days without any."""
    total = driver.sum(axis=0, keepdims=True)
    return np.divide(driver, total, out=np.zeros_like(driver), where=total > 0)


def _tokens(plan: Plan, bills: Bills, provider: str) -> np.ndarray:
    """List cost of the day's tokens by agent on the models on that provider's bill."""
    mine = {row["model"] for row in plan.prices if row["billed_by"] == provider}
    chosen = [number for number, name in enumerate(model_names(plan)) if name in mine]
    return bills.list_cost[:, chosen].sum(axis=(1, 3))


def _estimates(plan: Plan, bills: Bills, totals: Totals) -> None:
    """Models on nobody's bill cost their list price."""
    unbilled = {row["model"] for row in plan.prices if not row["billed_by"]}
    for number, name in enumerate(model_names(plan)):
        if name in unbilled:
            cost = bills.list_cost[:, number].sum(axis=(1, 2))
            for agent in np.flatnonzero(cost):
                key = (plan.agents[agent].provider, "direct estimated")
                one = np.where(np.arange(len(cost)) == agent, cost, 0.0)
                totals[key] = totals.get(key, np.zeros(len(cost))) + one


def _integration(plan: Plan) -> list[Row]:
    """Integration cost up to the last day, straight-line by day over its months."""
    rows: list[Row] = []
    for agent, row in zip(plan.agents, plan.agent_rows, strict=True):
        start = day_number(row["deployed_on"])
        begin = day_of(start)
        months = begin.year * 12 + begin.month - 1 + int(row["amortization_months"])
        end = day_number(date(months // 12, months % 12 + 1, begin.day))
        daily = float(row["integration_cost_usd"]) / (end - start)
        cost = daily * (min(end, DAYS) - start)
        rows.append(
            {
                "agent_id": agent.agent_id, "provider": "internal", "attribution": "direct",
                "is_estimated": False, "cost_usd": cost,
            }
        )  # fmt: skip
    return rows
