"""Every bill as one kind of charge, and whose word counts.

What belongs here: charges of all sources, the authority of each provider, reported usage. What does
not: who pays for a charge inside the company (costs.py).
"""

import json

import pandas as pd

from tests.oracle.landing import Landing
from tests.oracle.periods import DAY

CHARGE = [
    "source",
    "ProviderName",
    "ServiceCategory",
    "ServiceName",
    "ResourceType",
    "SubAccountId",
    "Tags",
    "EffectiveCost",
    "BillingCurrency",
    "ChargePeriodStart",
    "ChargePeriodEnd",
]
AI = "AI and Machine Learning"
VENDORS = {"openai_costs": "OpenAI", "anthropic_costs": "Anthropic"}
INVOICES = "vendor_invoices"


def all_charges(
    landing: Landing, seeds: dict[str, pd.DataFrame], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Charges that count: those of each provider's authority, that begin up to as_of."""
    parts = [landing.focus.assign(source="focus"), _copilot(landing), _invoiced(landing, seeds)]
    parts += [_reported(landing, source, name) for source, name in VENDORS.items()]
    charges = pd.concat([part.reindex(columns=CHARGE) for part in parts if len(part)])
    charges = charges[charges["ChargePeriodStart"] < as_of + DAY]
    word = authorities(charges, seeds["cost_rules"])
    counts = charges["source"] == charges["ProviderName"].map(word)
    kinds = dict.fromkeys(["ChargePeriodStart", "ChargePeriodEnd"], "datetime64[us]")
    return charges[counts].astype(kinds).reset_index(drop=True)


def authorities(charges: pd.DataFrame, rules: pd.DataFrame) -> dict[str, str]:
    """The one source whose charges count, by provider."""
    named = rules.sort_values("priority", kind="stable").dropna(subset=["provider", "source"])
    ruled = named.drop_duplicates("provider").set_index("provider")["source"].to_dict()
    found = {}
    for provider, group in charges.groupby("ProviderName"):
        sources = set(group["source"])
        ranked = [source for source in (INVOICES, "focus") if source in sources]
        found[provider] = ruled.get(provider) or (ranked or sorted(sources))[0]
    return found


def _reported(landing: Landing, source: str, provider: str) -> pd.DataFrame:
    costs = landing[source]
    day = pd.to_datetime(costs["started_at"]).dt.normalize()
    return pd.DataFrame(
        {
            "source": source,
            "ProviderName": provider,
            "ServiceCategory": AI,
            "ServiceName": costs["service_name"],
            "SubAccountId": costs["account"],
            "EffectiveCost": costs["amount"],
            "BillingCurrency": costs["currency"],
            "ChargePeriodStart": day,
            "ChargePeriodEnd": day + DAY,
        }
    )


def _copilot(landing: Landing) -> pd.DataFrame:
    billed = landing["github_copilot_billing"]
    return pd.DataFrame(
        {
            "source": "github_copilot_billing",
            "ProviderName": "GitHub",
            "ServiceCategory": AI,
            "ServiceName": billed["product"],
            "SubAccountId": billed["cost_center_name"],
            "EffectiveCost": billed["net_amount"],
            "BillingCurrency": "USD",
            "ChargePeriodStart": billed["date"],
            "ChargePeriodEnd": billed["date"] + DAY,
        }
    )


def _invoiced(landing: Landing, seeds: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Invoices of contracts that are costed from them, direct to the contract's agent."""
    invoices = landing[INVOICES]
    if not len(invoices):
        return pd.DataFrame(columns=CHARGE)
    contracts = seeds["contracts"]
    contracts = contracts[contracts["costed_from"] == INVOICES]
    rows = invoices.merge(contracts[["contract_id", "vendor", "agent_id"]], on="contract_id")
    tags = [
        None if pd.isna(agent) else json.dumps({"agent_id": agent}) for agent in rows["agent_id"]
    ]
    return pd.DataFrame(
        {
            "source": INVOICES,
            "ProviderName": rows["vendor"],
            "SubAccountId": rows["contract_id"],
            "Tags": pd.Series(tags, rows.index, dtype=object),
            "EffectiveCost": rows["amount"],
            "BillingCurrency": rows["currency"].str.upper(),
            "ChargePeriodStart": rows["period_start"],
            "ChargePeriodEnd": rows["period_end"] + DAY,
        }
    )


def reported_usage(
    landing: Landing, seeds: dict[str, pd.DataFrame], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Tokens that vendors report of an agent, by day and model; agent_id, provider_name."""
    used = pd.concat([landing["openai_usage"], landing["anthropic_usage"]], ignore_index=True)
    used = used[used["day"] <= as_of]
    models = seeds["models"].set_index("model_id")["agent_id"]
    accounts = seeds["agent_accounts"]
    agent = accounts["agent_id"].combine_first(accounts["model_id"].map(models))
    names = zip(accounts["provider"], accounts["account"], strict=True)
    agents = dict(zip(names, agent, strict=True))
    pairs = zip(used["provider"], used["account"], strict=True)
    used = used.assign(
        agent_id=pd.Series([agents.get(pair) for pair in pairs], used.index, dtype="str"),
        model=used["model"].fillna("unknown").astype("str"),
        provider_name=used["provider"],
    )
    return used.dropna(subset=["agent_id"]).drop(columns="provider")
