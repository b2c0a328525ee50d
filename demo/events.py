"""Events as OTLP/JSON logs: judgements on agents' answers, and requests of a coding assistant.

What belongs here: which events there are and the shape of an ExportLogsServiceRequest. What does
not: the runs and spans that are judged (work.py, spans.py).
"""

from datetime import date

import numpy as np
import pyarrow as pa

from demo.files import Landing, weekly_then_daily
from demo.people import People
from demo.plan import DAY, Plan, day_number
from demo.records import END, Items, Runs

JUDGED = 0.06
ASSISTANT_SINCE, ASSISTANT_USERS = date(2026, 2, 2), "engineering"
ASSISTANT_DAYS, REQUESTS = 0.3, 3.0
ASSISTANT_MODEL = "claude-sonnet-4-5"
RECORDS_A_LINE = 100
START_NANOSECONDS = 1_759_104_000_000_000_000  # 2025-09-29T00:00:00Z


def write_logs(
    rng: np.random.Generator, seed: int, plan: Plan, people: People, items: Items, runs: Runs,
    landing: Landing,
) -> None:  # fmt: skip
    """Write the day's events of either kind, each kind in lines of its own."""
    judged, requests = _judgements(rng, items, runs), _requests(rng, people)
    agents = pa.table({
        "agent": np.arange(len(plan.agents)),
        "agent_id": [agent.agent_id for agent in plan.agents],
        "upper_case": [agent.upper_case_ids for agent in plan.agents],
    })  # fmt: skip
    landing.connection.register("agents", agents)
    for period in weekly_then_daily():
        if not landing.wants(period):
            continue
        lines, rows = [], 0
        for table, select in ((judged, _judgement_records(seed)), (requests, _REQUEST_RECORDS)):
            day = table["at"].to_numpy() // DAY
            due = table.filter(pa.array((day >= period.first) & (day <= period.last)))
            landing.connection.register("events", due)
            found = landing.connection.execute(_LINES.replace("RECORDS", select)).fetchall()
            landing.connection.unregister("events")
            lines += [row[0] for row in found]
            rows += due.num_rows
        if rows:
            landing.lines("otlp_logs", f"otlp_logs_{period.name}.json", [lines], rows, False)
    landing.connection.unregister("agents")


def _judgements(rng: np.random.Generator, items: Items, runs: Runs) -> pa.Table:
    """A judge reads some answers, minutes after the run; right ones score higher."""
    run = np.flatnonzero((rng.random(len(runs)) < JUDGED) & (runs.item >= 0))
    at = runs.end[run] + rng.integers(60, 900, len(run))
    run, at = run[at < END], at[at < END]
    right = items.correct[runs.item[run]] & ~runs.failed[run]
    score = np.round(np.clip(np.where(right, 0.85, 0.45) + rng.normal(0, 0.1, len(run)), 0, 1), 3)
    return pa.table({"run": run, "agent": runs.agent[run], "at": at, "score": score})


def _requests(rng: np.random.Generator, people: People) -> pa.Table:
    """Requests of the coding assistant, some on some of an engineer's working days."""
    here = people.departments.index(ASSISTANT_USERS)
    present = people.present & (people.department == here)
    present[:, : day_number(ASSISTANT_SINCE)] = False
    worker, day = np.nonzero(present & (rng.random(present.shape) < ASSISTANT_DAYS))
    count = 1 + rng.poisson(REQUESTS - 1, len(day))
    session = np.repeat(np.arange(len(day)), count)
    number = np.arange(len(session)) - np.repeat(np.cumsum(count) - count, count)
    at = day[session] * DAY + 8 * 3600 + number * 1200 + rng.integers(0, 1200, len(session))
    tokens = rng.gamma(4, 0.25, (len(session), 3)) * np.array([300, 150, 2000])
    return pa.table({
        "worker": worker[session], "session": session, "number": number, "at": at,
        "tokens_in": tokens[:, 0].astype(np.int64), "tokens_out": tokens[:, 1].astype(np.int64),
        "tokens_cached": tokens[:, 2].astype(np.int64),
        "duration": rng.integers(900, 9000, len(session)),
    })  # fmt: skip


def _judgement_records(seed: int) -> str:
    """SQL: one log record a judgement, on the root span of its run."""
    trace, span = f"md5('trace {seed} ' || run)", f"left(md5('span {seed} ' || run || ' 0'), 16)"
    return f"""
        select
            'evaluator' as service, "at", run as number,
            '{{"eventName":"gen_ai.evaluation.result","timeUnixNano":"'
            || ({START_NANOSECONDS} + "at"::bigint * 1000000000)
            || '","traceId":"' || case when upper_case then upper({trace}) else {trace} end
            || '","spanId":"' || case when upper_case then upper({span}) else {span} end
            || '","attributes":['
            || '{{"key":"gen_ai.evaluation.name","value":{{"stringValue":"relevance"}}}},'
            || '{{"key":"gen_ai.evaluation.score.label","value":{{"stringValue":"'
            || case when score >= 0.65 then 'relevant' else 'not_relevant' end || '"}}}},'
            || '{{"key":"gen_ai.evaluation.score.value","value":{{"doubleValue":'
            || score || '}}}}]}}' as record
        from events inner join agents using (agent)
    """


def _attribute(key: str, kind: str, value: str) -> str:
    """SQL of one attribute; whole numbers are text, as protobuf's JSON has them."""
    mark = "" if kind == "doubleValue" else '"'
    return f"""'{{"key":"{key}","value":{{"{kind}":{mark}' || {value} || '{mark}}}}}'"""


_PRICE = "((tokens_in * 3 + tokens_out * 15 + tokens_cached * 0.3) / 1000000.0)::decimal(18, 6)"
_REQUEST_RECORDS = f"""
    select
        'claude-code' as service, "at", session * 100 + number as number,
        '{{"eventName":"claude_code.api_request","timeUnixNano":"'
        || ({START_NANOSECONDS} + "at"::bigint * 1000000000) || '","attributes":['
        || concat_ws(',',
            {_attribute("user.id", "stringValue", "worker_id(worker)")},
            {_attribute("session.id", "stringValue", "left(md5('session ' || session), 12)")},
            {_attribute("event.sequence", "intValue", "number")},
            {_attribute("model", "stringValue", f"'{ASSISTANT_MODEL}'")},
            {_attribute("cost_usd", "doubleValue", _PRICE)},
            {_attribute("duration_ms", "intValue", "duration")},
            {_attribute("input_tokens", "intValue", "tokens_in")},
            {_attribute("output_tokens", "intValue", "tokens_out")},
            {_attribute("cache_read_tokens", "intValue", "tokens_cached")}
        ) || ']}}' as record
    from events
"""

_LINES = """
with records as (
    RECORDS
),

placed as (
    select *, (row_number() over (order by "at", number) - 1) // RECORDS_A_LINE as line
    from records
)

select
    '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"'
    || any_value(service) || '"}}]},"scopeLogs":[{"scope":{"name":"events"},"logRecords":['
    || string_agg(record, ',' order by "at", number) || ']}]}]}' as content
from placed
group by line
order by line
""".replace("RECORDS_A_LINE", str(RECORDS_A_LINE))
