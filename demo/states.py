"""The work_items files: every state of an item as its source exported it.

What belongs here: the states an item passes through and their CSV. What does not: the item's
life itself (work.py, returns.py).
"""

import numpy as np
import pyarrow as pa

from demo.files import Landing, stamp, weekly_then_daily
from demo.people import People
from demo.plan import DAY, DAYS, Plan
from demo.records import AGENT, END, HANDLERS, HUMAN, OPEN, RESOLVED, STATUSES, Items

LATE_EXPORTS = 0.01
OPENED, CLOSED, REOPENED, CLOSED_AGAIN = range(4)


def write_states(
    rng: np.random.Generator, plan: Plan, people: People, items: Items, landing: Landing
) -> None:
    """Write the states known by the last day."""
    number = len(items)
    lag = rng.integers(0, 15, number)
    back = np.flatnonzero(items.closed_again >= 0)
    updated_by_kind = (
        items.opened + lag, items.closed_known, (items.returned + 1 + lag)[back],
        (items.closed_again + 60)[back],
    )  # fmt: skip
    item = np.concatenate([np.arange(number), np.arange(number), back, back])
    updated = np.concatenate(updated_by_kind)
    kind = np.repeat(np.arange(4), [len(part) for part in updated_by_kind])
    order = np.argsort(updated, kind="stable")
    order = order[updated[order] < END]
    item, updated, kind = item[order], updated[order], kind[order]
    late = rng.random(len(item)) < LATE_EXPORTS
    days = np.minimum(updated // DAY + late, DAYS - 1)

    def rows(index: np.ndarray) -> pa.Table:
        return _states(plan, items, item[index], updated[index], kind[index])

    workflows = [workflow.workflow_id for workflow in plan.workflows]
    agents = [agent.agent_id for agent in plan.agents]

    def moment(column: str) -> str:
        return f"case when {column} >= 0 then {stamp(column)} end"

    select = f"""
        select
            item_id(workflow, item) as work_item_id, {workflows}[workflow + 1] as workflow_id,
            {people.teams}[team + 1] as team_id, {stamp("opened")} as opened_at,
            {moment("first_closed")} as first_closed_at, {moment("resolved")} as resolved_at,
            {stamp("updated")} as updated_at, {STATUSES}[status + 1] as status,
            {HANDLERS}[handled + 1] as handled_by,
            case when agent >= 0 then {agents}[agent + 1] end as agent_id,
            case when worker >= 0 then worker_id(worker) end as worker_id,
            {moment("reopened")} as reopened_at,
            case when cause >= 0 then item_id(cause_workflow, cause) end as caused_by_work_item_id,
            printf('%.2f', value) as business_value_usd,
            case when assisted then 'true' else 'false' end as ai_assisted
        from rows order by updated, item, kind
    """
    landing.csv_by_period("work_items", rows, days, weekly_then_daily(), select)


def _states(
    plan: Plan, items: Items, item: np.ndarray, updated: np.ndarray, kind: np.ndarray
) -> pa.Table:
    """The columns of some states; times are -1 where the state does not know them yet."""
    opened, closed, done_again = kind == OPENED, kind == CLOSED, kind == CLOSED_AGAIN
    came_back = (kind == REOPENED) | done_again
    keeps = np.array([w.keeps_first_close for w in plan.workflows])[items.workflow[item]]
    first_resolved = np.where(items.status[item] == RESOLVED, items.closed[item], -1)
    handled = np.where(items.agent[item] >= 0, AGENT, HUMAN)
    handled = np.where(opened, handled, np.where(closed, items.handled[item], HUMAN))
    status = np.where(closed, items.status[item], np.where(done_again, RESOLVED, OPEN))
    resolved = np.where(done_again, items.closed_again[item], -1)
    has_agent = (items.agent[item] >= 0) & (handled != HUMAN)
    cause = items.caused_by[item]
    return pa.table({
        "item": item, "kind": kind, "workflow": items.workflow[item], "team": items.team[item],
        "opened": items.opened[item], "updated": updated, "status": status, "handled": handled,
        "resolved": np.where(closed, first_resolved, resolved),
        "reopened": np.where(came_back, items.returned[item], -1),
        "first_closed": np.where(keeps & ~opened, items.closed[item], -1),
        "agent": np.where(has_agent, items.agent[item], -1),
        "worker": np.where(handled == AGENT, -1, items.worker[item]), "cause": cause,
        "cause_workflow": items.workflow[np.maximum(cause, 0)], "value": items.value[item],
        "assisted": items.assisted[item],
    })  # fmt: skip
