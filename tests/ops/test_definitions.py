"""The graph loads, and every gate stands on an asset that is there."""

from itertools import pairwise

import dagster as dg
import pytest

from orchestration import gates
from orchestration.assets.gates import asset_key
from orchestration.definitions import NIGHTLY, build_definitions
from orchestration.publish import SCHEMAS

STEPS = [
    "staged",
    "landing_gate",
    "raw",
    "staging",
    "staging_gate",
    "marts",
    "marts_gate",
    "published",
]


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions()


def test_definitions_can_be_loaded(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_every_suite_is_a_blocking_check_of_an_asset(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()

    for stage in gates.STAGES:
        for suite in gates.load_suites(stage):
            key = asset_key(stage, suite.table)
            check = dg.AssetCheckKey(key, f"gate_{stage}")
            assert graph.has(key), suite.file
            assert graph.get_check_spec(check).blocking


def test_every_feed_and_every_published_kpi_has_a_suite(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    judged = {asset_key(s, suite.table) for s in gates.STAGES for suite in gates.load_suites(s)}

    staged = {key for key in keys if key.path[0] == "staged"}
    marts = {
        key for key in keys if key.path[0] in SCHEMAS and key.path[-1].startswith(("kpi_", "fct_"))
    }

    assert staged | marts <= judged


def test_each_step_waits_for_the_one_before(definitions: dg.Definitions) -> None:
    dependencies = definitions.resolve_job_def(NIGHTLY).graph.dependency_structure

    for before, step in pairwise(STEPS):
        upstream = {
            output.node_name
            for outputs in dependencies.input_to_upstream_outputs_for_node(step).values()
            for output in outputs
        }
        assert before in upstream, step


def test_nights_begin_at_two(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_at_two")

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 2 * * *", "UTC")
