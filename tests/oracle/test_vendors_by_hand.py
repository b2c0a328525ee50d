"""Vendors' own formats worked out by hand.

What belongs here: whose bill counts, cents and cached tokens, Langfuse's runs, Workday's days. What
does not: the marts.
"""

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.bills import all_charges
from tests.oracle.by_hand import check, company, row
from tests.oracle.facts import Facts
from tests.oracle.kpis import build_core, build_facts
from tests.oracle.landing import read_landing
from tests.oracle.workday import workday_positions

SEEDS = {
    "agent_accounts": "provider,account,agent_id,model_id\nAnthropic,w,a1,\n",
    "cost_rules": "priority,provider,service_category,service_name,tag_key,component,attribution,"
    "source\n1,Anthropic,,,,compute,direct,anthropic_costs\n2,V,,,,licensing,direct,"
    "vendor_invoices\n3,,,,,compute,direct,focus\n",
    "contracts": "contract_id,vendor,agent_id,costed_from\nc,V,a1,vendor_invoices\nd,W,a1,focus\n",
    "model_prices": "model,valid_from,input,output,cached,billed_by\n"
    "m1,2025-01-01,1,10,0.5,Anthropic\n",
    "workday_teams": "job_profile_id,business_site,team_id,department,country\n"
    ",,rest,rest,US\nJP,,profile,d1,US\n,Here,site,d1,DE\nJP,Here,both,d2,DE\n",
}
FEEDS = {
    "focus": [
        "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,ProviderName,"
        "ChargeCategory",
        *(f"9,9,USD,2026-02-09,2026-02-10,{name},Usage" for name in ("Anthropic", "V", "Other")),
    ],
    "vendor_invoices": [
        "invoice_id,contract_id,period_start,period_end,billed_outcomes,amount,currency",
        "i1,c,2026-02-09,2026-02-10,1,10,usd",
        "i2,d,2026-02-09,2026-02-10,1,10,USD",
    ],
    "workday_workers": [
        "id,_fivetran_start,_fivetran_end,_fivetran_deleted,active,annual_summary_total_base_pay,"
        "annual_summary_currency,hire_date,termination_date",
        "x,2025-01-01 00:00:00,2026-01-31 23:59:59,false,true,100,USD,2025-03-01,",
        "x,2026-02-01 00:00:00,9999-12-31 23:59:59,false,false,120,USD,2025-03-01,2026-02-20",
        "y,2025-01-01 00:00:00,9999-12-31 23:59:59,false,true,-5,USD,2025-03-01,",
    ],
    "workday_positions": [
        "worker_id,position_id,_fivetran_start,_fivetran_end,_fivetran_deleted,is_primary_job,"
        "job_profile_id,business_site_summary_name,employee_type,full_time_equivalent_percentage",
        "x,p1,2025-01-01 08:00:00,9999-12-31 23:59:59,false,true,JP,Here,Contingent_Worker,50",
        "x,p2,2026-02-11 08:00:00,9999-12-31 23:59:59,false,true,JP,There,Regular,100",
        "x,p3,2026-02-11 08:00:00,9999-12-31 23:59:59,false,false,JP,Here,Regular,100",
        "y,p4,2025-01-01 00:00:00,9999-12-31 23:59:59,false,true,JP,Here,Regular,100",
    ],
}
COSTS = [("2026-02-10", "1234.5"), ("2026-03-10", "100")]
USAGE = {
    "uncached_input_tokens": 500,
    "cache_creation": {"ephemeral_1h_input_tokens": 20, "ephemeral_5m_input_tokens": 30},
    "cache_read_input_tokens": 450,
    "output_tokens": 90,
    "model": "m1",
    "workspace_id": "w",
}
LANGFUSE = [
    {"id": "T1", "timestamp": "2026-02-17T08:00:00Z", "metadata": {"agent_id": "a1"}},
    {
        "id": "o1",
        "traceId": "t1",
        "type": "SPAN",
        "startTime": "2026-02-17T07:59:00Z",
        "level": "ERROR",
    },
    {
        "id": "o2",
        "traceId": "t1",
        "parentObservationId": "O1",
        "type": "GENERATION",
        "startTime": "2026-02-17T08:01:00Z",
        "endTime": "2026-02-17T08:05:00Z",
        "model": "m1",
        "usageDetails": {
            "input": 100,
            "cache_read_input_tokens": 40,
            "cache_creation_input_tokens": 10,
            "output": 7,
        },
    },
    {"id": "AA", "timestamp": "2026-02-17T08:00:00Z", "metadata": {"agent_id": "other"}},
]


def write(folder: Path, feed: str, text: str) -> None:
    (folder / "landing" / feed).mkdir(parents=True)
    (folder / "landing" / feed / "a.json").write_text(text)


def page(results: list[tuple[str, dict]]) -> str:
    buckets = [{"starting_at": f"{day}T00:00:00Z", "results": [found]} for day, found in results]
    return json.dumps({"data": buckets, "has_more": False}, indent=1)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("vendors")
    _, seeds = company(folder, SEEDS, FEEDS)
    cost = {"currency": "usd", "workspace_id": "w", "description": "Tokens"}
    write(folder, "anthropic_costs", page([(day, cost | {"amount": n}) for day, n in COSTS]))
    days = ("2026-02-10", "2026-02-17", "2026-02-18")
    write(folder, "anthropic_usage", page([(day, USAGE) for day in days]))
    write(folder, "langfuse", "\n".join(map(json.dumps, LANGFUSE)))
    return build_facts(read_landing(folder / "landing"), seeds, pd.Timestamp("2026-03-31"))


def test_one_source_a_provider(facts: Facts) -> None:
    """Anthropic by its own report, in dollars; V by invoices; W's invoices are nobody's bill."""
    charges = all_charges(facts.landing, facts.seeds, facts.as_of)
    found = charges.groupby(["ProviderName", "source"])["EffectiveCost"].sum().astype(float)
    assert found.to_dict() == {
        ("Anthropic", "anthropic_costs"): 13.345,
        ("Other", "focus"): 9,
        ("V", "vendor_invoices"): 10,
    }


def test_invoices_are_the_contract_agents_cost(facts: Facts) -> None:
    own = facts.costs[facts.costs["provider"] == "V"].set_index("cost_date")
    assert own["agent_id"].unique() == ["a1"]
    assert own["cost_usd"].tolist() == [5, 5]
    assert set(own["component"]) == {"licensing"}


def test_reports_stand_in_where_traces_tell_nothing(facts: Facts) -> None:
    """a1 has traces with Anthropic's model on the 10th and 17th of February; on the 18th none."""
    reported = facts.priced[facts.priced["trace_id"].isna()]
    assert reported["day"].tolist() == [pd.Timestamp("2026-02-18")]
    check(reported.iloc[0], {"input_tokens": 1000, "cached_input_tokens": 450, "output_tokens": 90})
    week = row(
        build_core(facts),
        "kpi_token_economics_weekly",
        agent_id="a1",
        model="m1",
        week_start="2026-02-16",
    )
    check(week, {"runs": 1, "input_tokens": 1150, "output_tokens": 97})


def test_langfuse_tells_runs_that_otlp_does_not(facts: Facts) -> None:
    runs = facts.runs.set_index("trace_id")
    check(runs.loc["t1"], {"input_tokens": 150, "cached_input_tokens": 40, "output_tokens": 7})
    assert runs.loc["t1", "started_at"] == pd.Timestamp("2026-02-17T07:59")
    assert runs.loc["t1", "ended_at"] == pd.Timestamp("2026-02-17T08:05")
    assert runs.loc["t1", "is_failed"]
    assert runs.loc["aa", "agent_id"] == "a1"  # OTLP tells this one


def test_workday_positions(facts: Facts) -> None:
    """From the hire on, cut where pay changes and where the next position begins."""
    found = workday_positions(facts.landing, facts.seeds["workday_teams"])
    columns = ["effective_from", "effective_to", "team_id", "worker_type", "annual_base_pay"]
    rows = found[columns].astype({"effective_from": "str", "effective_to": "str"}).to_numpy()
    assert rows.tolist() == [
        ["2025-03-01", "2026-02-01", "both", "contractor", 100],
        ["2026-02-01", "2026-02-21", "both", "contractor", 120],
        ["2026-02-11", "2026-02-21", "profile", "employee", 120],
    ]
    days = facts.person_days[facts.person_days["worker_id"] == "x"].groupby("team_id")["day"]
    assert days.max()["both"] == pd.Timestamp("2026-02-10")
    assert days.size()["profile"] == 10
