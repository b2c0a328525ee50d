"""Workday's history tables: open ends, and pay that cannot be."""

import json
from dataclasses import replace

import pytest

WORKERS = (
    "id,_fivetran_start,_fivetran_end,_fivetran_deleted,active,annual_summary_total_base_pay,"
    "annual_summary_total_salary_and_allowances,annual_summary_currency,hire_date,termination_date\n"
)


def worker(name, pay="1000", allowances="1000", end="9999-12-31 23:59:59"):
    return f"{name},2026-01-01 00:00:00,{end},false,true,{pay},{allowances},EUR,2026-01-01,\n"


def test_the_end_of_time_is_no_end_where_the_column_is_declared_so(make_house, feeds):
    house = make_house("workday_workers", "hr_positions")
    rows = worker("a") + worker("b", end="2026-03-31 23:59:59") + worker("c", end="9999-12-31")
    house.land("workday_workers/a.csv", WORKERS + rows)
    house.land(
        "hr_positions/a.csv",
        "worker_id,effective_from,effective_to,job_profile,team_id,department,worker_type,"
        "fte_percent,annual_base_pay,currency\na,2026-01-01,9999-12-31,p,t,d,employee,100,1,EUR\n",
    )
    staging = house.night()
    assert house.query("select valid_to::text from raw.workday_workers order by _row") == [
        (None,),
        ("2026-03-31 23:59:59",),
        (None,),
    ]
    [refusal] = staging.refusals
    assert "effective_to: not a date of the years 1900 to 2200" in refusal.reason


def test_pay_below_zero_is_rejected_with_its_reason(make_house, feeds):
    house = make_house(workday_workers=replace(feeds["workday_workers"], reject_limit=0.7))
    rows = worker("a") + worker("b", pay="-0.01") + worker("c", allowances="-5")
    house.land("workday_workers/a.csv", WORKERS + rows + worker("d", pay="0"))
    house.night()
    assert house.query("select _row, column_name, reason from raw.rejects order by 1") == [
        (3, "annual_summary_total_base_pay", "below 0"),
        (4, "annual_summary_total_salary_and_allowances", "below 0"),
    ]
    assert house.query("select count(*) from raw.workday_workers") == [(2,)]
    [(record,)] = house.query("select record from raw.rejects where _row = 3")
    assert "b" not in json.loads(record).values()


@pytest.mark.parametrize(("bad", "refused"), [(1, False), (2, True)])
def test_pay_below_zero_refuses_the_file_above_the_limit(make_house, bad, refused):
    house = make_house("workday_workers")
    good = "".join(worker(f"w{i}") for i in range(100 - bad))
    house.land("workday_workers/a.csv", WORKERS + good + worker("x", pay="-1") * bad)
    staging = house.night()
    assert bool(staging.refusals) == refused
    if refused:
        assert "2 of 100 rows are rejected, above the limit of 1.00%; the first: row 100" in (
            house.only_refusal().reason
        )


def test_hours_below_zero_are_rejected(make_house, feeds):
    house = make_house(timesheets=replace(feeds["timesheets"], reject_limit=0.5))
    house.land(
        "timesheets/a.csv",
        "worker_id,work_date,activity,hours\na,2026-01-05,production,-1\nb,2026-01-05,production,8\n",
    )
    house.night()
    assert house.query("select column_name, reason from raw.rejects") == [("hours", "below 0")]
