"""True work: what agents and people really finished, rightly and for good, and in which time.

What belongs here: counts, hours and probabilities by agent, workflow, week and month, from the
generator's own columns. What does not: anything read back from landing files.
"""

import calendar
from dataclasses import dataclass

import numpy as np

from demo.files import day_name
from demo.hours import AGENT_OPS, LEAVE, OVERSIGHT, REVIEW, Hours
from demo.people import People
from demo.plan import DAY, DAYS, FIRST_DAY, WEEKS, Plan, day_number, day_of
from demo.records import AGENT, END, RESOLVED, Items, Runs
from demo.reviews import ACCEPT, Reviews

Row = dict[str, object]
MONTHS = sorted({day_of(day).replace(day=1) for day in range(DAYS)})
MONTH_OF_DAY = np.array([MONTHS.index(day_of(day).replace(day=1)) for day in range(DAYS)])


@dataclass
class Facts:
    """What is known of each item on the last day; chance: planted probability that a completed
    item is right and does not come back; right: the probability that it is right."""

    closed: np.ndarray
    day: np.ndarray
    attempted: np.ndarray
    completed: np.ndarray
    settled: np.ndarray
    successful: np.ndarray
    by_people: np.ndarray
    right: np.ndarray
    chance: np.ndarray


def facts_of(plan: Plan, items: Items) -> Facts:
    """Judge every item as of the last day."""
    closed = items.is_closed
    day = np.where(closed, items.closed // DAY, DAYS - 1)
    settled = closed & (day + np.array(plan.windows)[items.workflow] <= DAYS - 1)
    stays = settled & ~items.in_window
    completed = closed & items.completed
    people = closed & (items.status == RESOLVED) & (items.handled != AGENT)
    accuracy = np.array(
        [[plan.accuracy(a, d) for d in range(DAYS)] for a in range(len(plan.agents))]
    )
    agent = np.maximum(items.agent, 0)
    right = accuracy[agent, day]
    keeps = 1 - np.array([spec.returned_right for spec in plan.agents])[agent]
    return Facts(
        closed, day, closed & (items.agent >= 0), completed, settled, stays & completed,
        stays & people, right, right * keeps,
    )  # fmt: skip


def agent_share_of_pool(plan: Plan, items: Items, facts: Facts) -> np.ndarray:
    """share[agent, workflow, week] of the workflow's closed items that the agent attempted."""
    week = facts.day // 7
    closed = np.zeros((len(plan.workflows), WEEKS))
    np.add.at(closed, (items.workflow[facts.closed], week[facts.closed]), 1)
    mine = np.zeros((len(plan.agents), len(plan.workflows), WEEKS))
    chosen = facts.attempted
    np.add.at(mine, (items.agent[chosen], items.workflow[chosen], week[chosen]), 1)
    return mine / np.maximum(closed, 1)


def oversight_hours(plan: Plan, items: Items, hours: Hours, facts: Facts) -> np.ndarray:
    """Hours[agent, day]: those naming an item or the agent, and its part of the workflow's."""
    total = np.zeros((len(plan.agents), DAYS))
    watching = np.isin(hours.activity, (REVIEW, OVERSIGHT, AGENT_OPS))
    amount = hours.hundredths / 100
    by_item = np.where(hours.item >= 0, items.agent[np.maximum(hours.item, 0)], -1)
    agent = np.where(hours.item >= 0, by_item, hours.agent)
    named = watching & (agent >= 0)
    np.add.at(total, (agent[named], hours.day[named]), amount[named])
    pool = watching & (hours.item < 0) & (hours.agent < 0) & (hours.workflow >= 0)
    share = agent_share_of_pool(plan, items, facts)
    for number in range(len(plan.agents)):
        part = share[number, hours.workflow[pool], hours.day[pool] // 7]
        np.add.at(total[number], hours.day[pool], part * amount[pool])
    return total


def baseline(plan: Plan, items: Items, hours: Hours, facts: Facts) -> list[Row]:
    """Minutes per successful output before agents: planted, and as it happened."""
    rows: list[Row] = []
    for number, workflow in enumerate(plan.workflows):
        first = day_number(plan.workflow_rows[number]["baseline_start"])
        last = day_number(plan.workflow_rows[number]["baseline_end"])
        inside = (facts.day >= first) & (facts.day <= last) & (items.workflow == number)
        successful = int((inside & facts.by_people).sum())
        closed = int((inside & facts.closed).sum())
        mine = (hours.for_workflow == number) & (hours.day >= first) & (hours.day <= last)
        spent = float(hours.hundredths[mine & (hours.activity != LEAVE)].sum()) / 100
        rows.append(
            {
                "workflow_id": workflow.workflow_id,
                "planted_minutes_per_output": workflow.baseline_minutes,
                "minutes_per_output": spent * 60 / successful, "hours": spent,
                "successful_outputs": successful, "closed_items": closed,
                "success_rate": successful / closed,
            }
        )  # fmt: skip
    return rows


def agent_weeks(plan: Plan, items: Items, runs: Runs, reviews: Reviews, facts: Facts) -> list[Row]:
    """Counts of the week; accuracy of the week and of the four weeks that end with it."""
    rows: list[Row] = []
    week = facts.day // 7
    accepted = np.where(reviews.adjudicated >= 0, reviews.adjudicated, reviews.verdict) == ACCEPT
    used = np.full(len(items), -1)
    random = np.flatnonzero(reviews.is_random)[::-1]
    used[reviews.item[random]] = random  # the earliest is written last
    for agent, spec in enumerate(plan.agents):
        mine = np.flatnonzero(items.agent == agent)
        my_week, done = week[mine], facts.completed[mine]
        my_runs = np.flatnonzero(runs.agent == agent)
        run_week, run_failed = runs.start[my_runs] // (7 * DAY), runs.failed[my_runs]
        for number in range(plan.deployed[agent] // 7, WEEKS):
            now = mine[my_week == number]
            recent = mine[done & (my_week > number - 4) & (my_week <= number)]
            read = used[recent][used[recent] >= 0]
            ran = run_week == number
            rows.append(
                {
                    "agent_id": spec.agent_id,
                    "workflow_id": plan.workflows[plan.agent_workflow[agent]].workflow_id,
                    "week_start": day_name(number * 7),
                    "attempted": int(facts.attempted[now].sum()),
                    "completed": int(facts.completed[now].sum()),
                    "settled": int((facts.completed[now] & facts.settled[now]).sum()),
                    "successful": int(facts.successful[now].sum()),
                    "planted_accuracy": plan.accuracy(agent, number * 7),
                    "accuracy_four_weeks": _mean(facts.right[recent]),
                    "right_share_four_weeks": _mean(items.correct[recent]),
                    "reviews_random": len(read), "reviews_accepted": int(accepted[read].sum()),
                    "runs": int(ran.sum()),
                    "failed_runs": int(run_failed[ran].sum()),
                    "planted_error_rate": spec.fails,
                }
            )  # fmt: skip
    return rows


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def months(
    plan: Plan, items: Items, hours: Hours, facts: Facts, minutes: list[float]
) -> tuple[list[Row], list[Row]]:
    """Agent-months and workflow-months: outputs and hours, expected and as they happened.

    minutes: realised baseline minutes per output by workflow.
    """
    oversight = oversight_hours(plan, items, hours, facts)
    amount = hours.hundredths / 100
    cause = np.where(hours.item >= 0, items.caused_by[np.maximum(hours.item, 0)], -1)
    causer = np.where(cause >= 0, items.agent[np.maximum(cause, 0)], -1)
    first_caused = np.flatnonzero((items.caused_by >= 0) & (items.opened < END))
    by_agent: list[Row] = []
    for agent, spec in enumerate(plan.agents):
        workflow = plan.agent_workflow[agent]
        for number, month in enumerate(MONTHS):
            if number < MONTH_OF_DAY[plan.deployed[agent]]:
                continue
            now = (items.agent == agent) & (MONTH_OF_DAY[facts.day] == number)
            done = now & facts.completed & facts.settled
            rework = float(amount[(causer == agent) & (MONTH_OF_DAY[hours.day] == number)].sum())
            opened = MONTH_OF_DAY[items.opened[first_caused] // DAY] == number
            causes = int((opened & (items.agent[items.caused_by[first_caused]] == agent)).sum())
            watched = float(oversight[agent, number == MONTH_OF_DAY].sum())
            net = rework - minutes[workflow] / 60 * causes
            row: Row = {
                "agent_id": spec.agent_id,
                "workflow_id": plan.workflows[workflow].workflow_id,
                "month_start": month.isoformat(),
                "completed": int((now & facts.completed).sum()),
                "completed_settled": int(done.sum()),
                "successful": int((now & facts.successful).sum()),
                "verified_outputs_expected": float(facts.chance[done].sum()),
                "verified_outputs_actual": int((facts.successful & now & items.correct).sum()),
                "oversight_hours": watched, "rework_hours": rework, "causing_items": causes,
                "net_rework_hours": net,
            }  # fmt: skip
            for kind in ("expected", "actual"):
                saved = float(row[f"verified_outputs_{kind}"]) * minutes[workflow] / 60
                row[f"verified_hours_{kind}"] = saved - watched - net
            by_agent.append(row)
    return by_agent, _workflow_months(plan, items, hours, facts, minutes, by_agent)


def _workflow_months(
    plan: Plan, items: Items, hours: Hours, facts: Facts, minutes: list[float], by_agent: list[Row]
) -> list[Row]:
    rows: list[Row] = []
    amount = np.where(hours.activity == LEAVE, 0, hours.hundredths) / 100
    added = [name for name in by_agent[0] if name not in ("agent_id", "workflow_id", "month_start")]
    for number, spec in enumerate(plan.workflows):
        for place, month in enumerate(MONTHS):
            now = (items.workflow == number) & (MONTH_OF_DAY[facts.day] == place)
            mine = (hours.for_workflow == number) & (MONTH_OF_DAY[hours.day] == place)
            outputs = int((now & (facts.successful | facts.by_people)).sum())
            spent = float(amount[mine].sum())
            length = calendar.monthrange(month.year, month.month)[1]
            last = (month - FIRST_DAY).days + length - 1
            key = (spec.workflow_id, month.isoformat())
            parts = [r for r in by_agent if (r["workflow_id"], r["month_start"]) == key]
            rows.append(
                {"workflow_id": key[0], "month_start": key[1]}
                | {name: sum(part[name] for part in parts) for name in added}
                | {
                    "successful_any": outputs, "hours": spent,
                    "realized_hours": outputs * minutes[number] / 60 - spent,
                    "is_final": last + plan.windows[number] <= DAYS - 1,
                }
            )  # fmt: skip
    return rows


def department_months(people: People) -> list[Row]:
    """Paid FTE, mean over the month's days."""
    rows: list[Row] = []
    for number, name in enumerate(people.departments):
        for place, month in enumerate(MONTHS):
            days = place == MONTH_OF_DAY
            fte = np.where(people.department == number, people.fte, 0)[:, days].sum(axis=1)
            paid = fte / days.sum()
            rows.append(
                {
                    "department": name, "month_start": month.isoformat(),
                    "employee_fte": float(paid[~people.contractor].sum()),
                    "contractor_fte": float(paid[people.contractor].sum()),
                }
            )  # fmt: skip
    return rows
