"""The feeds of models in operation and of experiments.

What belongs here: predictions, deployments, incidents, business events, experiments. What does
not: people, money, agents.
"""

from tests.oracle.feed import Feed, feed

FEEDS: dict[str, Feed] = {
    "predictions": feed(
        "prediction_id model_id predicted_at task",
        "prediction_id",
        "labeled_at",
        text="prediction_id model_id instance_type cohort task predicted_label actual_label"
        " features",
        time="predicted_at labeled_at",
        number="predicted_value score actual_value",
    ),
    "deployments": feed(
        "deployment_id model_id version environment deployed_at status",
        "deployment_id",
        "deployed_at",
        text="deployment_id model_id version environment status rolls_back",
        time="committed_at deployed_at",
    ),
    "incidents": feed(
        "incident_id severity detected_at",
        "incident_id",
        "detected_at",
        text="incident_id model_id agent_id severity",
        time="started_at detected_at resolved_at",
        ends="resolved_at",
    ),
    "business_events": feed(
        "event_id event_date kind title",
        "event_id",
        "event_date",
        text="event_id kind title workflow_id agent_id model_id",
        date="event_date",
    ),
    "experiment_units": feed(
        "experiment_id unit_id arm",
        "experiment_id unit_id",
        "assigned_at",
        text="experiment_id unit_id arm cluster_id",
        time="assigned_at",
    ),
    "experiment_outcomes": feed(
        "experiment_id unit_id metric period value",
        "experiment_id unit_id metric period",
        text="experiment_id unit_id metric period",
        number="value",
    ),
}
