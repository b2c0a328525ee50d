"""The SQL that turns spans into OTLP/JSON lines.

What belongs here: the shape of an ExportTraceServiceRequest. What does not: which spans there are.

Numbers are text or numbers by agent, ids upper or lower case, the provider's attribute old or new,
as different exporters do; unknown attributes and now and then a prompt come along.
"""


def _text(key: str, value: str) -> str:
    """SQL of a text attribute; null where `value` is null."""
    return f"""'{{"key":"{key}","value":{{"stringValue":"' || {value} || '"}}}}'"""


def _number(key: str, value: str) -> str:
    """SQL of a whole-number attribute, quoted or not by exporter."""
    return f"""'{{"key":"{key}","value":{{"intValue":' || quote || {value} || quote || '}}}}'"""


_IS_ROOT, _IS_CHAT, _IS_TOOL = "kind = 0", "kind = 1", "kind = 2"
_TOKENS = "(kind = 1 or (kind = 0 and repeats))"

_ATTRIBUTES = ",\n        ".join(
    [
        _text(
            "gen_ai.operation.name",
            "case kind when 0 then 'invoke_agent' when 1 then 'chat' else 'execute_tool' end",
        ),
        _text("gen_ai.agent.id", "agent_id"),
        _text("gen_ai.agent.name", f"case when {_IS_ROOT} then agent_name end"),
        _text("gen_ai.agent.version", f"case when {_IS_ROOT} then '1.' || day // 60 end"),
        _text("gen_ai.conversation.id", f"case when {_IS_ROOT} then left(trace_id, 12) end"),
        """'{"key":"' || provider_key || '","value":{"stringValue":"' """
        f"""|| case when {_IS_CHAT} then provider end || '"}}}}'""",
        _text("gen_ai.request.model", f"case when {_IS_CHAT} then model_name end"),
        _text(
            "gen_ai.response.model", f"case when {_IS_CHAT} and answers_model then model_name end"
        ),
        _number("gen_ai.usage.input_tokens", f"case when {_TOKENS} then tokens_in end"),
        _number("gen_ai.usage.output_tokens", f"case when {_TOKENS} then tokens_out end"),
        _number(
            "gen_ai.usage.cache_read.input_tokens", f"case when {_TOKENS} then tokens_cached end"
        ),
        _text(
            "gen_ai.tool.name",
            f"case when {_IS_TOOL} then case when handed then 'hand_over' else 'look_up' end end",
        ),
        _text("error.type", f"case when {_IS_ROOT} and failed then 'timeout' end"),
        _text("work_item.id", f"case when {_IS_ROOT} then item_id(workflow, item) end"),
        _text("workflow.id", f"case when {_IS_ROOT} and names_workflow then workflow_id end"),
        _text("team.id", f"case when {_IS_ROOT} then team_id end"),
        _text(
            "person.id",
            f"case when {_IS_ROOT} and agent_id = 'code-helper' then worker_id(worker) end",
        ),
        """case when handed then '{"key":"agent.handoff","value":{"boolValue":true}}' end""",
        """case when prompt and kind = 1 then '{"key":"gen_ai.input.messages","value":"""
        """{"arrayValue":{"values":[{"stringValue":"Please help with my request"}]}}}' end""",
        """case when prompt and kind = 2 then '{"key":"app.retry","""
        """"value":{"doubleValue":0.5}}' end""",
    ]
)

_SPANS = """
with named as (
    select
        *,
        md5('trace {seed} ' || run) as trace_id,
        {models}[model + 1] as model_name,
        {workflows}[workflow + 1] as workflow_id,
        {teams}[team + 1] as team_id,
        row_number() over (order by begin, run, place, delivered) as number
    from spans
    inner join agents using (agent)
),

cased as (
    select
        *,
        case when upper_case then upper(trace_id) else trace_id end as shown_trace,
        left(md5('span {seed} ' || run || ' ' || place), 16) as span,
        left(md5('span {seed} ' || run || ' 0'), 16) as root
    from named
),
"""

_JSON = """
written as (
    select
        number,
        number // 200 as line,
        agent_id,
        '{"traceId":"' || shown_trace
        || '","spanId":"' || case when upper_case then upper(span) else span end || '"'
        || case when kind > 0
            then ',"parentSpanId":"' || case when upper_case then upper(root) else root end || '"'
            else '' end
        || ',"name":"'
        || case kind when 0 then 'invoke_agent ' || agent_id
            when 1 then 'chat ' || model_name else 'execute_tool' end
        || '","kind":' || case kind when 1 then 3 else 1 end
        || ',"startTimeUnixNano":"' || (START + begin) || '000000"'
        || ',"endTimeUnixNano":"' || (START + finish) || '000000"'
        || ',"status":' || case
            when kind = 0 and failed then '{"code":2,"message":"no answer in time"}'
            when kind = 0 then '{"code":1}' else '{}' end
        || ',"attributes":[' || concat_ws(',',
        ATTRIBUTES
        ) || ']}' as span_json
    from cased
),

resources as (
    select
        line,
        agent_id,
        '{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"' || agent_id
        || '-service"}},{"key":"deployment.environment.name","value":{"stringValue":"production"}}'
        || ',{"key":"host.arch","value":{"stringValue":"amd64"}}]},'
        || '"scopeSpans":[{"scope":{"name":"agent.sdk","version":"2.1.0"},"spans":['
        || string_agg(span_json, ',' order by number) || ']}]}' as resource_json
    from written
    group by line, agent_id
)

select '{"resourceSpans":[' || string_agg(resource_json, ',' order by agent_id) || ']}' as content
from resources
group by line
order by line
"""

_START_MILLISECONDS = 1_759_104_000_000  # 2025-09-29T00:00:00Z


def _escaped(sql: str) -> str:
    """Double the braces, which str.format would take for fields."""
    return sql.replace("{", "{{").replace("}", "}}")


LINES = _SPANS + _escaped(
    _JSON.replace("ATTRIBUTES", _ATTRIBUTES).replace("START", str(_START_MILLISECONDS), 2)
)
