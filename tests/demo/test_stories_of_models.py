"""What is planted in models and their operation, as the marts tell it."""

import duckdb
import pytest

Marts = duckdb.DuckDBPyConnection
Stories = dict[str, dict]


def test_the_season_drifts_two_features_of_one_model(marts: Marts, stories: Stories) -> None:
    story = stories["seasonal_drift"]
    drifted = marts.execute(
        "select model_id, feature, min(week_start)::varchar, min(psi)"
        " from quality.kpi_drift_weekly where is_drifted group by model_id, feature"
    ).fetchall()
    assert {(model, feature) for model, feature, _, _ in drifted} == {
        (story["model_id"], feature) for feature in story["features"]
    }
    assert {week for _, _, week, _ in drifted} == {story["week_start"]}
    assert min(psi for _, _, _, psi in drifted) > 0.25


def test_only_the_drifting_model_is_to_be_retrained(marts: Marts, stories: Stories) -> None:
    retrained = marts.execute(
        "select distinct model_id from quality.kpi_drift_rate_monthly where retrain_recommended"
    ).fetchall()
    assert retrained == [(stories["seasonal_drift"]["model_id"],)]


def test_a_raised_threshold_calls_fewer_genuine_payments_fraud(
    marts: Marts, stories: Stories
) -> None:
    story = stories["threshold_raised"]
    rates: dict[str, dict[bool, float]] = {}
    for model, is_after, rate in marts.execute(
        f"""
        select model_id, week_start >= date '{story["date"]}',
            sum(false_positives) / sum(false_positives + true_negatives)
        from quality.kpi_model_quality_weekly
        where cohort = 'all' and false_positives is not null
        group by all
        """
    ).fetchall():
        rates.setdefault(model, {})[is_after] = rate
    halved = {model for model, rate in rates.items() if rate[True] < 0.5 * rate[False]}
    assert halved == {story["model_id"]}
    found = rates[story["model_id"]]
    assert found[False] == pytest.approx(story["false_positive_rate_before"])
    assert found[True] == pytest.approx(story["false_positive_rate_after"])


def test_no_cohort_is_treated_worse(marts: Marts) -> None:
    assert marts.execute(
        "select count(*) from quality.kpi_model_quality_weekly where is_unfair"
    ).fetchone() == (0,)


def test_one_models_releases_were_rolled_back(marts: Marts, stories: Stories) -> None:
    story = stories["releases_rolled_back"]
    rolled_back = marts.execute(
        "select model_id, sum(rollbacks) from productivity.kpi_deployment_cadence_monthly"
        " group by model_id having sum(rollbacks) > 0"
    ).fetchall()
    assert rolled_back == [(story["model_id"], story["rollbacks"])]


def test_one_model_was_down_beyond_its_objective_in_one_month(
    marts: Marts, stories: Stories
) -> None:
    story = stories["down_beyond_its_objective"]
    breaches = marts.execute(
        "select subject_id, month_start::varchar, minutes_down"
        " from efficiency.kpi_availability_monthly where is_breach"
    ).fetchall()
    # Two incidents overlap: 06:10 to 09:40 and 09:00 to 10:20.
    assert breaches == [(story["model_id"], story["month_start"], 250)]


def test_incidents_of_every_severity_and_some_still_open(marts: Marts, stories: Stories) -> None:
    mart = "efficiency.kpi_incident_mttr_monthly"
    severities = marts.execute(f"select distinct severity from {mart}").fetchall()
    assert {severity for (severity,) in severities} == {"sev1", "sev2", "sev3", "sev4"}
    still_open = marts.execute(f"select sum(open), min(month_start) from {mart} where open > 0")
    number, month = still_open.fetchone()
    assert (number, str(month)) == (
        len(stories["incidents_still_open"]["incident_ids"]),
        "2026-06-01",
    )
