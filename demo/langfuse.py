"""Traces of one agent as Langfuse exports them, instead of OTLP from a day on; some in both.

What belongs here: the shape of traces, observations and scores, one JSON object a line. What does
not: which runs and spans there are (work.py, spans.py).
"""

from datetime import date

import numpy as np
import pyarrow as pa

from demo.files import Landing
from demo.people import People
from demo.plan import Plan, day_number

TRACED_AGENT, TRACED_SINCE = "refund-clerk", date(2026, 5, 4)
# One trace in so many is told by both; of so many one is scored.
ALSO_OTLP, SCORED = 10, 16
START_MILLISECONDS = 1_759_104_000_000  # 2025-09-29T00:00:00Z


def split(plan: Plan, spans: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Spans that are exported as OTLP, and those that Langfuse tells."""
    traced = [agent.agent_id for agent in plan.agents].index(TRACED_AGENT)
    ours = (spans["agent"].to_numpy() == traced) & (
        spans["day"].to_numpy() >= day_number(TRACED_SINCE)
    )
    both = spans["run"].to_numpy() % ALSO_OTLP == 0
    return spans.filter(pa.array(~ours | both)), spans.filter(pa.array(ours))


def write_langfuse(
    seed: int, plan: Plan, people: People, models: list[str], spans: pa.Table, landing: Landing,
    name: str,
) -> None:  # fmt: skip
    """Write one file of lines: each root's trace and score, and every span's observation."""
    landing.connection.register("spans", spans)
    query = _LINES.format(
        trace=f"md5('trace {seed} ' || run)",
        span=f"left(md5('span {seed} ' || run || ' ' || place), 16)",
        root=f"left(md5('span {seed} ' || run || ' 0'), 16)",
        begin=_moment("begin"), finish=_moment("finish"), scored=SCORED, agent=TRACED_AGENT,
        models=models, teams=people.teams,
        workflows=[workflow.workflow_id for workflow in plan.workflows],
    )  # fmt: skip
    lines = [row[0] for row in landing.connection.execute(query).fetchall()]
    landing.connection.unregister("spans")
    roots = int(np.count_nonzero(spans["kind"].to_numpy() == 0))
    landing.lines("langfuse", f"langfuse_{name}.jsonl", [lines], len(lines), roots > 1000)


def _moment(column: str) -> str:
    """SQL: milliseconds since the first day as Langfuse writes times."""
    then = f"epoch_ms(({START_MILLISECONDS} + {column})::bigint)"
    return f"strftime({then}, '%Y-%m-%dT%H:%M:%S.%gZ')"


_LINES = """
with named as (
    select
        *,
        {trace} as trace_id,
        {span} as span_id,
        {root} as root_id,
        {begin} as start_text,
        {finish} as end_text
    from spans
),

lines as (
    select
        run, -2 as part, delivered,
        to_json({{
            'id': trace_id, 'timestamp': start_text, 'name': 'invoke_agent {agent}',
            'userId': null, 'environment': 'production',
            'input': 'Please pay me back', 'output': 'It is on its way',
            'metadata': {{
                'agent_id': '{agent}', 'workflow_id': {workflows}[workflow + 1],
                'work_item_id': item_id(workflow, item), 'team_id': {teams}[team + 1]
            }}
        }}) as line
    from named where kind = 0
    union all
    select
        run, -1 as part, delivered,
        to_json({{
            'id': left(md5('score ' || trace_id), 16), 'traceId': trace_id,
            'observationId': null, 'name': 'policy_followed',
            'value': round(0.7 + (run % 30) / 100.0, 2)::double, 'dataType': 'NUMERIC',
            'source': 'EVAL', 'timestamp': end_text
        }}) as line
    from named where kind = 0 and run % {scored} = 3
    union all
    select
        run, place as part, delivered,
        to_json({{
            'id': span_id, 'traceId': trace_id,
            'parentObservationId': case when kind > 0 then root_id end,
            'type': case kind when 1 then 'GENERATION' else 'SPAN' end,
            'name': case kind when 0 then 'invoke_agent' when 1 then 'chat' else 'tool' end,
            'startTime': start_text, 'endTime': end_text,
            'model': case when kind = 1 then {models}[model + 1] end,
            'usageDetails': case when kind = 1 then {{
                'input': tokens_in - tokens_cached, 'input_cached_tokens': tokens_cached,
                'output': tokens_out, 'total': tokens_in + tokens_out
            }} end,
            'costDetails': null,
            'level': case when kind = 0 and failed then 'ERROR' else 'DEFAULT' end,
            'statusMessage': case when kind = 0 and failed then 'no answer in time' end,
            'metadata': case when handed then {{'agent_handoff': true}} end
        }}) as line
    from named
)

select line from lines order by run, part, delivered
"""
