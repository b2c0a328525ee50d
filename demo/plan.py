"""What is planted: the company's parameters, the seeds they extend, and its calendar.

What belongs here: constants and the reading of seeds/*.csv. What does not: randomness, files of
the landing folder, and anything computed from what happened.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
FIRST_DAY = date(2025, 9, 29)
LAST_DAY = date(2026, 6, 28)
DAYS = (LAST_DAY - FIRST_DAY).days + 1
WEEKS = DAYS // 7
DAY = 86_400
# From here on the sources export daily; before, weekly.
DAILY_FROM = date(2026, 6, 15)
SMALLEST_WEEKLY_VOLUME = 28.0
# The share of production that meetings, training and hand-overs of the workflow come to.
WORKFLOW_OVERHEAD = 0.10
HUMAN_RESOLVED = 0.95
HUMAN_RETURNED = 0.03
# Of what comes back, the share redone as an item of its own; the rest is reopened.
CAUSED_SHARE = 0.3
LATE_RETURN = 0.01


@dataclass(frozen=True)
class WorkflowPlan:
    """One workflow as planted.

    weekly_items: items a week at scale 1. baseline_minutes: people's minutes per successful
    output before agents, all hours of the workflow counted. latency_minutes: median of people's
    items. unrealised: the share of the time agents save that people still book on the workflow.
    """

    workflow_id: str
    prefix: str
    weekly_items: float
    baseline_minutes: float
    latency_minutes: float
    value_usd: float
    unrealised: float
    keeps_first_close: bool = False
    seven_days: bool = False
    assisted: float = 0.0


@dataclass(frozen=True)
class AgentPlan:
    """One agent as planted.

    share: of the workflow's items once ramped up. accuracy: probability that a completed output
    is right, until decay_from; then it loses decay_weekly a week down to decay_to.
    fails: probability that a run fails. returned_right, returned_wrong: probability that a right
    or wrong completed output is reopened or redone within the window. oversight_minutes: booked
    on the agent for each item it takes. chats: model calls a run; tokens are per call.
    """

    agent_id: str
    share: float
    accuracy: float
    models: tuple[str, ...]
    provider: str
    chats: float
    input_tokens: float
    output_tokens: float
    minutes: float
    fails: float = 0.04
    returned_right: float = 0.02
    returned_wrong: float = 0.45
    oversight_minutes: float = 1.0
    decay_from: date | None = None
    decay_weekly: float = 0.0
    decay_to: float = 0.0
    rework_in: str | None = None
    rework_effort: float = 0.8
    upper_case_ids: bool = False
    numbers_as_text: bool = True
    names_workflow: bool = True
    old_provider_key: bool = False
    root_repeats_tokens: bool = False


WORKFLOWS = (
    WorkflowPlan("support-tickets", "TIC", 900, 50, 200, 40, 0.05),
    WorkflowPlan("refunds", "REF", 450, 30, 300, 25, 0.05),
    WorkflowPlan("purchase-requests", "PUR", 320, 90, 700, 120, 0.30),
    WorkflowPlan("claims-decisions", "CLA", 260, 140, 1500, 210, 0.90, keeps_first_close=True),
    WorkflowPlan("patient-triage", "TRI", 630, 45, 70, 60, 0.40, seven_days=True),
    WorkflowPlan(
        "code-changes", "COD", 150, 300, 2000, 420, 0.80, keeps_first_close=True, assisted=0.4
    ),
    WorkflowPlan("invoice-matching", "INV", 560, 50, 500, 45, 0.30, assisted=0.3),
)

AGENTS = (
    AgentPlan(
        "ticket-resolver", 0.40, 0.985, ("meridian-large-2",), "meridian", 4, 3000, 300, 9,
        returned_right=0.01,
    ),
    AgentPlan(
        "ticket-responder", 0.20, 0.93, ("deskly-chat",), "deskly", 3, 2500, 250, 6, fails=0.03,
        names_workflow=False,
    ),
    AgentPlan(
        "refund-clerk", 0.60, 0.74, ("meridian-small-2",), "meridian", 3, 2200, 200, 5,
        returned_wrong=0.30, numbers_as_text=False,
    ),
    AgentPlan(
        "purchase-clerk", 0.50, 0.95, ("meridian-small-2", "meridian-large-2"), "meridian", 5,
        4000, 350, 15, returned_right=0.18, returned_wrong=0.60,
        rework_in="invoice-matching", rework_effort=3.2, old_provider_key=True,
    ),
    AgentPlan(
        "claims-reader", 0.45, 0.97, ("helix-pro",), "helix", 6, 9000, 600, 25,
        oversight_minutes=85, upper_case_ids=True,
    ),
    AgentPlan(
        "triage-guide", 0.55, 0.96, ("helix-pro",), "helix", 3, 3500, 300, 4, fails=0.03,
        decay_from=date(2026, 4, 27), decay_weekly=0.08, decay_to=0.70, root_repeats_tokens=True,
    ),
    AgentPlan(
        "code-helper", 0.35, 0.88, ("helix-code",), "helix", 9, 24000, 900, 28, fails=0.08,
        oversight_minutes=12,
    ),
    AgentPlan(
        "invoice-matcher", 0.60, 0.955, ("open-lm-70b",), "self_hosted", 4, 5000, 300, 7,
    ),
)  # fmt: skip

BLOATED_TEAM = "engineering-platform"
BLOATED_FROM = date(2026, 4, 13)
BLOATED_FACTOR = 3.0
RAMP_WEEKS = 5
# Reviewers of one team accept what is wrong, those of another refuse what is right; everybody
# else reads an output wrongly now and then.
OVER_RELIANT_TEAM, UNDER_RELIANT_TEAM = "support-south", "finance-payables"
MISREAD, MISREAD_BY_THEM = 0.08, 0.75
# People check what an assistant made, but in one team they pass it on as it is.
SLOP_TEAM = "finance-control"
ASSISTED_RETURNED, SLOP_RETURNED = 0.01, 0.40


def read_seed(name: str) -> list[dict[str, str]]:
    """The rows of seeds/<name>.csv as text."""
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def day_number(day: date | str) -> int:
    """Days since the company's first day."""
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal() - (
        FIRST_DAY.toordinal()
    )


def day_of(number: int) -> date:
    """The date of a day number."""
    return FIRST_DAY + timedelta(days=number)


@dataclass(frozen=True)
class Plan:
    """The seeds beside the planted parameters, in one order of workflows and agents."""

    workflows: tuple[WorkflowPlan, ...]
    agents: tuple[AgentPlan, ...]
    workflow_rows: list[dict[str, str]]
    agent_rows: list[dict[str, str]]
    prices: list[dict[str, str]]

    @property
    def departments(self) -> list[str]:
        """The departments that own a workflow, in order of appearance."""
        return list(dict.fromkeys(row["department"] for row in self.workflow_rows))

    @property
    def windows(self) -> list[int]:
        """rework_window_days by workflow."""
        return [int(row["rework_window_days"]) for row in self.workflow_rows]

    @property
    def deployed(self) -> list[int]:
        """Day number of deployed_on by agent."""
        return [day_number(row["deployed_on"]) for row in self.agent_rows]

    @property
    def agent_workflow(self) -> list[int]:
        """Index of the workflow of each agent."""
        ids = [workflow.workflow_id for workflow in self.workflows]
        return [ids.index(row["workflow_id"]) for row in self.agent_rows]

    @property
    def baseline_end(self) -> int:
        """Day number of the last day of the people-only baseline."""
        return max(day_number(row["baseline_end"]) for row in self.workflow_rows)

    def accuracy(self, agent: int, day: int) -> float:
        """The planted probability that an output the agent completes on that day is right."""
        plan = self.agents[agent]
        if plan.decay_from is None or day < day_number(plan.decay_from):
            return plan.accuracy
        weeks = (day - day_number(plan.decay_from)) // 7 + 1
        return max(plan.decay_to, plan.accuracy - plan.decay_weekly * weeks)


def read_plan() -> Plan:
    """Put the seeds beside the planted parameters; raises KeyError where one lacks the other."""
    workflows = {row["workflow_id"]: row for row in read_seed("workflows")}
    agents = {row["agent_id"]: row for row in read_seed("agents")}
    return Plan(
        WORKFLOWS,
        AGENTS,
        [workflows[plan.workflow_id] for plan in WORKFLOWS],
        [agents[plan.agent_id] for plan in AGENTS],
        read_seed("model_prices"),
    )


def department_of(plan: Plan, workflow: int) -> int:
    """Index of the department that owns the workflow."""
    return plan.departments.index(plan.workflow_rows[workflow]["department"])


def working_time(plan: Plan, workflow: int, moment: np.ndarray) -> np.ndarray:
    """The moment, or the same time on Monday where nobody works at the weekend."""
    if plan.workflows[workflow].seven_days:
        return moment
    weekday = (moment // DAY) % 7
    return moment + np.where(weekday >= 5, 7 - weekday, 0) * DAY


def effort_minutes(plan: Plan, workflow: int) -> float:
    """Mean minutes of one item, so that all hours over successful outputs meet the baseline."""
    rework = HUMAN_RESOLVED * HUMAN_RETURNED
    successes = HUMAN_RESOLVED * (1 - HUMAN_RETURNED) + rework * CAUSED_SHARE * HUMAN_RESOLVED
    spent = (1 + rework * (1 - CAUSED_SHARE) * 0.5) * (1 + WORKFLOW_OVERHEAD)
    spent += rework * CAUSED_SHARE * 0.8
    return plan.workflows[workflow].baseline_minutes * successes / spent
