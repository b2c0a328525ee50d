"""The demo company's files: repeatable, in the real formats, and cut off where asked."""

import csv
import hashlib
import json
import time
from datetime import date
from pathlib import Path

import pytest
from landed import SCALE, Company, requests, spans

from demo.company import write


def digests(data: Path) -> dict[str, str]:
    files = [path for path in data.rglob("*") if path.is_file()]
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def test_same_seed_same_bytes_other_seed_others(company: Company, tmp_path: Path) -> None:
    write(tmp_path / "again", seed=7, scale=SCALE)
    write(tmp_path / "other", seed=8, scale=SCALE)
    written = digests(company.data)
    assert digests(tmp_path / "again") == written
    assert digests(tmp_path / "other")["truth.json"] != written["truth.json"]


def test_until_leaves_out_files_and_changes_none(company: Company, tmp_path: Path) -> None:
    write(tmp_path, seed=7, scale=SCALE, until=date(2026, 6, 27))
    whole, part = digests(company.data), digests(tmp_path)
    assert part.items() <= whole.items()
    missing = set(whole) - set(part)
    assert missing
    assert all("2026-06-28" in name for name in missing)
    feeds = {Path(name).parts[1] for name in missing}
    assert {"work_items", "timesheets", "otlp_traces", "focus"} <= feeds


def test_a_day_outside_the_company_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2026-07-01"):
        write(tmp_path, until=date(2026, 7, 1))
    assert not any(tmp_path.iterdir())


def test_a_small_company_takes_seconds_and_its_files_look_finished(tmp_path: Path) -> None:
    begun = time.process_time()
    write(tmp_path, scale=SCALE)
    assert time.process_time() - begun < 30
    newest = max(path.stat().st_mtime for path in (tmp_path / "landing").rglob("*.*"))
    assert newest < time.time() - 30


def test_focus_files_have_the_columns_of_their_version(company: Company) -> None:
    for provider, columns in (("officeware", 43), ("helix-models", 57)):
        path = company.data / f"landing/focus/{provider}/{provider}_2026-04.csv"
        rows = list(csv.reader(path.open(encoding="utf-8")))
        assert {len(row) for row in rows} == {columns}
        assert "NULL" in rows[1]
        assert "" not in rows[1]
    tags = [json.loads(text) for (text,) in company.rows(
        "focus", "select distinct Tags from feed where Tags <> 'NULL'")]  # fmt: skip
    assert {"agent_id": "refund-clerk"} in tags


def test_spans_come_twice_late_in_company_and_in_every_spelling(company: Company) -> None:
    every = list(spans(company.data))
    keys = [(span["traceId"].lower(), span["spanId"].lower()) for span in every]
    assert 0 < len(keys) - len(set(keys)) < len(keys) / 20
    assert any(span["traceId"] != span["traceId"].lower() for span in every)
    assert max(len(request["resourceSpans"]) for request in requests(company.data)) > 1
    kinds = {
        type(attribute["value"]["intValue"])
        for span in every for attribute in span["attributes"]
        if attribute["key"] == "gen_ai.usage.input_tokens"
    }  # fmt: skip
    assert kinds == {int, str}


def test_the_last_sunday_is_in_every_daily_feed(company: Company) -> None:
    last = "2026-06-28"
    assert company.rows("timesheets", f"select 1 from feed where work_date = '{last}' limit 1")
    assert company.rows("work_items", f"select 1 from feed where updated_at like '{last}%' limit 1")
    assert (company.data / f"landing/otlp_traces/otlp_traces_{last}.json").exists()


def test_offsets_differ_by_feed(company: Company) -> None:
    for feed, column, offset in (
        ("agent_reviews", "reviewed_at", "+05:30"),
        ("work_items", "updated_at", "+00:00"),
    ):
        ends = company.rows(feed, f"select distinct right({column}, 6) from feed")
        assert ends == [(offset,)]


def test_nobody_works_more_than_a_day_has_and_states_follow_each_other(company: Company) -> None:
    longest = company.rows(
        "timesheets",
        "select max(h) from (select sum(hours::decimal(9,2)) as h from feed "
        "group by worker_id, work_date)",
    )
    assert longest[0][0] <= 16
    backwards = company.rows(
        "work_items",
        "select count(*) from feed where resolved_at::timestamptz < opened_at::timestamptz "
        "or updated_at::timestamptz < opened_at::timestamptz",
    )
    assert backwards == [(0,)]


def test_only_the_small_team_is_small(company: Company) -> None:
    teams = dict(company.rows(
        "hr_positions",
        "select team_id, count(distinct worker_id) from feed "
        "where filename like '%2025-09-29%' group by 1"))  # fmt: skip
    small = next(s for s in company.truth["stories"] if s["story"] == "suppressed_small_team")
    assert teams.pop(small["team_id"]) == small["people"]
    assert min(teams.values()) >= 6
