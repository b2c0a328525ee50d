"""Copilot's bill and Workday's history at their oddest.

What belongs here: rows told twice, positions and pay that overlap or contradict, people of two
systems. What does not: JSON (exceptions_reports.py).
"""

import pandas as pd

from tests.oracle.chance import FIRST, PEOPLE, Chance

SITES = ["Austin Direct", "Austin Indirect", "Nowhere", ""]
OPEN = "9999-12-31 23:59:59.999"
BUYERS = 12


def feeds(chance: Chance) -> dict[str, list[dict]]:
    """Rows by feed."""
    people = [f"worker-{PEOPLE + 1}", "worker-3", *(f"buyer-{n}" for n in range(BUYERS))]
    return {
        "github_copilot_billing": [_copilot(chance) for _ in range(120)],
        "workday_workers": [row for person in people for row in _pay(chance, person)],
        "workday_positions": [row for person in people for row in _jobs(chance, person)],
    }


def _copilot(chance: Chance) -> dict:
    return {
        "date": chance.day(),
        "username": chance.of(["octocat", "hubot"]),
        "product": chance.of(["copilot", "actions"]),
        "sku": "seat",
        "model": chance.of(["", "gpt-4.1"]),
        "quantity": "1",
        "unit_type": "requests",
        "gross_amount": "2",
        "discount_amount": "1",
        "net_amount": chance.of(["1", "0.333333333", "0"]),
        "organization": "acme",
        "cost_center_name": chance.of(["", "engineering"]),
        "aic_quantity": "7",
        "aic_gross_amount": "7",
    }


def _pay(chance: Chance, person: str) -> list[dict]:
    """Histories end at the last second of a day, or overlap the next."""
    rows, since = [], FIRST - pd.Timedelta(days=int(chance.generator.integers(20, 400)))
    hired = since + pd.Timedelta(days=chance.of([0, 0, 15]))
    leaves = chance.day() if chance.true(0.3) else ""
    for number in range(2):
        until = since + pd.Timedelta(days=int(chance.generator.integers(60, 300)))
        rows.append(
            {
                "id": person,
                "_fivetran_start": str(since),
                "_fivetran_end": OPEN if number else f"{until.date()} 23:59:59.999",
                "_fivetran_deleted": str(chance.true(0.05)).lower(),
                "_fivetran_synced": chance.day(),
                "active": str(not (number and leaves)).lower(),
                "annual_summary_total_base_pay": str(chance.generator.integers(30_000, 90_000)),
                "annual_summary_currency": chance.of(["USD", "EUR"]),
                "hire_date": str(hired.date()),
                "termination_date": leaves,
            }
        )
        since = until.normalize() + pd.Timedelta(days=chance.of([1, 1, -5]))
    return rows


def _jobs(chance: Chance, person: str) -> list[dict]:
    rows, since = [], FIRST - pd.Timedelta(days=int(chance.generator.integers(20, 200)))
    for number in range(chance.generator.integers(1, 4)):
        until = since + pd.Timedelta(days=int(chance.generator.integers(20, 120)))
        rows.append(
            {
                "worker_id": person,
                "position_id": f"{person}-{number}",
                "_fivetran_start": str(since + pd.Timedelta(hours=chance.of([0, 9]))),
                "_fivetran_end": chance.of([OPEN, "", f"{until.date()} 23:59:59"]),
                "_fivetran_deleted": str(chance.true(0.1)).lower(),
                "_fivetran_synced": chance.day(),
                "is_primary_job": str(chance.true(0.85)).lower(),
                "job_profile_id": chance.of(["JP_BUYER", "JP_BUYER", "JP_OTHER"]),
                "business_site_summary_name": chance.of(SITES),
                "employee_type": chance.of(["Regular", "Contingent_Worker", "consultant", ""]),
                "full_time_equivalent_percentage": chance.of(["100", "50", "0"]),
            }
        )
        since = until + pd.Timedelta(days=chance.of([0, 1, 7]))
    return rows
