"""The feeds of adoption.

What belongs here: use of features and answers of surveys. What does not: who counts.
"""

from tests.oracle.feed import feed

FEEDS = {
    "feature_usage": feed(
        "usage_date worker_id feature_id",
        "usage_date worker_id feature_id",
        text="worker_id feature_id",
        date="usage_date",
        number="sessions input_tokens output_tokens",
    ),
    "survey_responses": feed(
        "response_id survey_id question responded_at score",
        "response_id",
        "responded_at",
        text="response_id survey_id question worker_id team_id agent_id model_id",
        time="responded_at",
        number="score",
        flag="customer",
    ),
}
