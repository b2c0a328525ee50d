"""truth.json: what was planted and what came of it, for tests; nothing in the pipeline reads it.

What belongs here: the shape of the file and the list of stories. What does not: how a truth is
computed (truth_work.py, truth_costs.py).
"""

import json
from pathlib import Path

import numpy as np

from demo.bills import Bills
from demo.hours import Hours
from demo.people import SHRINKING_DEPARTMENT, SMALL_TEAM, People
from demo.plan import (
    BLOATED_FACTOR,
    BLOATED_FROM,
    BLOATED_TEAM,
    FIRST_DAY,
    LAST_DAY,
    Plan,
)
from demo.records import Items, Runs
from demo.reviews import Reviews
from demo.spans import Usage
from demo.truth_costs import cost_truth
from demo.truth_work import agent_weeks, baseline, department_months, facts_of, months


def stories(plan: Plan) -> list[dict[str, object]]:
    """What a reader of the marts should find, and where."""
    decays = next(agent for agent in plan.agents if agent.decay_from is not None)
    rework = next(agent for agent in plan.agents if agent.rework_in is not None)
    return [
        {"story": "cheap_and_accurate", "agent_id": "ticket-resolver"},
        {"story": "cheap_but_inaccurate", "agent_id": "refund-clerk"},
        {"story": "eaten_by_oversight", "agent_id": "claims-reader"},
        {
            "story": "accuracy_decays", "agent_id": decays.agent_id,
            "week_start": str(decays.decay_from),
        },
        {
            "story": "rework_in_another_workflow", "agent_id": rework.agent_id,
            "workflow_id": rework.rework_in,
        },
        {
            "story": "tokens_without_outcomes", "team_id": BLOATED_TEAM, "agent_id": "code-helper",
            "week_start": str(BLOATED_FROM), "factor": BLOATED_FACTOR,
        },
        {"story": "shared_bill", "provider": "Meridian AI", "attribution": "tokens"},
        {"story": "belongs_to_no_agent", "provider": "Officeware"},
        {"story": "unused_commitment", "provider": "Cirrus Cloud"},
        {"story": "bill_in_euros", "provider": "Helix Models"},
        {"story": "monthly_licence", "provider": "Deskly", "agent_id": "ticket-responder"},
        {"story": "self_hosted_without_bill", "agent_id": "invoice-matcher"},
        {"story": "cash_releasing", "department": SHRINKING_DEPARTMENT},
        {"story": "saves_time_but_not_cash", "department": "claims"},
        {"story": "suppressed_small_team", "team_id": SMALL_TEAM[0], "people": SMALL_TEAM[1]},
    ]  # fmt: skip


def write_truth(
    data: Path,
    seed: int,
    scale: float,
    plan: Plan,
    people: People,
    items: Items,
    runs: Runs,
    reviews: Reviews,
    hours: Hours,
    usage: Usage,
    bills: Bills,
    rates: dict[str, np.ndarray],
) -> None:
    """Write DIR/truth.json, as of the company's last day."""
    facts = facts_of(plan, items)
    before = baseline(plan, items, hours, facts)
    minutes = [float(row["minutes_per_output"]) for row in before]
    by_agent, by_workflow = months(plan, items, hours, facts, minutes)
    agent_costs, bill = cost_truth(plan, usage, bills, rates)
    truth = {
        "seed": seed,
        "scale": scale,
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "stories": stories(plan),
        "baseline": before,
        "agent_weeks": agent_weeks(plan, items, runs, reviews, facts),
        "agent_months": by_agent,
        "workflow_months": by_workflow,
        "agent_costs": agent_costs,
        "providers": bill,
        "department_months": department_months(people),
    }
    data.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, indent=1)
    (data / "truth.json").write_text(text + "\n", encoding="utf-8")
