"""The stories: what a reader of the marts should find, where, and nowhere else.

What belongs here: the names of what is planted, and the figures that go with it. What does not:
counts by agent, week and month (truth_work.py), costs (truth_costs.py).
"""

from demo.adoption import DOUBTED_AGENT, DOUBTED_SINCE, FEATURES
from demo.further import Further
from demo.money import BELOW_FLOOR, NEVER_PAYS_BACK, NOT_INVOICED, OVERBILLED
from demo.operations import INCIDENTS, ROLLED_BACK_MODEL
from demo.people import SHRINKING_DEPARTMENT, SMALL_TEAM
from demo.plan import (
    BLOATED_FACTOR,
    BLOATED_FROM,
    BLOATED_TEAM,
    OVER_RELIANT_TEAM,
    SLOP_TEAM,
    UNDER_RELIANT_TEAM,
    Plan,
)
from demo.predictions import RETUNED, RETUNED_ON, false_positive_rates, story_of_drift

Story = dict[str, object]


def stories(plan: Plan, further: Further) -> list[Story]:
    """Every planted story."""
    return [*_of_work(plan), *_of_costs(), *_of_people(), *_of_models(further), *_of_money()]


def _of_work(plan: Plan) -> list[Story]:
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
    ]  # fmt: skip


def _of_costs() -> list[Story]:
    return [
        {"story": "shared_bill", "provider": "Meridian AI", "attribution": "tokens"},
        {"story": "belongs_to_no_agent", "provider": "Officeware"},
        {"story": "unused_commitment", "provider": "Cirrus Cloud"},
        {"story": "bill_in_euros", "provider": "Helix Models"},
        {
            "story": "invoices_beside_a_bill", "provider": "Deskly", "agent_id": "ticket-responder",
            "contract_id": OVERBILLED,
        },
        {"story": "self_hosted_without_bill", "agent_id": "invoice-matcher"},
    ]  # fmt: skip


def _of_people() -> list[Story]:
    assistant = FEATURES[0]
    return [
        {"story": "cash_releasing", "department": SHRINKING_DEPARTMENT},
        {"story": "saves_time_but_not_cash", "department": "claims"},
        {"story": "suppressed_small_team", "team_id": SMALL_TEAM[0], "people": SMALL_TEAM[1]},
        {
            "story": "adoption_ramps_up", "feature_id": assistant.feature_id,
            "department": assistant.departments[0], "month_start": "2026-02-01",
        },
        {
            "story": "trust_dips_after_an_incident", "agent_id": DOUBTED_AGENT,
            "date": DOUBTED_SINCE.isoformat(), "quarter_start": "2026-04-01",
        },
        {"story": "accepts_wrong_outputs", "team_id": OVER_RELIANT_TEAM},
        {"story": "rejects_right_outputs", "team_id": UNDER_RELIANT_TEAM},
        {"story": "assisted_work_comes_back", "team_id": SLOP_TEAM},
    ]  # fmt: skip


def _of_models(further: Further) -> list[Story]:
    before, after = false_positive_rates(further.predictions)
    still_open = [f"I{n + 1:04d}" for n, incident in enumerate(INCIDENTS) if not incident[6]]
    return [
        {
            "story": "threshold_raised", "model_id": RETUNED, "date": RETUNED_ON.isoformat(),
            "false_positive_rate_before": before, "false_positive_rate_after": after,
        },
        story_of_drift(),
        {"story": "releases_rolled_back", "model_id": ROLLED_BACK_MODEL, "rollbacks": 2},
        {
            "story": "down_beyond_its_objective", "model_id": "fraud-screen",
            "month_start": "2026-03-01",
        },
        {"story": "incidents_still_open", "incident_ids": still_open},
    ]  # fmt: skip


def _of_money() -> list[Story]:
    return [
        {"story": "overbilled", "contract_id": OVERBILLED},
        {"story": "below_its_floor", "contract_id": BELOW_FLOOR, "month_start": "2026-05-01"},
        {
            "story": "month_without_invoice", "contract_id": NOT_INVOICED[0],
            "month_start": NOT_INVOICED[1].isoformat(),
        },
        {"story": "never_pays_back", "initiative_id": NEVER_PAYS_BACK},
    ]  # fmt: skip
