"""Nights on a Spark cluster: late files, a worker that dies, gates, and the models' own tests.

What the marts hold is compared in test_parity.py.
"""

from contextlib import closing

import duckdb

from orchestration import dbt, gates, ingest, spark
from orchestration.content_hash import content_hash
from tests.nights.company import Company
from tests.spark.cluster import Cluster
from tests.spark.conftest import ELSEWHERE, Nights

BAD = (
    "worker_id,work_date,activity,workflow_id,hours\n"
    "somebody,2026-06-01,production,refunds,15\n"
    "somebody,2026-06-01,rework,refunds,15\n"
)


def partitions(files: set[str]) -> set[str]:
    """The dates that files are of."""
    return {file.split("/")[0].partition("=")[2] for file in files}


def heavy_hashes(company: Company, cluster: Cluster) -> dict[str, str]:
    """The content hash of every heavy model."""
    hashes = {}
    with closing(duckdb.connect()) as connection:
        for model in company.heavy_models:
            files = f"{cluster.warehouse}/intermediate/{model}/**/*.parquet"
            connection.execute(f"create or replace view made as from read_parquet('{files}')")
            hashes[model] = content_hash(connection, "made")
    return hashes


def test_build_outlives_a_worker(nights: Nights, cluster: Cluster) -> None:
    assert cluster.workers[-1].poll() is not None
    assert cluster.workers[0].poll() is None
    assert "Lost executor" in cluster.log
    assert len(nights.late) > 20, "the worker died too late to be missed"


def test_late_files_change_their_dates_only(nights: Nights) -> None:
    assert nights.first.keys() == nights.second.keys()
    for model in ("int_charges_by_day", "int_agent_runs", "int_predictions_by_hour"):
        before, after = nights.first[model], nights.second[model]
        changed = partitions(before ^ after)
        assert {"2026-06-20", "2026-06-28"} <= changed
        assert len(changed) < len(partitions(after)) / 5


def test_a_date_whose_rows_all_went_is_gone(nights: Nights) -> None:
    for model in (
        "int_charges_by_day",
        "int_agent_runs",
        "int_run_model_usage",
        "int_predictions_by_hour",
        "int_predictions_by_outcome",
    ):
        assert max(partitions(nights.first[model])) >= str(ELSEWHERE)
        assert max(partitions(nights.second[model])) < str(ELSEWHERE)


def test_the_models_own_unit_tests_pass(nights: Nights) -> None:
    """Their data tests ran in the night."""
    tested = nights.company.dbt("test", "--select", "test_type:unit")
    assert len(tested) == len(nights.company.manifest.unit_tests)


def test_heavy_models_equal_their_rebuild(nights: Nights, cluster: Cluster) -> None:
    kept = heavy_hashes(nights.company, cluster)
    nights.company.dbt("run", "--full-refresh", "--select", *nights.company.heavy_models)
    assert heavy_hashes(nights.company, cluster) == kept


def test_gates_judged_what_the_cluster_made(nights: Nights) -> None:
    folder = max((nights.company.data / "runs").iterdir())
    for stage in gates.STAGES:
        findings = gates.read_findings(folder / f"validation_{stage}.parquet")
        assert {found.suite for found in findings} == {s.file for s in gates.load_suites(stage)}
        assert not [found for found in findings if found.stops]


def test_a_gate_stops_what_the_cluster_made_of_a_bad_file(nights: Nights) -> None:
    company = nights.company
    company.land("timesheets", "bad.csv", BAD)
    company.ingest()
    company.build(["stg_hr__timesheets"])
    spark.show(company.settings, dbt.read_manifest(company.target / "manifest.json"), "staging")
    table = "staging.stg_hr__timesheets"
    found = gates.validate(
        "staging",
        company.settings.warehouse,
        "night",
        tables=[table],
        limits=company.settings.limits,
    )
    [stops] = [finding for finding in found if finding.stops]
    assert "No day has more than 24 hours" in stops.reason


def test_forgetting_a_person_removes_what_the_cluster_made(
    nights: Nights, cluster: Cluster
) -> None:
    """It holds the person's key, as the warehouse does."""
    assert cluster.query("show tables in staging")
    ingest.forget(nights.company.settings, "somebody")
    assert [name for (name,) in cluster.query("show schemas")] == ["default"]
    assert not cluster.warehouse.exists()
