"""truth.json against the landing files, read back by other means."""

from collections import Counter
from datetime import date, timedelta

import pytest
from landed import Company, langfuse, spans

LAST_DAY = date(2026, 6, 28)
CLOSING = "('resolved', 'escalated', 'abandoned', 'failed')"


def test_every_story_names_where_it_shows(company: Company) -> None:
    stories = company.truth["stories"]
    assert len({story["story"] for story in stories}) == len(stories) >= 9
    assert all(len(story) > 1 for story in stories)


def test_completed_items_are_those_of_the_files(company: Company) -> None:
    handed = set()
    for span in spans(company.data):
        if any(attribute["key"] == "agent.handoff" for attribute in span["attributes"]):
            handed.add(span["traceId"].lower())
    handed_items = set()
    for span in spans(company.data):
        if span["traceId"].lower() in handed and "parentSpanId" not in span:
            handed_items |= {
                attribute["value"]["stringValue"]
                for attribute in span["attributes"] if attribute["key"] == "work_item.id"
            }  # fmt: skip
    told = list(langfuse(company.data))
    handed |= {
        line["traceId"] for line in told if (line.get("metadata") or {}).get("agent_handoff")
    }
    handed_items |= {
        line["metadata"]["work_item_id"] for line in told
        if "type" not in line and line["id"] in handed and "dataType" not in line
    }  # fmt: skip
    closings = company.rows(
        "work_items",
        f"""
        with closing as (
            select *, row_number() over (
                partition by work_item_id order by updated_at::timestamptz) as place
            from feed where status in {CLOSING}
        )
        select work_item_id, agent_id,
            strftime(coalesce(first_closed_at, resolved_at, updated_at)::timestamptz, '%Y-%m-01')
        from closing where place = 1 and status = 'resolved' and handled_by = 'agent'
        """,
    )
    counted = Counter((agent, month) for item, agent, month in closings if item not in handed_items)
    expected = {
        (row["agent_id"], row["month_start"]): row["completed"]
        for row in company.truth["agent_months"]
        if row["completed"]
    }
    assert counted == expected


def test_baseline_minutes_are_hours_over_successes_and_near_what_was_planted(
    company: Company,
) -> None:
    booked = dict(company.rows(
        "timesheets",
        "select workflow_id, sum(hours::decimal(9,2))::double from feed "
        "where activity <> 'leave' and workflow_id is not null and work_date <= '2025-12-28' "
        "group by 1"))  # fmt: skip
    for row in company.truth["baseline"]:
        assert row["hours"] == pytest.approx(booked[row["workflow_id"]], rel=1e-9)
        assert row["minutes_per_output"] == pytest.approx(
            row["hours"] * 60 / row["successful_outputs"]
        )
        assert row["successful_outputs"] >= 290
        planted = row["planted_minutes_per_output"]
        assert row["minutes_per_output"] == pytest.approx(planted, rel=0.15)


def test_what_was_billed_is_allocated_or_not(company: Company) -> None:
    allocated: Counter[str] = Counter()
    for row in company.truth["agent_costs"]:
        if not row["is_estimated"]:
            allocated[row["provider"]] += row["cost_usd"]
    for row in company.truth["providers"]:
        assert row["billed_usd"] == pytest.approx(
            allocated[row["provider"]] + row["unallocated_usd"], rel=1e-9
        )
    nobody = {r["provider"] for r in company.truth["providers"] if r["allocated_usd"] == 0}
    assert nobody == {"Officeware", "GitHub"}


def test_officeware_is_billed_by_the_day_up_to_the_last(company: Company) -> None:
    bill = company.rows(
        "focus",
        "select EffectiveCost::double, ChargePeriodStart::date, ChargePeriodEnd::date from feed "
        "where ProviderName = 'Officeware'",
    )
    after = LAST_DAY + timedelta(days=1)
    expected = sum(cost * (min(end, after) - start).days / (end - start).days
                   for cost, start, end in bill)  # fmt: skip
    true = next(r for r in company.truth["providers"] if r["provider"] == "Officeware")
    assert true["billed_usd"] == pytest.approx(expected, rel=1e-6)


def test_random_reviews_read_the_planted_rightness(company: Company) -> None:
    weeks = company.truth["agent_weeks"]
    for agent in {row["agent_id"] for row in weeks}:
        # Every fourth week: windows that do not overlap.
        mine = [row for row in weeks if row["agent_id"] == agent][3::4]
        reviewed = sum(row["reviews_random"] for row in mine)
        accepted = sum(row["reviews_accepted"] for row in mine)
        expected = sum(row["reviews_random"] * (row["accuracy_four_weeks"] or 0) for row in mine)
        assert abs(accepted - expected) < 4 * (reviewed * 0.25) ** 0.5


def test_agents_have_a_row_for_every_week_since_they_went_live(company: Company) -> None:
    weeks = Counter(row["agent_id"] for row in company.truth["agent_weeks"])
    assert weeks["ticket-resolver"] == 25
    assert len(weeks) == 8


def test_paid_fte_falls_where_planted_and_only_there(company: Company) -> None:
    fte = {
        (row["department"], row["month_start"]): row["employee_fte"] + row["contractor_fte"]
        for row in company.truth["department_months"]
    }
    falls = {
        department for department, _ in fte
        if fte[department, "2026-06-01"] < fte[department, "2025-12-01"] - 0.01
    }  # fmt: skip
    assert falls == {"support"}
