"""Decisions are kept for good: each once, whatever happens to the night that took it."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration import dbt
from orchestration import publish as publishing
from orchestration.decisions import SCHEMA, append_decisions
from orchestration.settings import Settings
from tests.ops.test_publish import COMMENTS, PROVENANCE, build_warehouse, query, run_number

MONDAY = "2026-06-22"
LOG = "select subject_id, decision, as_of_date, run_id from governance.decision_log order by all"


def decide(settings: Settings, decisions: dict[str, str], as_of: str = "2026-06-28") -> None:
    """A warehouse in which these agents were decided about."""
    build_warehouse(settings)
    rows = ", ".join(f"('{agent}', '{decision}')" for agent, decision in decisions.items())
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            f"""
            create schema if not exists intermediate;
            create or replace table staging.stg_outturn__as_of_date as
            select date '{as_of}' as as_of_date;
            create or replace table intermediate.int_decisions_taken as
            select
                'agent' as subject_type, subject_id, 'scope' as rule, 'claims' as workflow_id,
                date '{MONDAY}' as week_start, decision, 'for a reason' as reasons,
                cast(null as varchar) as recommended_action, 0.9 as accuracy_high
            from (values {rows}) as taken (subject_id, decision)
            """
        )


def night(settings: Settings, number: int) -> str:
    """Append and publish; the run's name."""
    run = run_number(settings, number)
    publishing.publish(settings, run, PROVENANCE, COMMENTS, append_decisions(settings, run))
    return run.run_id


def test_decisions_are_published_with_their_run_and_day(settings: Settings) -> None:
    decide(settings, {"reader": "hold", "writer": "expand"})

    run = night(settings, 0)

    day = date(2026, 6, 28)
    assert query(settings, LOG) == [("reader", "hold", day, run), ("writer", "expand", day, run)]


def test_repeated_night_adds_nothing(settings: Settings) -> None:
    decide(settings, {"reader": "hold"})
    first = night(settings, 0)

    night(settings, 1)

    assert query(settings, LOG) == [("reader", "hold", date(2026, 6, 28), first)]


def test_new_day_and_new_data_add_a_row_and_leave_the_old_ones(settings: Settings) -> None:
    decide(settings, {"reader": "hold"})
    first = night(settings, 0)
    decide(settings, {"reader": "restrict"})
    second = night(settings, 1)
    decide(settings, {"reader": "restrict"}, as_of="2026-06-29")
    third = night(settings, 2)

    assert query(settings, LOG) == [
        ("reader", "hold", date(2026, 6, 28), first),
        ("reader", "restrict", date(2026, 6, 28), second),
        ("reader", "restrict", date(2026, 6, 29), third),
    ]


def test_crash_between_append_and_swap_neither_loses_nor_doubles(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(settings, {"reader": "hold"})
    night(settings, 0)
    decide(settings, {"reader": "restrict"}, as_of="2026-06-29")

    def die(link: Path, target: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_swap", die)
        with pytest.raises(KeyboardInterrupt):
            night(settings, 1)
    assert len(query(settings, LOG)) == 1

    night(settings, 2)

    told = [(agent, decision) for agent, decision, *_ in query(settings, LOG)]
    assert told == [("reader", "hold"), ("reader", "restrict")]


def test_log_outlives_the_warehouse(settings: Settings) -> None:
    decide(settings, {"reader": "hold"})
    night(settings, 0)
    settings.warehouse.unlink()
    decide(settings, {"reader": "hold"}, as_of="2026-06-29")

    night(settings, 1)

    assert len(query(settings, LOG)) == 2


def test_log_has_the_columns_that_are_declared() -> None:
    manifest = dbt.read_manifest(dbt.prepare_manifest(dbt.dbt_project()))
    declared = publishing.comments_of(manifest)["governance.decision_log"].columns
    assert list(declared) == SCHEMA.names
