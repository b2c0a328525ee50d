"""The tables of vendors' own formats.

What belongs here: GitHub's bill, Workday's history. What does not: JSON (documents.py).
"""

from tests.oracle.feed import feed

FEEDS = {
    "github_copilot_billing": feed(
        "date product net_amount",
        "date username product sku model unit_type organization repository cost_center_name",
        "date",
        text="username product sku model unit_type organization repository cost_center_name",
        date="date",
        decimal="net_amount",
    ),
    "workday_workers": feed(
        "id _fivetran_start annual_summary_total_base_pay annual_summary_currency",
        "id _fivetran_start",
        "_fivetran_synced",
        ends="_fivetran_end",
        text="id annual_summary_currency",
        time="_fivetran_start _fivetran_synced",
        end="_fivetran_end",
        date="hire_date termination_date",
        number="annual_summary_total_base_pay annual_summary_total_salary_and_allowances",
        flag="_fivetran_deleted active",
    ),
    "workday_positions": feed(
        "worker_id position_id _fivetran_start is_primary_job job_profile_id"
        " full_time_equivalent_percentage",
        "worker_id position_id _fivetran_start",
        "_fivetran_synced",
        ends="_fivetran_end",
        text="worker_id position_id job_profile_id business_site_summary_name employee_type",
        time="_fivetran_start _fivetran_synced",
        end="_fivetran_end",
        number="full_time_equivalent_percentage",
        flag="_fivetran_deleted is_primary_job",
    ),
}
