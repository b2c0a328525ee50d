"""What a night adds to the warehouse equals what a warehouse made from nothing holds.

One company lives through the changes one after the other. After each, every model that is kept by
touched keys has the content hash of a rebuild over the same lake, and the change is seen in the
marts looked at. What lies behind those models is made anew every night, so that most nights here
make only some of it; that all marts follow is held for one more day, an earlier day, and all files
landed afresh.
"""

import logging
import os
import re
from datetime import date
from pathlib import Path

import pytest

from demo.company import write
from tests.nights.company import Company

# The demo lands a file a day from 2026-06-15 on.
FIRST_NIGHT = date(2026, 6, 20)
NEXT_NIGHT = date(2026, 6, 21)
# The marts that changes are seen in.
SEEN = ("fct_agent_runs", "kpi_cost_reconciliation_daily", "dim_workflows")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, kept_environment: None) -> Company:
    """A company after its first night."""
    folder = tmp_path_factory.mktemp("nights")
    company = Company(folder / "data", folder / "target")
    write(company.data, seed=7, scale=0.05, until=FIRST_NIGHT)
    company.parse()
    company.night()
    return company


def corrected(company: Company, feed: str, name: str, *changes: tuple[str, str]) -> None:
    """Land a file again under its name, with some texts replaced."""
    file = next((company.data / "landing" / feed).rglob(name))
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    company.land(feed, str(file.relative_to(company.data / "landing" / feed)), text)


def night_equals_rebuild(company: Company) -> None:
    kept = company.heavy_night(*SEEN)
    assert len(kept) == len(company.heavy_models) >= 9
    rebuilt = company.rebuilt(select=[f"+{model}" for model in company.heavy_models])
    assert kept == rebuilt


def test_the_models_own_tests_pass(company: Company) -> None:
    """dbt's unit tests and data tests, over the warehouse of a first night."""
    tested = company.dbt("test")
    assert {"unit_test", "test"} <= {node.node.resource_type for node in tested}


def test_a_night_with_nothing_new_changes_nothing(company: Company) -> None:
    before = company.hashes()
    assert company.night() == before
    assert company.rows("select count(*) from raw.otlp_traces__changed") == [(0,)]


def test_one_more_day_of_files(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    runs = company.rows("select count(*) from core.fct_agent_runs")
    write(company.data, seed=7, scale=0.05, until=NEXT_NIGHT)
    with caplog.at_level(logging.INFO, logger="orchestration"):
        assert company.night() == company.rebuilt()
    assert company.rows("select as_of_date from staging.stg_outturn__as_of_date") == [(NEXT_NIGHT,)]
    assert company.rows("select count(*) from core.fct_agent_runs") > runs
    touched = int(re.search(r"otlp_traces: (\d+) values of trace_id touched", caplog.text)[1])
    [(all_of,)] = company.rows("select count(distinct trace_id) from raw.otlp_traces")
    assert 0 < touched < all_of / 20, "a day touches a day's traces, not all of them"


def test_heavy_models_make_touched_keys_only(company: Company) -> None:
    """What the change does not touch is left as it lies, even if somebody spoiled it."""
    company.change("update intermediate.int_agent_runs set spans = spans + 1000")
    company.change("update intermediate.int_charges_by_day set billed_cost = billed_cost + 1000")
    write(company.data, seed=7, scale=0.05, until=date(2026, 6, 22))
    company.heavy_night()
    spoiled, sound = company.rows(
        "select count(*) filter (spans > 1000), count(*) filter (spans <= 1000)"
        " from intermediate.int_agent_runs"
    )[0]
    assert spoiled > 20 * sound > 0
    days = company.rows(
        "select distinct charge_date from intermediate.int_charges_by_day where billed_cost < 1000"
    )
    assert (date(2026, 6, 22),) in days
    assert len(days) < 40, "only the days of new charges were made again"
    # The warehouse is disposable: without it, everything is made again.
    company.settings.warehouse.unlink()
    night_equals_rebuild(company)


def test_correction_that_moves_rows_to_another_day(company: Company) -> None:
    """Charges and spans of one day come again as another day's; nothing stays behind."""
    provider = "select sum(billed_usd) from efficiency.kpi_cost_reconciliation_daily where "
    moved_from, moved_to = "2026-06-18", "2026-06-04"
    day = "provider = 'Cirrus Cloud' and cost_date = date '{}'"
    before = company.rows(provider + day.format(moved_to))
    corrected(
        company,
        "focus",
        "cirrus-cloud_2026-06-18.csv",
        ("2026-06-19 00:00:00,2026-06-18 00:00:00", "2026-06-05 00:00:00,2026-06-04 00:00:00"),
    )
    # Nanoseconds of 2026-06-18 begin with 17817 (09:46 on) or 17816; three days earlier 17814.
    corrected(company, "otlp_traces", "otlp_traces_2026-06-18.json", ('"17817', '"17814'))
    night_equals_rebuild(company)
    after = company.rows(provider + day.format(moved_to))
    assert after[0][0] > before[0][0]
    left = company.rows(provider + day.format(moved_from) + " and billed_usd > 0")
    assert left[0][0] is None or left[0][0] < after[0][0] - before[0][0]


def test_late_root_span(company: Company) -> None:
    """A run whose root comes a night later is described by it from then on."""
    span = (
        '{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{{"traceId": "00000000000000000000000000'
        'c0ffee", "spanId": "{span}", {parent} "name": "x", "startTimeUnixNano": "{start}", '
        '"endTimeUnixNano": "1781600000000000000", "attributes": [{{"key": "gen_ai.agent.id", '
        '"value": {{"stringValue": "{agent}"}}}}]}}]}}]}}]}}\n'
    )
    child = span.format(
        span="00000000000000bb",
        parent='"parentSpanId": "00000000000000aa",',
        start=1781599990000000000,
        agent="refund-clerk",
    )
    root = span.format(
        span="00000000000000aa", parent="", start=1781599980000000000, agent="ticket-resolver"
    )
    query = "select agent_id from core.fct_agent_runs where trace_id like '%c0ffee'"
    company.land("otlp_traces", "child.json", child)
    company.heavy_night(*SEEN)
    assert company.rows(query) == [("refund-clerk",)]
    company.land("otlp_traces", "root.json", root)
    night_equals_rebuild(company)
    assert company.rows(query) == [("ticket-resolver",)]


def test_a_run_told_by_langfuse_then_by_otlp(company: Company) -> None:
    """A Langfuse run is described by a trace that comes later; OTLP spans take it over."""
    trace = "00000000000000000000000000beef01"
    observation = (
        f'{{"id": "o1", "traceId": "{trace}", "type": "GENERATION", "model": "meridian-small-2",'
        ' "startTime": "2026-06-16T08:00:01Z", "endTime": "2026-06-16T08:00:09Z",'
        ' "usageDetails": {"input": 100, "input_cached_tokens": 20, "output": 7}}\n'
    )
    described = (
        f'{{"id": "{trace}", "timestamp": "2026-06-16T08:00:00Z",'
        ' "metadata": {"agent_id": "refund-clerk", "workflow_id": "refunds"}}\n'
    )
    span = (
        f'{{"resourceSpans": [{{"scopeSpans": [{{"spans": [{{"traceId": "{trace}",'
        ' "spanId": "00000000000000cc", "startTimeUnixNano": "1781596800000000000",'
        ' "endTimeUnixNano": "1781596860000000000", "attributes": [{"key": "gen_ai.agent.id",'
        ' "value": {"stringValue": "ticket-resolver"}}]}]}]}]}\n'
    )
    query = (
        "select agent_id, spans, input_tokens, cached_input_tokens from core.fct_agent_runs"
        f" where trace_id = '{trace}'"
    )
    company.land("langfuse", "observations.jsonl", observation)
    company.heavy_night(*SEEN)
    assert company.rows(query) == [("unknown", 1, 120, 20)]
    company.land("langfuse", "traces.jsonl", described)
    night_equals_rebuild(company)
    assert company.rows(query) == [("refund-clerk", 1, 120, 20)]
    company.land("otlp_traces", "told_too.json", span)
    night_equals_rebuild(company)
    assert company.rows(query) == [("ticket-resolver", 1, 0, 0)]


def test_states_of_work_items_that_come_again(company: Company) -> None:
    """A day's states land again: some moved to another day, some of other items, some gone."""
    states = "select count(*) from intermediate.int_work_item_states where updated_date = date '{}'"
    before = company.rows(states.format("2026-06-18"))
    file = next((company.data / "landing" / "work_items").rglob("*2026-06-18*"))
    corrected(
        company, "work_items", file.name, ("2026-06-18", "2026-06-16"), (",resolved,", ",open,")
    )
    night_equals_rebuild(company)
    assert company.rows(states.format("2026-06-18")) < before
    header, *lines = file.read_text(encoding="utf-8").splitlines()
    name = str(file.relative_to(company.data / "landing" / "work_items"))
    company.land("work_items", name, "\n".join([header, *lines[::2]]) + "\n")
    night_equals_rebuild(company)


def test_retroactive_pay_change(company: Company) -> None:
    """Somebody's pay of last year changes: baselines and every cost of hours follow."""
    query = "select sum(baseline_cost_per_output_usd) from core.dim_workflows"
    before = company.rows(query)
    first = min((company.data / "landing" / "hr_positions").glob("*.csv"))
    header, *lines = first.read_text(encoding="utf-8").splitlines()
    pay = header.split(",").index("annual_base_pay")
    cells = [line.split(",") for line in lines]
    for row in cells[:20]:
        row[pay] = str(float(row[pay]) * 1.5)
    company.land(
        "hr_positions", first.name, "\n".join([header, *(",".join(row) for row in cells)]) + "\n"
    )
    night_equals_rebuild(company)
    assert company.rows(query) > before


def test_retraction(company: Company) -> None:
    """What a file loaded is gone from the marts, though the file lies in the landing folder."""
    from orchestration.ingest import withdraw

    # Langfuse tells the runs of refund-clerk.
    runs = (
        "select count(*) from core.fct_agent_runs"
        " where started_at::date = date '2026-06-19' and agent_id <> 'refund-clerk'"
    )
    assert company.rows(runs)[0][0] > 0
    withdraw(
        company.settings, company.feeds, "otlp_traces/otlp_traces_2026-06-19.json", "retracted"
    )
    withdraw(
        company.settings,
        company.feeds,
        "focus/cirrus-cloud/cirrus-cloud_2026-06-19.csv",
        "retracted",
    )
    night_equals_rebuild(company)
    # A trace whose other spans came late, in another day's file, may remain.
    assert company.rows(runs)[0][0] < 5


def test_kill_between_ingestion_and_models(company: Company) -> None:
    """What was committed by a night that died is touched by the next one all the same."""
    write(company.data, seed=7, scale=0.05, until=date(2026, 6, 24))
    company.ingest()
    write(company.data, seed=7, scale=0.05, until=date(2026, 6, 25))
    night_equals_rebuild(company)
    days = "select count(distinct run_date) from intermediate.int_agent_runs_placed where "
    assert company.rows(days + "run_date between '2026-06-23' and '2026-06-25'") == [(3,)]


def test_a_bad_file_withdrawn_after_a_night_that_did_not_complete(company: Company) -> None:
    """What that night made of it is gone, though the lake holds what it held before."""
    from orchestration.ingest import withdraw

    query = "select count(*) from intermediate.int_work_items_latest where work_item_id = 'BAD-1'"
    file = next((company.data / "landing" / "work_items").rglob("*2026-06-18*"))
    header, line, *_ = file.read_text(encoding="utf-8").splitlines()
    bad = ",".join(["BAD-1", *line.split(",")[1:]])
    company.land("work_items", "bad.csv", f"{header}\n{bad}\n")
    company.ingest()
    company.build([f"+{model}" for model in company.heavy_models])
    assert company.rows(query) == [(1,)]
    withdraw(company.settings, company.feeds, "work_items/bad.csv", "retracted")
    night_equals_rebuild(company)
    assert company.rows(query) == [(0,)]


def test_an_earlier_day_after_a_later_one(company: Company) -> None:
    """A night for a day, after a night for a week later, equals a fresh one for that day."""
    earlier = "2026-06-18"
    later = company.night()
    asked = company.night(as_of=earlier)
    assert asked == company.rebuilt(as_of=earlier)
    assert asked["governance.kpi_scorecard_weekly"] != later["governance.kpi_scorecard_weekly"]
    newest = company.rows("select max(started_at)::date from core.fct_agent_runs")[0][0]
    assert newest == date.fromisoformat(earlier)
    assert company.night() == later


def test_landing_files_landed_afresh_give_the_same_marts(company: Company, tmp_path: Path) -> None:
    """A company that lands everything at once, corrections included, ends with the same marts."""
    fresh = Company(tmp_path / "data", company.target)
    fresh.parse()
    for file in (company.data / "landing").rglob("*.*"):
        name = str(file.relative_to(company.data / "landing"))
        if name in {
            "otlp_traces/otlp_traces_2026-06-19.json",
            "focus/cirrus-cloud/cirrus-cloud_2026-06-19.csv",
            "work_items/bad.csv",
        }:
            continue
        copy = fresh.data / "landing" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
        os.utime(copy, (1, 1))
    assert fresh.night() == company.hashes()
