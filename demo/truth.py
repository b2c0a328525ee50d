"""truth.json: what was planted and what came of it, for tests; nothing in the pipeline reads it.

What belongs here: the shape of the file. What does not: how a truth is computed (truth_work.py,
truth_costs.py), the list of stories (truth_stories.py).
"""

import json
from pathlib import Path

import numpy as np

from demo.adoption import adoption_truth
from demo.bills import Bills
from demo.experiments import experiment_truth
from demo.further import Further
from demo.hours import Hours
from demo.people import People
from demo.plan import FIRST_DAY, LAST_DAY, Plan
from demo.records import Items, Runs
from demo.reviews import Reviews
from demo.spans import Usage
from demo.truth_costs import cost_truth
from demo.truth_stories import stories
from demo.truth_work import agent_weeks, baseline, department_months, facts_of, months


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
    further: Further,
) -> None:
    """Write DIR/truth.json, as of the company's last day."""
    facts = facts_of(plan, items)
    before = baseline(plan, items, hours, facts)
    minutes = [float(row["minutes_per_output"]) for row in before]
    by_agent, by_workflow = months(plan, items, hours, facts, minutes)
    agent_costs, bill = cost_truth(plan, usage, bills, rates, further)
    truth = {
        "seed": seed,
        "scale": scale,
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "stories": stories(plan, further),
        "baseline": before,
        "agent_weeks": agent_weeks(plan, items, runs, reviews, facts),
        "agent_months": by_agent,
        "workflow_months": by_workflow,
        "agent_costs": agent_costs,
        "providers": bill,
        "department_months": department_months(people),
        "experiments": experiment_truth(),
        "settlements": further.owed,
        "feature_users": adoption_truth(further.feature_use, people),
    }
    data.mkdir(parents=True, exist_ok=True)
    text = json.dumps(truth, indent=1)
    (data / "truth.json").write_text(text + "\n", encoding="utf-8")
