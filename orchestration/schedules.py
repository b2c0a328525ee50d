"""When nights begin by the clock. What does not belong here: what a night does."""

import dagster as dg


def nightly_schedule(job_name: str) -> dg.ScheduleDefinition:
    """Every night at 02:00 UTC, once switched on."""
    return dg.ScheduleDefinition(
        name="nightly_at_two",
        job_name=job_name,
        cron_schedule="0 2 * * *",
        execution_timezone="UTC",
        description="A night over whatever landed.",
    )
