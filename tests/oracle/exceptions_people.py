"""Features used and surveys answered by whom nobody expected.

What belongs here: strangers, days without tokens, customers, corrections across files, questions
hardly anybody answered. What does not: work, money.
"""

from tests.oracle.chance import Chance, team, worker

FEATURES = ["triage-assistant", "code-completion", "document-search", "no-such-feature"]
SUBJECTS = ["ticket-resolver", "triage-guide", "stranger", "", ""]
USES, ANSWERS = 2500, 900


def feeds(chance: Chance) -> dict[str, list[dict]]:
    """Rows by feed."""
    return {"feature_usage": _usage(chance), "survey_responses": _answers(chance)}


def _usage(chance: Chance) -> list[dict]:
    return [
        {
            "usage_date": chance.day(),
            "worker_id": worker(chance),
            "feature_id": chance.of(FEATURES),
            "sessions": chance.of(["1", "3", ""]),
            "suggestions_shown": "5",
            "suggestions_accepted": chance.of(["0", "5", ""]),
            "input_tokens": chance.of(["", "0", "1200", "900"]),
            "output_tokens": chance.of(["", "0", "300"]),
        }
        for _ in range(USES)
    ]


def _answers(chance: Chance) -> list[dict]:
    rows = []
    for _ in range(ANSWERS):
        question = chance.of(["csat", "nps", "nps", "trust", "fluency"])
        scale = 11 if question == "nps" else 5
        is_known = chance.true(0.5)
        rows.append(
            {
                "response_id": f"response-{chance.generator.integers(ANSWERS * 9 // 10)}",
                "survey_id": "pulse",
                "question": question,
                "responded_at": f"{chance.moment()}Z",
                "score": str(chance.generator.integers(scale) + (question != "nps")),
                "worker_id": worker(chance) if is_known else "",
                "team_id": chance.of(["", team(chance), "no-such-team"]),
                "agent_id": chance.of(SUBJECTS) if chance.true(0.5) else "",
                "model_id": chance.of(["triage-urgency", "no-such-model", ""]),
                "customer": chance.of(["true", "false", "false", ""]),
            }
        )
    return rows
