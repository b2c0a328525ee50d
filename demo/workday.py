"""One department's people as a Workday connector tells them: workers and positions over time.

What belongs here: the columns of those two tables, the history of their rows, and their files.
What does not: who the people are (people.py).

A row is told again, with its end, when the next one begins.
"""

from datetime import date, datetime, time, timedelta

import pyarrow as pa

from demo.files import Landing
from demo.people import WORKDAY_DEPARTMENT, People
from demo.plan import FIRST_DAY, day_number

Row = dict[str, object]
OPEN_END = "9999-12-31 23:59:59"
JOB_PROFILE = "JP_BUYER"
SITES = {"US": "Austin", "DE": "Hamburg", "IN": "Pune", "PT": "Lisbon"}
WORKER_COLUMNS = (
    "id", "_fivetran_active", "_fivetran_start", "_fivetran_end", "_fivetran_deleted",
    "_fivetran_synced", "academic_tenure_date", "active", "active_status_date",
    "annual_currency_summary_currency", "annual_currency_summary_frequency",
    "annual_currency_summary_primary_compensation_basis",
    "annual_currency_summary_total_base_pay",
    "annual_currency_summary_total_salary_and_allowances", "annual_summary_currency",
    "annual_summary_frequency", "annual_summary_primary_compensation_basis",
    "annual_summary_total_base_pay", "annual_summary_total_salary_and_allowances",
    "benefits_service_date", "company_service_date", "compensation_effective_date",
    "compensation_grade_id", "compensation_grade_profile_id", "continuous_service_date",
    "contract_assignment_details", "contract_currency_code", "contract_end_date",
    "contract_frequency_name", "contract_pay_rate", "contract_vendor_name",
    "date_entered_workforce", "days_unemployed", "eligible_for_hire",
    "eligible_for_rehire_on_latest_termination", "employee_compensation_currency",
    "employee_compensation_frequency", "employee_compensation_primary_compensation_basis",
    "employee_compensation_total_base_pay", "employee_compensation_total_salary_and_allowances",
    "end_employment_date", "expected_date_of_return", "expected_retirement_date",
    "first_day_of_work", "has_international_assignment", "hire_date", "hire_reason",
    "hire_rescinded", "home_country", "hourly_frequency_currency", "hourly_frequency_frequency",
    "hourly_frequency_primary_compensation_basis", "hourly_frequency_total_base_pay",
    "hourly_frequency_total_salary_and_allowances", "last_datefor_which_paid",
    "local_termination_reason", "months_continuous_prior_employment", "not_returning",
    "original_hire_date", "pay_group_frequency_currency", "pay_group_frequency_frequency",
    "pay_group_frequency_primary_compensation_basis", "pay_group_frequency_total_base_pay",
    "pay_group_frequency_total_salary_and_allowances", "pay_through_date",
    "primary_termination_category", "primary_termination_reason", "probation_end_date",
    "probation_start_date", "reason_reference_id", "regrettable_termination", "rehire",
    "resignation_date", "retired", "retirement_date", "retirement_eligibility_date",
    "return_unknown", "seniority_date", "severance_date", "terminated", "termination_date",
    "termination_involuntary", "termination_last_day_of_work", "time_off_service_date",
    "universal_id", "user_id", "vesting_date", "worker_code",
)  # fmt: skip
POSITION_COLUMNS = (
    "position_id", "worker_id", "_fivetran_active", "_fivetran_start", "_fivetran_end",
    "_fivetran_deleted", "_fivetran_synced",
    "academic_pay_setup_data_annual_work_period_end_date",
    "academic_pay_setup_data_annual_work_period_start_date",
    "academic_pay_setup_data_annual_work_period_work_percent_of_year",
    "academic_pay_setup_data_disbursement_plan_period_end_date",
    "academic_pay_setup_data_disbursement_plan_period_start_date",
    "business_site_summary_display_language", "business_site_summary_local",
    "business_site_summary_location", "business_site_summary_location_type",
    "business_site_summary_name", "business_site_summary_scheduled_weekly_hours",
    "business_site_summary_time_profile", "business_title", "critical_job",
    "default_weekly_hours", "difficulty_to_fill", "effective_date", "employee_type", "end_date",
    "end_employment_date", "exclude_from_head_count", "expected_assignment_end_date",
    "external_employee", "federal_withholding_fein", "frequency",
    "full_time_equivalent_percentage", "headcount_restriction_code", "home_country",
    "host_country", "international_assignment_type", "is_primary_job", "job_exempt",
    "job_profile_id", "management_level_code", "paid_fte", "pay_group", "pay_rate",
    "pay_rate_type", "pay_through_date", "payroll_entity", "payroll_file_number",
    "regular_paid_equivalent_hours", "scheduled_weekly_hours", "specify_paid_fte",
    "specify_working_fte", "start_date", "start_international_assignment_reason",
    "work_hours_profile", "work_shift", "work_shift_required", "work_space",
    "worker_hours_profile_classification", "working_fte", "working_time_frequency",
    "working_time_unit", "working_time_value",
)  # fmt: skip


def write_workday(people: People, landing: Landing) -> None:
    """The first export, then a file a table on each day on which something changed."""
    mine: dict[str, list[Row]] = {}
    for row in people.positions:
        if row["department"] == WORKDAY_DEPARTMENT:
            mine.setdefault(str(row["worker_id"]), []).append(row)
    tables = {
        "workday_workers": (WORKER_COLUMNS, _worker),
        "workday_positions": (POSITION_COLUMNS, _position),
    }
    for feed, (columns, spelled) in tables.items():
        deliveries: dict[int, list[Row]] = {}
        for versions in mine.values():
            _deliver([(row["effective_from"], spelled(row)) for row in versions], deliveries)
        schema = pa.schema([(column, pa.string()) for column in columns])
        for day in sorted(deliveries):
            if day <= landing.until:
                synced = {"_fivetran_synced": f"{FIRST_DAY + timedelta(days=day)} 05:30:00"}
                rows = [{**row, **synced} for row in deliveries[day]]
                name = f"{feed}_{FIRST_DAY + timedelta(days=day)}"
                landing.csv(feed, name, pa.Table.from_pylist(rows, schema), "select * from rows")


def _deliver(versions: list[tuple[date, Row]], deliveries: dict[int, list[Row]]) -> None:
    """Put a person's rows on their days of delivery; versions that change nothing are no rows."""
    before: tuple[date, Row] | None = None
    for since, row in versions:
        if before is not None and before[1] == row:
            continue
        day = max(0, day_number(since))
        if before is not None:
            last = datetime.combine(since - timedelta(days=1), time(23, 59, 59))
            deliveries.setdefault(day, []).append(_valid(*before, str(last)))
        deliveries.setdefault(day, []).append(_valid(since, row, OPEN_END))
        before = (since, row)


def _valid(since: date, row: Row, until: str) -> Row:
    active = "true" if until == OPEN_END else "false"
    return {
        **row, "_fivetran_active": active, "_fivetran_start": f"{since} 00:00:00",
        "_fivetran_end": until, "_fivetran_deleted": "false",
    }  # fmt: skip


def _worker(row: Row) -> Row:
    pay = f"{row['annual_base_pay']:.2f}"
    return {
        "id": row["worker_id"], "active": "true", "annual_summary_currency": row["currency"],
        "annual_summary_frequency": "Annual", "annual_summary_total_base_pay": pay,
        "annual_summary_total_salary_and_allowances": pay, "hire_date": str(row["hire_date"]),
        "terminated": "false", "worker_code": str(row["worker_id"])[1:],
    }  # fmt: skip


def _position(row: Row) -> Row:
    team = str(row["team_id"]).removeprefix(f"{WORKDAY_DEPARTMENT}-").title()
    return {
        "position_id": f"P-{row['worker_id']}", "worker_id": row["worker_id"],
        "business_site_summary_name": f"{SITES[str(row['country'])]} {team}",
        "business_title": "Buyer", "is_primary_job": "true", "job_profile_id": JOB_PROFILE,
        "employee_type": "Contractor" if row["worker_type"] == "contractor" else "Regular",
        "full_time_equivalent_percentage": f"{row['fte_percent']:.0f}",
        "management_level_code": row["job_level"], "scheduled_weekly_hours": "40",
    }  # fmt: skip
