"""The oracle on a company so small that every number is worked out by hand.

What belongs here: one workflow, one agent, one week, the reasoning beside each number. What does
not: the marts.

Five people earn 72,000 USD; 72,000 x 1.3 / (52 x 40 x 0.9) = 50 USD an hour. In the baseline ten
hours make five outputs: 120 minutes and 100 USD each. In the week of 2026-02-09 the agent closes
four items: i1 is good, i2 is reopened, i3 causes rework, i4 is handed to a person.
"""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.kpis import build_core, build_facts
from tests.oracle.landing import complete_to, read_landing, read_seeds

SEEDS = {
    "workflows": "workflow_id,name,department,sla_minutes,accuracy_floor,error_rate_ceiling,"
    "rework_window_days,baseline_start,baseline_end,accuracy_margin\n"
    "w1,One,ops,30,0.3,0.1,7,2026-01-05,2026-01-18,0.05\n"
    "w2,Two,ops,30,0.3,0.1,7,2026-01-05,2026-01-18,0.05\n",
    "agents": "agent_id,name,workflow_id,deployed_on,integration_cost_usd,amortization_months\n"
    "a1,A,w1,2026-02-02,365,12\n",
    "agent_accounts": "provider,account,agent_id,model_id\n",
    "models": "model_id,agent_id\n",
    "model_prices": "model,valid_from,input,output,cached,billed_by\nm1,2025-01-01,1,10,0.5,Prov\n",
    "cost_rules": "priority,provider,service_category,service_name,tag_key,component,attribution,"
    "source\n1,Prov,,,,compute,tokens,focus\n2,Lic,,,,licensing,direct,focus\n",
    "labor_factors": "country,load_factor,weekly_hours,productive_share\nUS,1.3,40,0.9\n",
    "kpi_thresholds": "threshold,value,why\ncost_ratio_limit,0.4,x\ncost_rule_weeks,4,x\n"
    "reviews_for_known_rate,30,x\naccuracy_window_weeks,4,x\n",
}
HEADS = {
    "work_items": "work_item_id,workflow_id,opened_at,updated_at,status,handled_by,agent_id,"
    "reopened_at,caused_by_work_item_id,business_value_usd",
    "agent_reviews": "review_id,work_item_id,agent_id,reviewed_at,selection,verdict,"
    "adjudicated_verdict",
    "timesheets": "worker_id,work_date,activity,workflow_id,agent_id,work_item_id,hours",
    "hr_positions": "worker_id,effective_from,effective_to,job_profile,team_id,department,country,"
    "worker_type,fte_percent,annual_base_pay,currency,termination_date",
    "focus": "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,"
    "ProviderName,ChargeCategory,Tags",
}
ROWS = {
    "work_items": [
        *(
            f"h{n},w1,2026-01-07T08:00:00Z,2026-01-07T08:{n}0:00Z,resolved,human,,,,"
            for n in range(1, 6)
        ),
        "h6,w1,2026-01-07T08:00:00Z,2026-01-07T09:00:00Z,failed,human,,,,",
        "i1,w1,2026-02-10T08:00:00Z,2026-02-10T14:10:00+06:00,resolved,agent,a1,,,30",
        "i2,w1,2026-02-10T08:00:00Z,2026-02-10T08:20:00Z,resolved,agent,a1,,,30",
        "i2,w1,2026-02-10T08:00:00Z,2026-02-13T08:00:00Z,open,agent,a1,2026-02-13T08:00:00Z,,30",
        "i3,w1,2026-02-10T08:00:00Z,2026-02-10T08:40:00Z,resolved,agent,a1,,,30",
        "i4,w1,2026-02-10T08:00:00Z,2026-02-10T09:00:00Z,escalated,hybrid,,,,30",
        "r1,w2,2026-02-12T08:00:00Z,2026-02-12T12:00:00Z,resolved,human,,,i3,",
        "late,w1,2026-02-10T08:00:00Z,2026-04-01T00:00:00Z,resolved,agent,a1,,,30",
    ],
    "agent_reviews": [
        "v1,i1,a1,2026-02-11T08:00:00Z,random,accept,",
        "v2,i2,a1,2026-02-11T08:00:00Z,random,reject,accept",
        "v3,i2,a1,2026-02-11T09:00:00Z,random,reject,",
        "v4,i3,a1,2026-02-11T08:00:00Z,targeted,reject,",
        "v5,i4,a1,2026-02-11T08:00:00Z,random,reject,",
    ],
    "timesheets": [
        "p1,2026-01-06,production,w1,,,4",
        "p1,2026-01-06,production,w1,,,6",
        "p1,2026-01-06,leave,w1,,,99",
        "p1,2026-02-11,review,,,i1,1",
        "p1,2026-02-12,rework,,,r1,3",
        "p1,2026-03-31,production,w2,,,2",
    ],
    "hr_positions": [
        *(f"p{n},2020-01-01,,clerk,t1,ops,US,employee,100,72000,USD,NULL" for n in range(1, 5)),
        "p5,2020-01-01,,clerk,t1,ops,,employee,100,72000,USD,2026-02-14",
    ],
    "focus": [
        "70,70.00 ,USD,2026-02-09 00:00:00,2026-02-16 00:00:00,Prov,Usage,NULL",
        '28,28,USD,2/1/26,3/1/26,Lic,Purchase,"{""workflow_id"": ""w1""}"',
    ],
}


def span(
    trace: str, number: int, start: str, minutes: float, status: int = 0, **attributes
) -> dict:
    begin = pd.Timestamp(start).value
    return {
        "traceId": trace.upper(),
        "spanId": f"{number:016X}",
        "parentSpanId": "" if number == 1 else f"{1:016x}",
        "startTimeUnixNano": str(begin),
        "endTimeUnixNano": begin + int(minutes * 60e9),
        "status": {"code": status},
        "attributes": [
            {
                "key": key.replace("__", "."),
                "value": {
                    "boolValue"
                    if value is True
                    else "intValue"
                    if isinstance(value, int)
                    else "stringValue": value
                },
            }
            for key, value in attributes.items()
        ],
    }


def tokens(inputs: int, cached: int, outputs: int) -> dict:
    return {
        "gen_ai__operation__name": "chat",
        "gen_ai__request__model": "m1",
        "gen_ai__usage__input_tokens": inputs,
        "gen_ai__usage__cache_read__input_tokens": cached,
        "gen_ai__usage__output_tokens": outputs,
    }


def traces() -> list[dict]:
    root = {"gen_ai__agent__id": "a1", "gen_ai__operation__name": "invoke_agent"}
    call = span("aa", 2, "2026-02-10T08:01", 1, **tokens(1000, 200, 100))
    return [
        call,
        span("aa", 1, "2026-02-10T08:00", 5, **root, work_item__id="i1"),
        call,
        span("bb", 1, "2026-02-10T08:00", 5, 2, **root, work_item__id="i4"),
        span("bb", 2, "2026-02-10T08:04", 1, agent__handoff=True),
        span("cc", 1, "2026-03-10T08:00", 5, **root),
        span("cc", 2, "2026-03-10T08:01", 1, **tokens(1000, 200, 100)),
        span("dd", 1, "2026-03-31T08:00", 5, **root),
    ]


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("company")
    return build_core(build_facts(*company(folder), pd.Timestamp("2026-03-31")))


def company(folder: Path) -> tuple:
    for name, text in SEEDS.items():
        (folder / f"{name}.csv").write_text(text)
    for feed, rows in ROWS.items():
        (folder / "landing" / feed).mkdir(parents=True)
        (folder / "landing" / feed / "a.csv").write_text("\n".join([HEADS[feed], *rows]))
    spans = folder / "landing" / "otlp_traces" / "day" / "a.jsonl.gz"
    spans.parent.mkdir(parents=True)
    lines = [
        json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [item]}]}]}) for item in traces()
    ]
    with gzip.open(spans, "wt") as stream:
        stream.write("\n".join(lines))
    return read_landing(folder / "landing"), read_seeds(folder)


def row(marts: dict[str, pd.DataFrame], mart: str, **keys: str) -> pd.Series:
    frame = marts[mart]
    for column, value in keys.items():
        wanted = pd.Timestamp(value) if column.endswith(("_start", "_date")) else value
        frame = frame[frame[column] == wanted]
    assert len(frame) == 1, (mart, keys, len(frame))
    return frame.iloc[0]


WEEK = {"workflow_id": "w1", "agent_id": "a1", "week_start": "2026-02-09"}
MONTH = {"workflow_id": "w1", "month_start": "2026-02-01"}


def check(found: pd.Series, expected: dict[str, object]) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, nan_ok=True), name


def test_the_last_complete_day_is_the_earliest_newest_event(tmp_path: Path) -> None:
    landing, _ = company(tmp_path)
    assert complete_to(landing, pd.Timestamp("2026-05-01").date()) == pd.Timestamp("2026-03-31")


def test_items(marts: dict[str, pd.DataFrame]) -> None:
    items = marts["fct_work_items"].set_index("work_item_id")
    assert items["latency_minutes"]["i1"] == 10  # closed 14:10+06:00
    assert items["agent_id"][["i1", "i4"]].tolist() == ["a1", "a1"]  # i4's by its run
    assert items.index[items["is_successful"]].tolist() == ["i1"]
    assert set(items.index[items["is_successful_human"]]) == {"h1", "h2", "h3", "h4", "h5", "r1"}
    assert not items["is_closed"].get("late", False)


def test_volume(marts: dict[str, pd.DataFrame]) -> None:
    expected = {
        "attempted": 4,
        "completed": 3,
        "successful": 1,
        "provisional": 0,
        "completion_rate": 0.75,
        "latency_median_minutes": 20,  # of 10, 20, 40
        "latency_p95_minutes": 38,  # 20 + 0.9 x 20
        "sla_attainment": 0.5,  # 10 and 20 of four within 30
        "value_usd": 30,
        "baseline_latency_median_minutes": 30,  # of 10 to 50
        "baseline_latency_p95_minutes": 48,
        "baseline_success_rate": 5 / 6,
    }
    check(row(marts, "kpi_volume_velocity_value_weekly", **WEEK), expected)


def test_accuracy_reads_the_earliest_random_review_of_completed_items(
    marts: dict[str, pd.DataFrame],
) -> None:
    found = row(marts, "kpi_task_accuracy_weekly", **WEEK)
    # Wilson for 2 of 2: low = 2 / (2 + z^2)
    expected = {
        "reviews_random": 2,
        "reviews_accepted": 2,
        "reviews_targeted": 1,
        "accuracy": 1,
        "accuracy_low": 2 / (2 + 1.959963984540054**2),
        "accuracy_high": 1,
        "reviews_needed": 385,  # 384.1 of them,
    }
    check(found, expected)
    fourth = row(marts, "kpi_task_accuracy_weekly", **{**WEEK, "week_start": "2026-03-02"})
    fifth = row(marts, "kpi_task_accuracy_weekly", **{**WEEK, "week_start": "2026-03-09"})
    assert (fourth["reviews_random"], fifth["reviews_random"]) == (2, 0)


def test_errors(marts: dict[str, pd.DataFrame]) -> None:
    expected = {"runs": 2, "failed_runs": 1, "error_rate": 0.5, "contained_rate": 1}
    check(row(marts, "kpi_error_rate_weekly", **WEEK), expected)


def test_cost_per_output(marts: dict[str, pd.DataFrame]) -> None:
    # Verified by the rate: 1 of 2 reviews x 3 settled = 1.5, at most the one successful.
    z2 = 1.959963984540054**2
    low = 3 * (0.5 - (z2 * (0.25 / 2 + z2 / 16)) ** 0.5 / (1 + z2 / 2))
    expected = {
        "compute_cost_usd": 10,  # only the 10th has tokens to share the bill of the week by
        "licensing_cost_usd": 7,
        "integration_cost_usd": 7,
        "oversight_cost_usd": 50,
        "total_cost_usd": 74,
        "rework_cost_usd": 150,
        "outputs_completed": 3,
        "outputs_settled": 3,
        "outputs_successful": 1,
        "outputs_verified": 1,
        "outputs_verified_low": low,
        "cost_per_output_usd": 74,
        "cost_per_verified_output_usd": 74,
        "baseline_cost_per_output_usd": 100,
        "cost_ratio": 0.74,
        "cost_ratio_high": 0.74 / low,
    }
    found = row(marts, "kpi_cost_per_output_weekly", **WEEK)
    check(found, expected)
    assert found["is_final"]
    assert not found["meets_rule_this_week"]


def test_the_bill(marts: dict[str, pd.DataFrame]) -> None:
    """Nobody has tokens on the 9th and no agent is live on the 1st: both are unallocated."""
    reconciled = marts["kpi_cost_reconciliation_daily"].set_index(["provider", "cost_date"])
    expected = {
        ("Prov", "2026-02-09"): (10, 0, 10),
        ("Prov", "2026-02-10"): (10, 10, 0),
        ("Lic", "2026-02-01"): (1, 0, 1),
        ("Lic", "2026-02-02"): (1, 1, 0),
    }
    columns = ["billed_usd", "allocated_usd", "unallocated_usd"]
    for (provider, day), values in expected.items():
        assert tuple(reconciled.loc[(provider, pd.Timestamp(day)), columns]) == values


def test_tokens_without_a_bill_are_estimated(marts: dict[str, pd.DataFrame]) -> None:
    found = row(
        marts,
        "fct_agent_costs_daily",
        agent_id="a1",
        cost_date="2026-03-10",
        component="compute",
    )
    assert found["is_estimated"]
    assert found["cost_usd"] == pytest.approx((800 + 200 * 0.5 + 100 * 10) / 1e6)
    economics = row(
        marts, "kpi_token_economics_weekly", agent_id="a1", model="m1", week_start="2026-02-09"
    )
    expected = {"runs": 1, "input_tokens": 1000, "token_cost_usd": 10}
    check(economics, {**expected, "tokens_per_successful_output": 1100})


def test_months(marts: dict[str, pd.DataFrame]) -> None:
    """February: four hours by one reporting person; p5 leaves after the 14th, half an FTE."""
    expected = {
        "claimed_hours": 6,
        "verified_hours": 0,  # 2 - 1 of oversight - (3 - 2) of net rework
        "realized_hours": 1,  # one output of 2 hours, 1 hour of review
        "claimed_fte": 1.5,
        "realized_fte": 0.25,
        "displacement_multiplier": 2,
        "cash_releasing_fte": 0.25,
        "capacity_fte": 0,
    }
    check(row(marts, "kpi_fte_displacement_monthly", **MONTH), expected)
    baseline = row(marts, "kpi_fte_displacement_monthly", **{**MONTH, "month_start": "2026-01-01"})
    assert baseline["realized_hours"] == 0


def test_savings(marts: dict[str, pd.DataFrame]) -> None:
    spent = 10 + 27 + 27  # compute of the 10th; licence and integration from the 2nd on
    expected = {
        "claimed_savings_usd": 300,
        "verified_savings_usd": 100 - 50 - 50 - spent,
        "cash_releasing_savings_usd": 0.25 * 4 * 50 - spent,
    }
    check(row(marts, "kpi_savings_monthly", **MONTH), expected)


def test_scorecard(marts: dict[str, pd.DataFrame]) -> None:
    """w2 has no baseline but no output of an agent either: the company is w1."""
    for workflow in ("w1", "all"):
        found = row(marts, "kpi_scorecard_weekly", workflow_id=workflow, week_start="2026-02-09")
        expected = {"displaced_hours": 2, "displacement_multiplier": 2, "attempted": 4}
        check(found, {**expected, "verified_resolution_rate": 0.25})
