"""The oracle of predictions, incidents and drift, worked out by hand.

What belongs here: a handful of predictions and incidents, the reasoning beside each number. What
does not: the marts.
"""

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.oracle import drift, incidents, model_quality, predictions
from tests.oracle.facts import Facts
from tests.oracle.few_feeds import check, row, small_facts
from tests.oracle.periods import wilson

NAN = float("nan")
HEAD = (
    "prediction_id,model_id,predicted_at,instance_type,cohort,task,predicted_label,"
    "predicted_value,score,actual_label,actual_value,labeled_at,features\n"
)
SEEDS = {
    "models": "model_id,name,kind,agent_id,positive_label,reference_start,reference_end,"
    "availability_slo\n"
    "m1,One,classification,a1,yes,2026-01-05,2026-01-11,0.99\n"
    "m2,Two,classification,,,,,\nm3,Three,regression,,,,,0.99\n",
    "agents": "agent_id,workflow_id,deployed_on\na1,w1,2026-01-30\n",
    "kpi_thresholds": "threshold,value,why\ndisparity_limit,0.8,x\ndrift_rate_for_retrain,0.5,x\n"
    "drift_psi_limit,0.25,x\ndrift_psi_with_ks,0.1,x\ndrift_values_needed,100,x\n",
}
# m1: of five known labels in the week of 2026-02-02 two yes, one false alarm, one miss, one no.
LABELS = [
    "p1,m1,2026-02-02T00:30:00Z,big,north,classification,yes,,,yes,,2026-02-03T00:00:00Z,",
    "p2,m1,2026-02-02T00:40:00Z,big,north,classification,yes,,,yes,,,",
    "p3,m1,2026-02-02T02:10:00Z,big,south,classification,yes,,,no,,2026-02-03T00:00:00Z,",
    "p4,m1,2026-02-02T02:20:00Z,small,south,classification,no,,,yes,,2026-02-03T00:00:00Z,",
    "p5,m1,2026-02-02T02:30:00Z,,,classification,no,,,no,,2026-02-03T00:00:00Z,",
    "p6,m1,2026-02-02T02:40:00Z,big,,classification,yes,,,no,,2026-02-09T00:00:00Z,",  # late
    "p7,m1,2026-02-09T00:00:00Z,big,,classification,yes,,,no,,,",  # after as_of
    # m2 has no positive label: a, b and c are told apart.
    "q1,m2,2026-02-02T00:00:00Z,big,x,classification,a,,,a,,,",
    "q2,m2,2026-02-02T00:00:00Z,big,x,classification,a,,,b,,,",
    "q3,m2,2026-02-02T00:00:00Z,big,x,classification,c,,,b,,,",
    "r1,m3,2026-02-02T00:00:00Z,big,x,regression,,3,,,1,,",
    "r2,m3,2026-02-02T00:00:00Z,big,x,regression,,1,,,2,,",
]
INCIDENTS = (
    "incident_id,model_id,agent_id,severity,started_at,detected_at,resolved_at\n"
    # Two that overlap by an hour: 00:00 to 04:00 on the 31st is four hours, not five.
    "i1,m1,a1,sev1,2026-01-31T00:00:00Z,2026-01-31T01:00:00Z,2026-01-31T03:00:00Z\n"
    "i2,m1,,sev2,2026-01-31T02:00:00Z,2026-01-31T02:30:00Z,2026-01-31T04:00:00Z\n"
    "i3,m1,,sev3,,2026-01-31T00:00:00Z,2026-01-31T23:00:00Z\n"  # too mild to be down
    "i4,m1,,sev1,,2026-02-08T12:00:00Z,2026-02-20T00:00:00Z\n"  # still open on the 8th
    "i5,,,sev1,,2026-02-01T00:00:00Z,\n"
    "i6,m1,,sev1,,2026-02-09T00:00:00Z,\n"  # after as_of
)
DEPLOYMENTS = (
    "deployment_id,model_id,version,environment,committed_at,deployed_at,status,rolls_back\n"
    "d1,m1,1,production,2026-01-20T00:00:00Z,2026-01-20T10:00:00Z,success,\n"
    "d2,m1,2,production,2026-01-20T00:00:00Z,2026-01-21T06:00:00Z,success,\n"
    "d3,m1,1,production,2026-01-20T00:00:00Z,2026-01-22T00:00:00Z,success,d2\n"
    "d4,m1,3,production,2026-01-20T00:00:00Z,2026-01-23T00:00:00Z,failure,\n"
    "d5,m1,3,staging,2026-01-20T00:00:00Z,2026-01-23T00:00:00Z,success,\n"
    "d6,m2,1,staging,,2025-12-23T00:00:00Z,failure,\n"
)
EVENTS = (
    "event_id,event_date,kind,title,workflow_id,agent_id,model_id\n"
    "e1,2026-02-01,release,New,,,m1\ne2,2026-02-01,policy,All,,,\ne3,2026-02-09,policy,Later,,,\n"
)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    charges = pd.DataFrame(
        [("c1", "big", 9.0), ("c2", None, 10.0), ("c3", "huge", 5.0)],
        columns=["part", "resource_type", "cost_usd"],
    ).assign(component="compute", model_id="m1", day=pd.Timestamp("2026-02-02"))
    idle = charges.tail(1).assign(part="c4", day=pd.Timestamp("2026-02-03"))
    feeds = {
        "predictions": HEAD + "\n".join(LABELS),
        "incidents": INCIDENTS,
        "deployments": DEPLOYMENTS,
        "business_events": EVENTS,
    }
    bill = pd.concat([charges, idle])
    return small_facts(tmp_path, "2026-02-08", SEEDS, feeds, charge_days=bill)


def test_throughput_counts_every_hour(facts: Facts) -> None:
    """Two in the first hour, none in the second, four in the third."""
    rows = predictions.throughput(facts)
    m1 = rows[rows["model_id"] == "m1"].set_index("hour_start")
    assert len(m1) == 7 * 24
    check(m1.loc["2026-02-02 02:00"], predictions=4, rolling_24h_avg=2, p95_7d=3.8, is_peak=True)
    check(m1.loc["2026-02-02 01:00"], predictions=0, rolling_24h_avg=1, is_peak=False)
    check(m1.loc["2026-02-03 00:00"], rolling_24h_avg=4 / 24)


def test_cost_goes_to_the_type_in_use_else_by_predictions(facts: Facts) -> None:
    """Nine are the big ones'; fifteen go to big, small and unknown as 4 : 1 : 1."""
    rows = predictions.cost_per_prediction(facts)
    day = {"model_id": "m1", "cost_date": "2026-02-02"}
    check(row(rows, instance_type="big", **day), compute_cost_usd=19, predictions=4)
    check(row(rows, instance_type="unknown", **day), cost_per_prediction_usd=2.5)
    idle = row(rows, instance_type="none", model_id="m1", cost_date="2026-02-03")
    check(idle, compute_cost_usd=5, predictions=0, cost_per_prediction_usd=NAN)


def test_without_any_bill_costs_are_unknown(facts: Facts) -> None:
    rows = predictions.cost_per_prediction(replace(facts, charge_days=facts.charge_days.head(0)))
    check(row(rows, model_id="m2"), predictions=3, compute_cost_usd=NAN)


def test_quality_with_a_positive_label(facts: Facts) -> None:
    rows = model_quality.model_quality(facts)
    week = {"model_id": "m1", "week_start": "2026-02-02"}
    everyone = row(rows, cohort="all", **week)
    check(everyone, predictions=6, n_labeled=5, correct=3, accuracy=0.6, precision=2 / 3)
    check(everyone, recall=2 / 3, f1=2 / 3, false_positive_rate=0.5, mae=NAN)
    check(row(rows, cohort="north", **week), accuracy=1, recall=1, false_positive_rate=NAN)
    check(row(rows, cohort="south", **week), precision=0, recall=0, f1=0)
    # South's 0 of 2 against north's 2 of 2: even at its kindest 0.6576 / 0.3424 is no proof.
    low, high = wilson(pd.Series([2, 0]), pd.Series([2, 2]))
    check(everyone, disparity=0, disparity_high=high[1] / low[0], is_unfair=0)


def test_quality_without_a_positive_label_is_the_mean_over_classes(facts: Facts) -> None:
    """a: precision 1/2, recall 1; b: 0 and 0; c: 0 and, never there, 0."""
    rows = model_quality.model_quality(facts)
    found = row(rows, model_id="m2", cohort="x", week_start="2026-02-02")
    check(found, accuracy=1 / 3, precision=1 / 6, recall=1 / 3, f1=2 / 9)
    check(found, false_positive_rate=(1 / 2 + 0 + 1 / 3) / 3)
    found = row(rows, model_id="m3", cohort="all", week_start="2026-02-02")
    check(found, mae=1.5, rmse=math.sqrt(2.5), accuracy=NAN, n_labeled=2)


def test_repairs(facts: Facts) -> None:
    rows = incidents.mttr(facts)
    january = {"subject_id": "m1", "month_start": "2026-01-01"}
    check(row(rows, severity="sev1", **january), mttr_hours=2, time_to_detect_hours=1)
    check(row(rows, severity="sev3", **january), time_to_detect_hours=NAN, mttr_hours=23)
    later = row(rows, subject_id="m1", severity="sev1", month_start="2026-02-01")
    check(later, incidents=1, resolved=0, open=1, mttr_hours=NAN)
    check(row(rows, subject_id="a1", month_start="2026-01-01"), incidents=1)
    check(row(rows, subject_type="none", month_start="2026-02-01"), incidents=1, open=1)


def test_availability(facts: Facts) -> None:
    """m1 is live from the 20th, its first deployment; a1 from the 30th."""
    rows = incidents.availability(facts)
    january = row(rows, subject_id="m1", month_start="2026-01-01")
    check(january, minutes=12 * 1440, minutes_down=240, is_breach=1)
    february = row(rows, subject_id="m1", month_start="2026-02-01")
    check(february, minutes=8 * 1440, minutes_down=720, availability=15 / 16)
    agent = row(rows, subject_id="a1", month_start="2026-01-01")
    check(agent, minutes=2 * 1440, minutes_down=180, is_breach=NAN)
    assert "m2" in set(rows["subject_id"])
    third = row(rows, subject_id="m3", month_start="2026-02-01")
    check(third, minutes=7 * 1440, minutes_down=0, is_breach=0)


def test_deployments(facts: Facts) -> None:
    """Lead times of 10 and 30 hours; the rollback has none, failures and staging do not count."""
    rows = incidents.deployment_cadence(facts)
    january = row(rows, model_id="m1", month_start="2026-01-01")
    check(january, production_deployments=3, median_lead_time_hours=20, rollbacks=1)
    check(january, deployments_with_lead_time=2, rollback_rate=1 / 3)
    february = row(rows, model_id="m1", month_start="2026-02-01")
    check(february, production_deployments=0, rollback_rate=NAN)
    assert len(rows[rows["model_id"] == "m2"]) == 3  # from its first try, in December


def test_an_event_touches_all_that_depends_on_it(facts: Facts) -> None:
    rows = incidents.annotations(facts)
    touched = {
        event: set(zip(group["subject_type"], group["subject_id"], strict=True))
        for event, group in rows.groupby("event_id")
    }
    assert touched["e1"] == {("model", "m1"), ("agent", "a1"), ("workflow", "w1")}
    assert {kind for kind, _ in touched["e2"]} == {"company"}
    assert not {"e3", "i6", "d5"} & set(touched)


def drifting(folder: Path, february: list[tuple[object, object]]) -> Facts:
    """m1 with a hundred reference values 1 to 100 of x, all 7 of y, and these in February."""
    reference = [(number, 7) for number in range(1, 101)]
    lines = [
        f"{day}-{number},m1,{day}T00:00:00Z,,,classification,yes,,,,,,"
        + '"{""x"": '
        + str(x)
        + ', ""y"": '
        + str(y)
        + '}"'
        for day, values in (("2026-01-05", reference), ("2026-02-02", february))
        for number, (x, y) in enumerate(values)
    ]
    return small_facts(folder, "2026-02-08", SEEDS, {"predictions": HEAD + "\n".join(lines)})


def test_drift_by_the_reference_deciles(tmp_path: Path) -> None:
    """All 100 values at 100: one bin has everything, nine have the smallest share."""
    found = drift.drift(drifting(tmp_path, [(100, 7)] * 100))
    x = row(found, feature="x", week_start="2026-02-02")
    psi = 9 * (0.0001 - 0.1) * math.log(0.0001 / 0.1) + 0.9 * math.log(10)
    check(x, n=100, n_reference=100, psi=psi, ks=0.99, ks_critical=1.358 * math.sqrt(0.02))
    # y never changes: one edge at 7, everything at or below it then and now.
    check(row(found, feature="y", week_start="2026-02-02"), psi=0, ks=0, is_drifted=False)
    assert set(found["feature"]) == {"x", "y"}  # no score was given


def test_drift_rate_needs_a_hundred_values(tmp_path: Path) -> None:
    """99 numbers; null and text are no numbers."""
    few = drifting(tmp_path, [(100, 8)] * 99 + [("null", '""8""')])
    found = row(drift.drift(few), feature="y", week_start="2026-02-02")
    check(found, n=99, psi=NAN, ks=1, is_drifted=False)
    check(row(drift.drift_rate(few), model_id="m1"), windows=0, drift_rate=NAN)


def test_drift_rate_counts_weeks_in_which_any_feature_drifted(tmp_path: Path) -> None:
    found = row(drift.drift_rate(drifting(tmp_path, [(100, 7)] * 100)), model_id="m1")
    check(found, windows=1, drifted_windows=1, drift_rate=1, retrain_recommended=True)
