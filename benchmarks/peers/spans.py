"""What every engine has to make of OTLP spans: the columns, and what they come from.

What belongs here: names. What does not: an engine's way of reading them.

The columns are those of raw.otlp_traces without what only ingestion adds: a person's pseudonym,
where a row came from, and what became of rows that cannot be used.
"""

# By column, a field of the span.
FIELDS = {
    "trace_id": "traceId",
    "span_id": "spanId",
    "parent_span_id": "parentSpanId",
    "name": "name",
}
# Whole numbers, as numbers or as texts; nanoseconds since 1970, as texts.
KIND = "kind"
TIMES = {"started_at": "startTimeUnixNano", "ended_at": "endTimeUnixNano"}
# By column, an attribute of the span, or of the resource that sends it.
TEXTS = {
    "operation_name": "gen_ai.operation.name",
    "agent_id": "gen_ai.agent.id",
    "agent_name": "gen_ai.agent.name",
    "agent_version": "gen_ai.agent.version",
    "conversation_id": "gen_ai.conversation.id",
    "provider_name": "gen_ai.provider.name",
    "request_model": "gen_ai.request.model",
    "response_model": "gen_ai.response.model",
    "tool_name": "gen_ai.tool.name",
    "error_type": "error.type",
    "work_item_id": "work_item.id",
    "workflow_id": "workflow.id",
    "team_id": "team.id",
}
NUMBERS = {
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cached_input_tokens": "gen_ai.usage.cache_read.input_tokens",
}
TRUTHS = {"is_handoff": "agent.handoff"}
OF_RESOURCE = {
    "service_name": "service.name",
    "deployment_environment": "deployment.environment.name",
}
