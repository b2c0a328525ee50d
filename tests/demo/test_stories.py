"""The planted stories, as an executive would find them in the published marts."""

import duckdb
import pytest


def agents(marts: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {agent for (agent,) in marts.execute(query).fetchall()}


def test_one_agent_is_far_below_the_limit_and_accurate(marts: duckdb.DuckDBPyConnection) -> None:
    assert "ticket-resolver" in agents(
        marts,
        "select distinct agent_id from efficiency.kpi_cost_per_output_weekly where meets_rule",
    )
    ratio = marts.execute(
        "select sum(total_cost_usd) / sum(outputs_verified * baseline_cost_per_output_usd)"
        " from efficiency.kpi_cost_per_output_weekly"
        " where is_final and agent_id = 'ticket-resolver' and week_start >= date '2026-03-02'"
    ).fetchone()[0]
    assert ratio < 0.25


def below_their_floor(marts: duckdb.DuckDBPyConnection, *weeks: str) -> set[str]:
    """Agents whose accepted share, over weeks that share no review, is below the floor."""
    return agents(
        marts,
        f"""
        select agent_id
        from quality.kpi_task_accuracy_weekly
        where week_start in {weeks}
        group by agent_id
        having sum(reviews_accepted) / sum(reviews_random) < any_value(accuracy_floor)
        """,
    )


def test_cheap_but_inaccurate_and_decayed_agents_are_below_their_floor(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    """Each week reads four: these weeks' readings cover March and April, then May and June."""
    assert "refund-clerk" in below_their_floor(marts, "2026-03-23", "2026-04-20")
    assert "triage-guide" not in below_their_floor(marts, "2026-03-23", "2026-04-20")
    assert below_their_floor(marts, "2026-05-18", "2026-06-15") >= {"refund-clerk", "triage-guide"}


def test_one_agent_is_eaten_up_by_oversight(marts: duckdb.DuckDBPyConnection) -> None:
    dear = agents(
        marts,
        "select agent_id from efficiency.kpi_cost_per_output_weekly"
        " where is_final and week_start >= date '2026-03-02' group by agent_id"
        " having sum(oversight_cost_usd)"
        " > 0.5 * sum(outputs_verified * baseline_cost_per_output_usd)",
    )
    assert dear == {"claims-reader"}


def test_one_agent_sends_its_mistakes_to_another_workflow(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    hours = dict(
        marts.execute(
            "select workflow_id, sum(net_rework_hours) from returns.kpi_fte_displacement_monthly"
            " group by workflow_id"
        ).fetchall()
    )
    assert max(hours, key=hours.get) == "purchase-requests"
    assert hours["purchase-requests"] > 0


def test_tokens_triple_while_outcomes_stand_still(marts: duckdb.DuckDBPyConnection) -> None:
    before, after = marts.execute(
        """
        with by_side as (
            select
                started_at >= '2026-04-13' as is_after,
                avg(input_tokens + output_tokens) as tokens_per_run,
                count(*) as runs
            from core.fct_agent_runs
            where team_id = 'engineering-platform'
                and started_at >= '2026-03-02' and started_at < '2026-05-25'
            group by is_after
        )

        select tokens_per_run, runs from by_side order by is_after
        """
    ).fetchall()
    assert after[0] / before[0] == pytest.approx(3, rel=0.2)
    assert after[1] / before[1] == pytest.approx(1, rel=0.35), "no more work came of it"


def test_spend_of_no_agent_stays_visible(marts: duckdb.DuckDBPyConnection) -> None:
    unallocated = dict(
        marts.execute(
            "select provider, sum(unallocated_usd) / sum(billed_usd)"
            " from efficiency.kpi_cost_reconciliation_daily group by provider"
        ).fetchall()
    )
    assert unallocated["Officeware"] == pytest.approx(1)
    assert 0 < unallocated["Cirrus Cloud"] < 1, "the unused commitment belongs to no agent"


def test_payroll_fell_in_one_department_only(marts: duckdb.DuckDBPyConnection) -> None:
    released = dict(
        marts.execute(
            "select workflow_id, max(cash_releasing_fte)"
            " from returns.kpi_fte_displacement_monthly group by workflow_id"
        ).fetchall()
    )
    assert released["support-tickets"] > 0
    assert released["claims-decisions"] == 0


def test_small_team_is_not_named(marts: duckdb.DuckDBPyConnection) -> None:
    assert agents(
        marts, "select team_id from core.dim_teams where department = 'claims'"
    ).isdisjoint({"claims-appeals"})
    for table in ("fct_work_items", "fct_agent_runs"):
        named = agents(marts, f"select distinct team_id from core.{table}")
        assert "claims-appeals" not in named


def test_mistakes_cross_into_one_other_workflow(marts: duckdb.DuckDBPyConnection) -> None:
    crossed = marts.execute(
        "select distinct causing_workflow_id, affected_workflow_id"
        " from quality.kpi_cross_workflow_rework_monthly where is_cross_workflow"
    ).fetchall()
    assert crossed == [("purchase-requests", "invoice-matching")]


def test_scope_follows_accuracy_and_cost(marts: duckdb.DuckDBPyConnection) -> None:
    decided = "select distinct agent_id from governance.kpi_scope_decisions_weekly where decision ="
    expanded = agents(marts, f"{decided} 'expand'")
    assert "ticket-resolver" in expanded
    assert expanded.isdisjoint({"refund-clerk", "claims-reader", "triage-guide"})
    restricted = agents(marts, f"{decided} 'restrict' and week_start >= date '2026-05-11'")
    assert restricted == {"refund-clerk", "triage-guide"}
