"""Teams, surveys and judgement worked out by hand.

What belongs here: suppression, adoption, trust, judgement, use, tests of proportions. What does
not: the marts.

Team t1 of by_hand.py is five clerks; the fifth leaves after 14 February.
"""

import json

import pandas as pd
import pytest

from tests.oracle.adoption import feature_adoption
from tests.oracle.by_hand import SEEDS, check, company
from tests.oracle.facts import Facts
from tests.oracle.judgement import judgement
from tests.oracle.kpis import build_facts
from tests.oracle.landing import read_landing
from tests.oracle.monthly import fte_displacement
from tests.oracle.suppression import hidden_teams, too_few, with_others
from tests.oracle.teams import robust_z, two_proportions, value_chain
from tests.oracle.trust import trust

FEATURES = {
    "features": "feature_id,name,eligible_job_profiles\nf1,One,nurse; clerk\nf2,Two,nurse\n",
    "kpi_thresholds": SEEDS["kpi_thresholds"].replace("min_cohort_size,1", "min_cohort_size,5"),
}
USAGE = "usage_date,worker_id,feature_id,sessions,input_tokens,output_tokens"
FEEDS = {
    "feature_usage": [
        USAGE,
        *(f"2026-01-{10 + n},p{n},f1,1,," for n in range(1, 6)),
        "2026-02-10,p1,f1,,100,20",
        "2026-02-10,p2,f1,2,1,",
        "2026-02-10,p3,f1,0,7,",
        *(f"2026-02-11,p{n},f1,1,," for n in range(1, 6)),
        "2026-02-11,p1,f3,1,,",
        "2026-02-11,stranger,f1,1,500,",
    ],
    "survey_responses": [
        "response_id,survey_id,question,responded_at,score,worker_id,team_id,agent_id,customer",
        *(f"r{n},s,nps,2026-02-0{n}T10:00Z,{n + 5},p{n},,a1,false" for n in range(1, 6)),
        *(f"c{n},s,nps,2026-02-01T10:00Z,2,,,a1,true" for n in range(1, 6)),
        *(f"t{n},s,trust,2026-02-01T10:00Z,4,p1,,,false" for n in range(1, 6)),
    ],
    "agent_reviews": [
        "review_id,work_item_id,agent_id,team_id,reviewed_at,selection,verdict,adjudicated_verdict",
        "v1,i1,a1,t1,2026-02-11T08:00:00Z,random,accept,reject",
        "v2,i2,a1,t1,2026-02-11T08:00:00Z,targeted,correct,reject",
        "v3,i3,a1,t1,2026-02-11T08:00:00Z,random,reject,accept",
        "v4,i4,a1,t1,2026-02-11T08:00:00Z,random,accept,",
        "v5,i5,a1,t1,2026-02-11T08:00:00Z,random,accept,accept",
        "v6,i6,a1,t1,2026-02-11T08:00:00Z,random,accept,accept",
        "v7,i7,a2,,2026-02-11T08:00:00Z,random,accept,reject",
    ],
}
ASKED = [
    ("p1", "2026-02-10", 40, 40, 20),  # the feature told this day's tokens
    ("p4", "2026-02-11", 40, 40, 20),
    ("p5", "2026-02-12", 1, 0, 2),
]


def request(person: str, day: str, new: int, cached: int, out: int) -> dict:
    facts = {"event.name": "api_request", "user.id": person, "model": "m1"}
    counts = {"input_tokens": new, "cache_read_tokens": str(cached), "output_tokens": out}
    return {
        "timeUnixNano": str(pd.Timestamp(day).value),
        "attributes": [
            *({"key": key, "value": {"stringValue": value}} for key, value in facts.items()),
            *({"key": key, "value": {"intValue": value}} for key, value in counts.items()),
        ],
    }


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    folder = tmp_path_factory.mktemp("people")
    _, seeds = company(folder, FEATURES, FEEDS)
    logs = folder / "landing" / "otlp_logs" / "a.jsonl"
    logs.parent.mkdir()
    name = {"key": "service.name", "value": {"stringValue": "claude-code"}}
    records = [request(*values) for values in [*ASKED, ASKED[-1]]]
    resource = {"resource": {"attributes": [name]}, "scopeLogs": [{"logRecords": records}]}
    logs.write_text(json.dumps({"resourceLogs": [resource]}))
    return build_facts(read_landing(folder / "landing"), seeds, pd.Timestamp("2026-03-31"))


def test_few_of_a_group_and_nearly_all_of_it() -> None:
    shown, of = pd.Series([4, 5, 9, 9, 9]), pd.Series([20, 5, 10, 13, 14])
    assert too_few(shown, of, 5).tolist() == [True, False, True, True, False]


def test_a_small_team_takes_others_with_it() -> None:
    """Two and six of ops are two teams and five people; without the six the company's next goes."""
    teams = pd.DataFrame(
        [("a", "ops", 2), ("b", "ops", 6), ("c", "ops", 7), ("d", "lab", 6), ("e", "lab", 8)],
        columns=["team_id", "department", "size"],
    ).assign(quarter_start=0)
    hidden = hidden_teams(teams, teams["size"] < 5, "size", 5)
    assert teams["team_id"][hidden].tolist() == ["a", "b"]
    alone = teams[teams["team_id"].isin(["a", "d", "e"])]
    hidden = hidden_teams(alone, alone["size"] < 5, "size", 5)
    assert alone["team_id"][hidden].tolist() == ["a", "d"]


def test_a_group_of_nobody_takes_nobody_with_it() -> None:
    groups = pd.DataFrame({"id": ["x", "y"], "size": [0, 9], "all": 1})
    hidden = with_others(groups, groups["size"] < 5, ["all"], ("size", "id"), 5)
    assert hidden.tolist() == [True, False]


def test_adoption(facts: Facts) -> None:
    rows = feature_adoption(facts).set_index(["feature_id", "job_profile", "month_start"])
    assert set(rows.index.get_level_values("feature_id")) == {"f1", "f3"}  # nobody is a nurse
    january = {"eligible": 5, "active": 5, "adoption_rate": 1, "active_before": 0}
    check(rows.loc[("f1", "clerk", "2026-01-01")], january)
    february = {"eligible": 5, "onboarded": 5, "active": 5, "active_before": 5, "retained": 5}
    check(rows.loc[("f1", "all", "2026-02-01")], {**february, "retention_rate": 1})
    for profile in ("clerk", "all"):  # four did not use it, but there are only clerks
        assert rows.loc[("f3", profile, "2026-02-01"), "active"] == 1
    assert pd.isna(rows.loc[("f1", "all", "2026-03-01"), "eligible"])  # four are left


def test_trust(facts: Facts) -> None:
    """The team gives 6 to 10: two promoters, one detractor; five answers of one are one person.

    Reviews name nobody, so that each is somebody's: one is too few.
    """
    rows = trust(facts).set_index(["subject_type", "subject_id"])
    team = rows.loc[("team", "t1")]
    check(team, {"responses": 5, "nps": 20, "reviewed": 5, "overridden": 1, "trust_score": 0.8})
    assert pd.isna(team["trust"])
    check(rows.loc[("agent", "a1")], {"responses": 10, "nps": -40, "reviewed": 5})
    assert pd.isna(rows.loc[("agent", "a2"), "reviewed"])


def test_judgement(facts: Facts) -> None:
    found = judgement(facts).iloc[0]
    expected = {"adjudicated": 5, "wrong_outputs": 2, "caught": 1, "over_reliance": 0.5}
    check(found, {**expected, "right_outputs": 3, "under_reliance": 1 / 3, "people_closed": 0})


def test_hours(facts: Facts) -> None:
    """One person works on w1, nobody in March."""
    rows = fte_displacement(facts).set_index(["workflow_id", "month_start"])
    assert pd.isna(rows.loc[("w1", "2026-02-01"), "realized_hours"])
    assert rows.loc[("w1", "2026-03-01"), "worked_hours"] == 0


def test_use(facts: Facts) -> None:
    """All five bring tokens; 128 of features, 100 and 3 of requests, one told twice."""
    rows = value_chain(facts).set_index("week_start")
    check(rows.loc["2026-02-09"], {"active_people": 5, "tokens": 231, "runs": 0})


def test_statistics() -> None:
    z = robust_z(pd.Series([1.0, 2, 3, 4, 100]))
    assert z.iloc[-1] == pytest.approx(97 / 1.4826)
    row = type("Row", (), {})
    names = ("assisted_returned", "assisted_items", "unassisted_returned", "unassisted_items")
    for name, value in zip(names, (15, 100, 5, 100), strict=True):
        setattr(row, name, value)
    assert two_proportions(row) == pytest.approx((0.1 / (0.09 * 0.02) ** 0.5, 0.018422), rel=1e-4)
