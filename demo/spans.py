"""The spans of the runs, as OTLP/JSON lines, and the tokens they add up to.

What belongs here: model calls and tool calls of a run, late and repeated spans, the JSON. What
does not: what the tokens cost (bills.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from demo.files import Landing, weekly_then_daily
from demo.langfuse import split, write_langfuse
from demo.otlp import LINES
from demo.people import People
from demo.plan import DAY, DAYS, Plan
from demo.records import Items, Runs, subset

ROOT, CHAT, TOOL = range(3)
LATE, TWICE = 0.015, 0.01
LATEST_DAYS = 5
CACHED_SHARE = 0.5
# The oldest files come compressed.
COMPRESSED_PERIODS = 20
SPANS_AT_ONCE = 100_000


@dataclass
class Usage:
    """What ran on each day: tokens[agent, model, day, (input, cached, output)], where input
    includes cached; seconds of runs by agent and day; spans written."""

    tokens: np.ndarray
    seconds: np.ndarray
    spans: int


def model_names(plan: Plan) -> list[str]:
    """Every model an agent calls, in the order of the price list."""
    return list(dict.fromkeys(row["model"] for row in plan.prices))


def write_spans(
    seed: int, plan: Plan, people: People, items: Items, runs: Runs, landing: Landing
) -> Usage:
    """Write one file a period. A period's randomness is its own, so that files do not depend on
    how far one writes; what is late joins a later period's file."""
    usage = Usage(
        np.zeros((len(plan.agents), len(model_names(plan)), DAYS, 3), dtype=np.int64),
        np.zeros((len(plan.agents), DAYS), dtype=np.int64),
        0,
    )
    np.add.at(usage.seconds, (runs.agent, runs.start // DAY), runs.end - runs.start)
    waiting: list[pa.Table] = []
    for number, period in enumerate(weekly_then_daily()):
        low = np.searchsorted(runs.start, period.first * DAY)
        high = np.searchsorted(runs.start, (period.last + 1) * DAY)
        rng = np.random.default_rng([seed, 7, number])
        made = _expand(rng, plan, items, subset(runs, np.arange(low, high)), low, usage)
        arrived = [*waiting, *_deliveries(rng, made)]
        everything = pa.concat_tables(arrived)
        due = everything["delivered"].to_numpy() <= period.last
        waiting = [everything.filter(pa.array(~due))]
        now = everything.filter(pa.array(due))
        if landing.wants(period) and now.num_rows:
            otlp, traced = split(plan, now)
            _write(seed, plan, people, otlp, landing, period.name, number < COMPRESSED_PERIODS)
            if traced.num_rows:
                names = model_names(plan)
                write_langfuse(seed, plan, people, names, traced, landing, period.name)
            usage.spans += now.num_rows
    return usage


def _expand(
    rng: np.random.Generator, plan: Plan, items: Items, runs: Runs, first: int, usage: Usage
) -> pa.Table:
    """All spans of some runs: the root, then model calls with tool calls between them."""
    chats = np.array([agent.chats for agent in plan.agents])[runs.agent]
    chats = np.maximum(chats + rng.integers(-1, 2, len(chats)), 1).astype(np.int64)
    size = 2 * chats
    run = np.repeat(np.arange(len(runs)), size)
    place = np.arange(len(run)) - np.repeat(np.cumsum(size) - size, size)
    kind = np.where(place == 0, ROOT, np.where(place % 2 == 1, CHAT, TOOL))
    start, length = runs.start[run] * 1000, (runs.end - runs.start)[run] * 1000
    step = length // np.maximum(size[run], 1)
    begin = np.where(kind == ROOT, start, start + (place - 1) * step + rng.integers(0, 9, len(run)))
    end = np.where(kind == ROOT, start + length, begin + np.maximum(step - 20, 1))
    end = np.minimum(end, start + length)
    agent, is_chat = runs.agent[run], kind == CHAT
    tokens = _tokens(rng, plan, runs, run, agent, is_chat)
    model = _models(rng, plan, agent)
    np.add.at(
        usage.tokens, (agent[is_chat], model[is_chat], begin[is_chat] // (DAY * 1000)),
        tokens[is_chat],
    )  # fmt: skip
    totals = np.zeros((len(runs), 3), dtype=np.int64)
    np.add.at(totals, run, tokens)
    repeats = np.array([spec.root_repeats_tokens for spec in plan.agents])[agent]
    shown = np.where(((kind == ROOT) & repeats)[:, None], totals[run], tokens)
    item = runs.item[run]
    return pa.table({
        "run": run + first, "place": place, "kind": kind, "size": size[run], "agent": agent,
        "begin": begin, "finish": end, "model": model,
        "tokens_in": shown[:, 0], "tokens_cached": shown[:, 1], "tokens_out": shown[:, 2],
        "item": item, "workflow": items.workflow[item], "team": runs.team[run],
        "worker": runs.worker[run], "failed": runs.failed[run],
        # The hand-over is a tool call where there is one, else the root says so.
        "handed": runs.handed_over[run] & (place == np.where(size[run] > 2, 2, 0)),
        "prompt": rng.random(len(run)) < 0.02,
        "day": runs.start[run] // DAY,
    })  # fmt: skip


def _tokens(
    rng: np.random.Generator, plan: Plan, runs: Runs, run: np.ndarray, agent: np.ndarray,
    is_chat: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Input (cached included), cached and output tokens of each span; 0 for other than chats."""
    factor = runs.tokens_factor[run] * is_chat
    means = np.array([(spec.input_tokens, spec.output_tokens) for spec in plan.agents])[agent]
    given = (means[:, 0] * rng.gamma(16, 1 / 16, len(run)) * factor).astype(np.int64)
    cached = (given * CACHED_SHARE * 2 * rng.random(len(run))).astype(np.int64)
    made = (means[:, 1] * rng.gamma(16, 1 / 16, len(run)) * factor).astype(np.int64)
    return np.stack([given, cached, made], axis=1)


def _models(rng: np.random.Generator, plan: Plan, agent: np.ndarray) -> np.ndarray:
    """Index of the model each span calls: an agent's first in four of five calls."""
    names = model_names(plan)
    first = np.array([names.index(spec.models[0]) for spec in plan.agents])
    last = np.array([names.index(spec.models[-1]) for spec in plan.agents])
    return np.where(rng.random(len(agent)) < 0.8, first[agent], last[agent])


def _deliveries(rng: np.random.Generator, made: pa.Table) -> list[pa.Table]:
    """The spans with the day of their delivery: some late, some twice, all by the last day."""
    number, day = made.num_rows, made["day"].to_numpy()
    delay = np.where(rng.random(number) < LATE, rng.integers(1, LATEST_DAYS + 1, number), 0)
    again = np.flatnonzero(rng.random(number) < TWICE)
    wait = rng.integers(0, 3, len(again))
    once = made.append_column("delivered", pa.array(np.minimum(day + delay, DAYS - 1)))
    twice = made.take(pa.array(again)).append_column(
        "delivered", pa.array(np.minimum(day[again] + wait, DAYS - 1))
    )
    return [once, twice]


def _write(
    seed: int, plan: Plan, people: People, spans: pa.Table, landing: Landing, name: str, zip_: bool
) -> None:
    prices = {row["model"]: row["billed_by"] for row in plan.prices}
    agents = pa.table({
        "agent": np.arange(len(plan.agents)),
        "agent_id": [agent.agent_id for agent in plan.agents],
        "agent_name": [row["name"] for row in plan.agent_rows],
        "provider": [agent.provider for agent in plan.agents],
        "provider_key": [
            "gen_ai.system" if a.old_provider_key else "gen_ai.provider.name" for a in plan.agents
        ],
        "upper_case": [agent.upper_case_ids for agent in plan.agents],
        "quote": ['"' if agent.numbers_as_text else "" for agent in plan.agents],
        "names_workflow": [agent.names_workflow for agent in plan.agents],
        "repeats": [agent.root_repeats_tokens for agent in plan.agents],
        "answers_model": [bool(prices[agent.models[0]]) for agent in plan.agents],
    })  # fmt: skip
    landing.connection.register("agents", agents)
    query = LINES.format(
        seed=seed, models=model_names(plan), teams=people.teams,
        workflows=[workflow.workflow_id for workflow in plan.workflows],
    )  # fmt: skip

    def chunks() -> Iterator[list[str]]:
        for start in range(0, spans.num_rows, SPANS_AT_ONCE):
            landing.connection.register("spans", spans.slice(start, SPANS_AT_ONCE))
            yield [row[0] for row in landing.connection.execute(query).fetchall()]
            landing.connection.unregister("spans")

    landing.lines("otlp_traces", f"otlp_traces_{name}.json", chunks(), spans.num_rows, zip_)
    landing.connection.unregister("agents")
