"""Every dollar of the bill, by agent and day.

What belongs here: spreading charges over days, allocating them, estimating what no bill covers,
integration and oversight as cost rows. What does not: dividing by outputs.
"""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd

from tests.oracle.bills import all_charges, reported_usage
from tests.oracle.labor import usd_rates
from tests.oracle.landing import Landing, tags_of
from tests.oracle.periods import DAY, strict_sum, week_of

NANO = Decimal("1e-9")
UNALLOCATED = "unallocated"
GRAIN = ["agent_id", "cost_date", "provider", "component", "attribution"]
AGENT_COMPONENTS = ("compute", "licensing", "integration", "oversight")


def spread(charges: pd.DataFrame) -> pd.DataFrame:
    """One row a charge and day: even, the last day taking the remainder."""
    rows = []
    for charge in charges.itertuples():
        first = charge.ChargePeriodStart.normalize()
        days = max((charge.ChargePeriodEnd.normalize() - first).days, 1)
        daily = (charge.EffectiveCost / days).quantize(NANO, rounding=ROUND_HALF_UP)
        last = charge.EffectiveCost - daily * (days - 1)
        rows += [(charge.Index, first + n * DAY, float(daily)) for n in range(days - 1)]
        rows.append((charge.Index, first + (days - 1) * DAY, float(last)))
    frame = pd.DataFrame(rows, columns=["charge", "day", "amount"])
    return frame.astype({"day": "datetime64[us]"})


def rule_of(charge: object, tags: dict[str, str], rules: pd.DataFrame) -> tuple[str, str]:
    """Component and attribution by the first rule that matches a charge."""
    facts = (
        ("source", charge.source),
        ("provider", charge.ProviderName),
        ("service_category", charge.ServiceCategory),
        ("service_name", charge.ServiceName),
    )
    for rule in rules.itertuples():
        wanted = all(
            pd.isna(getattr(rule, name)) or getattr(rule, name) == fact for name, fact in facts
        )
        if wanted and (pd.isna(rule.tag_key) or rule.tag_key in tags):
            return rule.component, rule.attribution
    return "other", "none"


def describe(charges: pd.DataFrame, seeds: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What each charge is, and the agent or workflow it names."""
    rules = seeds["cost_rules"].sort_values("priority", kind="stable")
    models = seeds["models"].dropna(subset=["agent_id"])
    model_agents = dict(zip(models["model_id"], models["agent_id"], strict=True))
    account_models = seeds["agent_accounts"].set_index(["provider", "account"])["model_id"]
    account_models = account_models.dropna().to_dict()
    accounts = {
        (account.provider, account.account): model_agents.get(account.model_id)
        if pd.isna(account.agent_id)
        else account.agent_id
        for account in seeds["agent_accounts"].itertuples()
    }
    rows = []
    for charge in charges.itertuples():
        tags = tags_of(charge.Tags)
        component, attribution = rule_of(charge, tags, rules)
        account = accounts.get((charge.ProviderName, charge.SubAccountId))
        agent = tags.get("agent_id") or account
        workflow = None if agent else tags.get("workflow_id")
        fallback = None if agent or workflow else model_agents.get(tags.get("model_id"))
        named = (agent, workflow, fallback)
        model = tags.get("model_id") or account_models.get(
            (charge.ProviderName, charge.SubAccountId)
        )
        rows.append((charge.Index, component, attribution, *named, model, charge.ResourceType))
    columns = ["charge", "component", "rule", "named_agent", "named_workflow", "model_agent"]
    columns += ["model_id", "resource_type"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], "str"))


def charge_days(
    landing: Landing, seeds: dict[str, pd.DataFrame], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Charges by day up to as_of in USD with their rule and what they name."""
    charges = all_charges(landing, seeds, as_of)
    days = spread(charges)
    days = days[days["day"] <= as_of]
    days["source"] = days["charge"].map(charges["source"])
    days["provider"] = days["charge"].map(charges["ProviderName"])
    days["currency"] = days["charge"].map(charges["BillingCurrency"])
    if len(days):
        every = pd.DatetimeIndex(sorted(days["day"].unique()))
        rates = usd_rates(landing.fx_rates, days["currency"], every)
        days = days.merge(rates, on=["currency", "day"], how="left")
        days["cost_usd"] = days["amount"] * days["usd_per_unit"].astype(float)
    else:
        days["cost_usd"] = days["amount"]
    return days.merge(describe(charges, seeds), on="charge").reset_index(names="part")


def list_costs(usage: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Usage with the price valid on its day, list_usd and who bills it."""
    usage = usage.sort_values("day", kind="stable")
    prices = prices.rename(columns={"valid_from": "day"}).sort_values("day", kind="stable")
    priced = pd.merge_asof(usage, prices.astype({"day": "datetime64[us]"}), on="day", by="model")
    priced["list_usd"] = (
        (priced["input_tokens"] - priced["cached_input_tokens"]) * priced["input"]
        + priced["cached_input_tokens"] * priced["cached"]
        + priced["output_tokens"] * priced["output"]
    ) / 1e6
    # A call without tokens costs nothing, whatever the model.
    is_empty = priced["input_tokens"] + priced["output_tokens"] == 0
    priced["list_usd"] = priced["list_usd"].mask(is_empty, 0.0)
    return priced


def price_usage(usage: pd.DataFrame, reported: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Usage of traces at list price, and what vendors report where traces tell none."""
    traced = list_costs(usage, prices)
    traced["provider"] = traced["billed_by"].combine_first(traced["provider_name"])
    told = set(zip(traced["agent_id"], traced["day"], traced["provider"].str.lower(), strict=True))
    names = reported["provider_name"].str.lower()
    keys = zip(reported["agent_id"], reported["day"], names, strict=True)
    is_untold = np.array([key not in told for key in keys], dtype=bool)
    untold = list_costs(reported[is_untold], prices)
    # Who reports usage also bills it, whatever the price list knows of the model.
    untold["billed_by"] = untold["provider"] = untold["provider_name"]
    return pd.concat([traced, untold], ignore_index=True) if len(untold) else traced


def _live_shares(days: pd.Series, agents: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame({"day": days.unique()}).merge(agents, how="cross")
    frame = frame[frame["deployed_on"] <= frame["day"]]
    return frame[["day", "agent_id", "workflow_id"]].assign(weight=1.0)


def _split(parts: pd.DataFrame, weights: pd.DataFrame, on: list[str]) -> pd.DataFrame:
    """Split parts by weights; parts without weights are left out."""
    weights = weights.groupby([*on, "agent_id"], as_index=False)["weight"].sum()
    weights = weights[weights["weight"] > 0]
    total = weights.groupby(on, as_index=False)["weight"].sum().rename(columns={"weight": "total"})
    split = parts.merge(total, on=on).merge(weights, on=on)
    return split.assign(cost_usd=split["cost_usd"] * (split["weight"] / split["total"]))


def allocate(
    days: pd.DataFrame, seeds: dict[str, pd.DataFrame], runs: pd.DataFrame, priced: pd.DataFrame
) -> pd.DataFrame:
    """Charge days by agent: direct, else by the rule's driver, else unallocated."""
    columns = [*GRAIN, "cost_usd", "driver"]
    done: list[pd.DataFrame] = []
    live = _live_shares(days["day"], seeds["agents"])

    def take(rest: pd.DataFrame, split: pd.DataFrame, attribution: str) -> pd.DataFrame:
        split = split.assign(attribution=attribution)
        split["driver"] = split.get("weight", np.nan)
        done.append(split.rename(columns={"day": "cost_date"})[columns])
        return rest[~rest["part"].isin(split["part"])]

    rest = days
    open_to_direct = rest[rest["rule"] != "none"]
    named = open_to_direct.dropna(subset=["named_agent"])
    rest = take(rest, named.assign(agent_id=named["named_agent"]), "direct")
    pooled = rest[(rest["rule"] != "none") & rest["named_workflow"].notna()]
    pooled = pooled.assign(workflow_id=pooled["named_workflow"])
    pooled = _split(pooled, live, ["day", "workflow_id"]).drop(columns="weight")
    rest = take(rest, pooled, "direct")
    modelled = rest[(rest["rule"] != "none") & rest["model_agent"].notna()]
    rest = take(rest, modelled.assign(agent_id=modelled["model_agent"]), "direct")

    tokens = priced.dropna(subset=["billed_by", "list_usd"])
    tokens = tokens.assign(provider=tokens["billed_by"], weight=tokens["list_usd"])
    hours = runs.assign(day=runs["started_at"].dt.normalize())
    hours["weight"] = (hours["ended_at"] - hours["started_at"]).dt.total_seconds() / 3600
    for rule, weights, on in (
        ("tokens", tokens, ["day", "provider"]),
        ("run_hours", hours, ["day"]),
        ("even", live, ["day"]),
    ):
        shared = rest[rest["rule"] == rule]
        rest = take(rest, _split(shared, weights[[*on, "agent_id", "weight"]], on), rule)
    take(rest, rest.assign(agent_id=UNALLOCATED), "none")
    return pd.concat(done).assign(is_estimated=False)


def is_unbilled(priced: pd.DataFrame, days: pd.DataFrame) -> pd.Series:
    """Tokens that no charge of their day covers."""
    billed = set(zip(days["provider"], days["day"], strict=True))
    pairs = zip(priced["billed_by"], priced["day"], strict=True)
    covered = np.array([pair in billed for pair in pairs], dtype=bool)
    return pd.Series(~covered, priced.index)


def build_costs(
    landing: Landing,
    seeds: dict[str, pd.DataFrame],
    runs: pd.DataFrame,
    usage: pd.DataFrame,
    oversight: pd.DataFrame,
    as_of: pd.Timestamp,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Agent-day costs, charge days, and tokens with prices and who is charged for them."""
    days = charge_days(landing, seeds, as_of)
    priced = price_usage(usage, reported_usage(landing, seeds, as_of), seeds["model_prices"])
    estimated = priced[is_unbilled(priced, days)].assign(
        component="compute", attribution="direct", driver=np.nan, is_estimated=True
    )
    estimated = estimated.rename(columns={"list_usd": "cost_usd"})
    integration = _integration(seeds["agents"], as_of)
    watched = oversight.rename(columns={"day": "cost_date"}).assign(
        component="oversight", driver=oversight["hours"]
    )
    internal = pd.concat([integration, watched]).assign(
        provider="internal", attribution="direct", is_estimated=False
    )
    parts = [
        allocate(days, seeds, runs, priced),
        estimated.rename(columns={"day": "cost_date"}),
        internal,
    ]
    keys = [*GRAIN, "is_estimated"]
    facts = pd.concat([part[[*keys, "driver", "cost_usd"]] for part in parts], ignore_index=True)
    drivers = facts.groupby(keys, as_index=False)["driver"].max()
    return strict_sum(facts, keys, ["cost_usd"]).merge(drivers, on=keys), days, priced


def _integration(agents: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Straight-line by day over the months of amortization."""
    frames = []
    for agent in agents.dropna(subset=["integration_cost_usd", "deployed_on"]).itertuples():
        end = agent.deployed_on + pd.DateOffset(months=int(agent.amortization_months))
        total = (end - agent.deployed_on).days
        days = pd.date_range(agent.deployed_on, min(end - DAY, as_of), freq="D", unit="us")
        daily = agent.integration_cost_usd / total
        frames.append(pd.DataFrame({"cost_date": days, "cost_usd": daily}))
        frames[-1]["agent_id"] = agent.agent_id
    empty = pd.DataFrame(columns=["cost_date", "cost_usd", "agent_id"])
    frame = pd.concat([f for f in frames if len(f)]) if any(map(len, frames)) else empty
    return frame.assign(component="integration", driver=np.nan)


def build_reconciliation(days: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Billed from the charges, allocated and unallocated from the agent-day costs."""
    key = ["provider", "cost_date"]
    billed = strict_sum(days.rename(columns={"day": "cost_date"}), key, ["cost_usd"])
    billed = billed.rename(columns={"cost_usd": "billed_usd"})
    of_bill = costs[~costs["is_estimated"] & (costs["provider"] != "internal")]
    # From the fact as it is published: six decimals a row, halves away from zero.
    of_bill = of_bill.assign(cost_usd=of_bill["cost_usd"].map(as_published))
    is_open = of_bill["agent_id"] == UNALLOCATED
    sides = {"allocated_usd": of_bill[~is_open], "unallocated_usd": of_bill[is_open]}
    for name, side in sides.items():
        sums = strict_sum(side, key, ["cost_usd"]).rename(columns={"cost_usd": name})
        billed = billed.merge(sums.assign(found=True), on=key, how="left")
        billed[name] = billed[name].where(billed.pop("found").notna(), 0.0)
    told = billed["billed_usd"].map(as_published)
    rest = told - billed["allocated_usd"] - billed["unallocated_usd"]
    return billed.assign(difference_usd=rest)


def as_published(amount: float) -> float:
    """Six decimals, halves away from zero."""
    if np.isnan(amount):
        return amount
    exact = Decimal(repr(round(amount, 12)))
    return float(exact.quantize(Decimal("1e-6"), rounding=ROUND_HALF_UP))


def workflow_shares(items: pd.DataFrame) -> pd.DataFrame:
    """By agent and week: the share of its attempted items in each workflow."""
    attempted = items[items["is_attempted"]]
    attempted = attempted.assign(week_start=week_of(attempted["closed_at"]))
    by = ["agent_id", "week_start"]
    shares = attempted.groupby([*by, "workflow_id"]).size().rename("attempted").reset_index()
    total = shares.groupby(by)["attempted"].transform("sum")
    return shares.assign(share=shares["attempted"] / total).drop(columns="attempted")


def by_workflow(
    days: pd.DataFrame, items: pd.DataFrame, agents: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Agent-day figures by workflow: where the agent's items of that week are, else its own."""
    days = days.assign(week_start=week_of(days["day"]))
    spread_days = days.merge(workflow_shares(items), on=["agent_id", "week_start"], how="left")
    own = spread_days["agent_id"].map(agents.set_index("agent_id")["workflow_id"])
    spread_days["workflow_id"] = spread_days["workflow_id"].combine_first(own).fillna("unknown")
    share = spread_days["share"].fillna(1.0)
    for column in columns:
        spread_days[column] = spread_days[column] * share
    return spread_days.drop(columns="share")
