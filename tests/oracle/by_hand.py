"""A company so small that every number is worked out by hand.

What belongs here: its landing files and seeds, and how a row is looked up and checked. What does
not: the expected numbers, which stand in the tests.

Five people earn 72,000 USD; 72,000 x 1.3 / (52 x 40 x 0.9) = 50 USD an hour. In the baseline ten
hours make five outputs: 120 minutes and 100 USD each. In the week of 2026-02-09 the agent closes
four items: i1 is good, i2 is reopened, i3 causes rework, i4 is handed to a person.
"""

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle.landing import Landing, read_landing, read_seeds

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
    "reviews_for_known_rate,30,x\naccuracy_window_weeks,4,x\nmin_cohort_size,1,x\n",
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
        *(f"p{n},2026-02-0{n},leave,,,,8" for n in range(2, 6)),
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


def company(
    folder: Path,
    further_seeds: dict[str, str] | None = None,
    further_feeds: dict[str, list[str]] | None = None,
) -> tuple[Landing, dict[str, pd.DataFrame]]:
    """The company as landed; further feeds are lines with their header, replacing its own."""
    for name, text in (SEEDS | (further_seeds or {})).items():
        (folder / f"{name}.csv").write_text(text)
    own = {feed: [HEADS[feed], *rows] for feed, rows in ROWS.items()}
    for feed, rows in (own | (further_feeds or {})).items():
        (folder / "landing" / feed).mkdir(parents=True)
        (folder / "landing" / feed / "a.csv").write_text("\n".join(rows))
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


def check(found: pd.Series, expected: dict[str, object]) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12, nan_ok=True), name
