"""What is planted among people and teams, as the marts of adoption tell it."""

import duckdb

Marts = duckdb.DuckDBPyConnection
Stories = dict[str, dict]


def found(marts: Marts, query: str) -> set[str]:
    return {name for (name,) in marts.execute(query).fetchall()}


def test_clinicians_take_up_their_assistant_month_by_month(marts: Marts, stories: Stories) -> None:
    story = stories["adoption_ramps_up"]
    rates = dict(
        marts.execute(
            f"""
            select month_start::varchar, sum(active) / sum(eligible)
            from adoption.kpi_feature_adoption_monthly
            where feature_id = '{story["feature_id"]}' and job_profile = 'all'
                and not is_suppressed and eligible > 0
            group by month_start
            """
        ).fetchall()
    )
    months = sorted(rates)
    assert months[0] == story["month_start"]
    assert rates[months[0]] < 0.2
    assert rates["2026-03-01"] < rates["2026-04-01"] < rates["2026-05-01"]
    assert rates["2026-05-01"] > 0.7


def test_other_features_are_taken_up_at_once(marts: Marts) -> None:
    slow = found(
        marts,
        """
        with rates as (
            select feature_id, month_start, sum(active) / sum(eligible) as rate
            from adoption.kpi_feature_adoption_monthly
            where job_profile = 'all' and not is_suppressed and eligible > 0
            group by feature_id, month_start
        )

        select feature_id from rates group by feature_id
        having arg_min(rate, month_start) < 0.5 * max(rate)
        """,
    )
    assert slow == {"triage-assistant"}


def test_trust_dips_in_one_agent_and_the_teams_that_work_with_it(
    marts: Marts, stories: Stories
) -> None:
    dipped = marts.execute(
        """
        select subject_type, subject_id
        from adoption.kpi_trust_quarterly
        where trust is not null
        group by subject_type, subject_id
        having max(trust) filter (where quarter_start = date '2026-04-01')
            < max(trust) filter (where quarter_start = date '2026-01-01') - 0.75
        """
    ).fetchall()
    agent = stories["trust_dips_after_an_incident"]["agent_id"]
    assert {subject for kind, subject in dipped if kind == "agent"} == {agent}
    assert {subject for kind, subject in dipped if kind == "model"} == {"triage-urgency"}
    teams = {subject for kind, subject in dipped if kind == "team"}
    assert teams
    assert all(team.startswith("clinical-") for team in teams)


def test_one_team_accepts_wrong_outputs_and_another_rejects_right_ones(
    marts: Marts, stories: Stories
) -> None:
    judged = marts.execute(
        """
        select team_id, sum(missed) / nullif(sum(wrong_outputs), 0), sum(wrong_outputs),
            sum(doubted) / nullif(sum(right_outputs), 0), sum(right_outputs)
        from adoption.kpi_judgement_quarterly where not is_suppressed group by team_id
        """
    ).fetchall()
    over = {team for team, rate, wrong, _, _ in judged if wrong >= 5 and rate > 0.4}
    under = {team for team, _, _, rate, right in judged if right >= 5 and rate > 0.4}
    assert over == {stories["accepts_wrong_outputs"]["team_id"]}
    assert under == {stories["rejects_right_outputs"]["team_id"]}


def test_one_team_burns_tokens_once_all_agents_work(marts: Marts, stories: Stories) -> None:
    flagged = found(
        marts,
        "select distinct team_id from adoption.kpi_usage_outcome_gap_monthly"
        " where is_tokenmaxxing and month_start >= date '2026-04-01'",
    )
    assert flagged == {stories["tokens_without_outcomes"]["team_id"]}


def test_one_teams_assisted_work_comes_back(marts: Marts, stories: Stories) -> None:
    flagged = found(
        marts,
        "select distinct team_id from adoption.kpi_usage_outcome_gap_monthly where is_workslop",
    )
    assert flagged == {stories["assisted_work_comes_back"]["team_id"]}


def test_the_small_team_and_a_neighbour_are_hidden(marts: Marts, stories: Stories) -> None:
    small = stories["suppressed_small_team"]["team_id"]
    for mart in ("kpi_trust_quarterly", "kpi_judgement_quarterly"):
        team = "subject_id" if mart == "kpi_trust_quarterly" else "team_id"
        hidden = found(
            marts,
            f"select distinct {team} from adoption.{mart} where is_suppressed"
            f" and {team} like 'claims-%'",
        )
        assert small in hidden
        assert len(hidden) >= 2, "alone it could be told from the department's total"
