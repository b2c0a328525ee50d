"""MetricFlow's answers against the marts: one definition, two ways to ask.

What belongs here: `mf query` over a finished night. What does not: whether the marts are right
(tests/oracle).
"""

import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from orchestration.settings import PROJECT
from tests.conftest import environment

HEADLINES = [
    "cost_per_verified_output_usd",
    "verified_resolution_rate",
    "displacement_multiplier",
    "risk_adjusted_savings_usd",
]


@pytest.fixture(scope="module")
def data(small_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The warehouse of the small company: mf opens it to write."""
    copy = tmp_path_factory.mktemp("metrics")
    shutil.copy(small_company / "warehouse.duckdb", copy)
    return copy


def ask(data: Path, metrics: list[str], groups: list[str], where: str = "") -> pd.DataFrame:
    """What `mf query` answers, by its groups."""
    answer = data / "answer.csv"
    arguments = ["--metrics", ",".join(metrics), "--group-by", ",".join(groups)]
    arguments += ["--where", where] if where else []
    result = subprocess.run(
        [Path(sys.executable).parent / "mf", "query", *arguments, "--csv", answer],
        cwd=PROJECT,
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    table = pd.read_csv(answer)
    times = [name for name in groups if name.startswith("metric_time")]
    return table.assign(**{name: pd.to_datetime(table[name]) for name in times}).set_index(groups)


def read(data: Path, query: str) -> pd.DataFrame:
    with closing(duckdb.connect(str(data / "warehouse.duckdb"), read_only=True)) as connection:
        return connection.execute(query).df()


def assert_same(answer: pd.DataFrame, mart: pd.DataFrame) -> None:
    """Every row of the answer is the mart's: money to its sixth digit, what is unknown too."""
    assert len(answer)
    expected = mart.reindex(answer.index)[list(answer.columns)].astype(float)
    pd.testing.assert_frame_equal(
        answer.astype(float), expected, check_names=False, rtol=1e-9, atol=1.1e-6
    )
    assert not answer.isna().all().any(), "a column of nothing agrees with anything"


def test_the_company_and_its_workflows_by_week_are_the_scorecard(data: Path) -> None:
    scorecard = read(data, "select * from governance.kpi_scorecard_weekly")
    by_workflow = scorecard.set_index(["workflow_id", "week_start"])
    assert_same(ask(data, HEADLINES, ["workflow", "metric_time__week"]), by_workflow)
    assert_same(ask(data, HEADLINES, ["metric_time__week"]), by_workflow.loc["all"])


def test_an_agent_costs_what_its_mart_says(data: Path) -> None:
    weekly = read(
        data,
        "select workflow_id, agent_id, week_start, total_cost_usd as agent_cost_usd,"
        " outputs_verified as verified_outputs, cost_per_verified_output_usd"
        " from efficiency.kpi_cost_per_output_weekly",
    ).set_index(["workflow_id", "agent_id", "week_start"])
    answer = ask(data, list(weekly.columns), ["workflow", "agent", "metric_time__week"])
    unknown = answer["cost_per_verified_output_usd"].isna()
    assert_same(answer[~unknown], weekly)
    assert weekly.reindex(answer.index)["cost_per_verified_output_usd"][unknown].isna().all()


def test_accuracy_over_four_weeks_is_that_of_the_last(data: Path) -> None:
    weekly = read(data, "select * from quality.kpi_task_accuracy_weekly")
    last_week = weekly["week_start"].max()
    mart = weekly[weekly["week_start"] == last_week].set_index(["workflow_id", "agent_id"])
    first_day = last_week - pd.Timedelta(days=21)
    where = f"{{{{ TimeDimension('metric_time', 'day') }}}} >= '{first_day:%Y-%m-%d}'"
    assert_same(ask(data, ["reviews_random", "accuracy"], ["workflow", "agent"], where), mart)


def test_teams_add_up_to_the_company(data: Path) -> None:
    by_team = ask(data, ["attempted_items", "agent_cost_usd"], ["team"])
    assert len(by_team) > 2
    company = read(
        data,
        "select sum(attempted) as attempted_items, sum(total_cost_usd) as agent_cost_usd"
        " from governance.kpi_scorecard_weekly where workflow_id = 'all'",
    )
    assert by_team.sum().tolist() == pytest.approx(company.iloc[0].astype(float), rel=1e-6)


def test_adoption_of_a_team_is_that_of_its_mart(data: Path) -> None:
    monthly = read(
        data,
        "select feature_id, team_id, month_start, adoption_rate"
        " from adoption.kpi_feature_adoption_monthly"
        " where job_profile = 'all' and not is_suppressed",
    ).set_index(["feature_id", "team_id", "month_start"])
    answer = ask(data, ["adoption_rate"], ["feature", "team", "metric_time__month"]).dropna()
    assert_same(answer, monthly)
    assert len(answer) == len(monthly), "hidden teams are in no answer"
