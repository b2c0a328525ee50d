"""All marts of the oracle from a landing folder and the seeds.

What belongs here: the order of the calculation. What
does not: formulas.
"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from tests.oracle import monthly, weekly
from tests.oracle.areas import AREAS
from tests.oracle.costs import build_costs, build_reconciliation
from tests.oracle.facts import Facts
from tests.oracle.items import (
    build_items,
    build_reviews,
    build_runs,
    build_usage,
    known_states,
    last_run_agent,
)
from tests.oracle.labor import build_baselines, build_labor, build_oversight, build_rework
from tests.oracle.landing import Landing
from tests.oracle.workday import all_positions


def build_facts(landing: Landing, seeds: dict[str, pd.DataFrame], as_of: pd.Timestamp) -> Facts:
    """Everything the KPIs are made of, as on as_of."""
    landing = with_stand_ins(landing, seeds)
    states = known_states(landing, as_of)
    runs = build_runs(landing.spans, states, seeds["agents"], as_of)
    usage = build_usage(landing.spans, runs, as_of)
    items = build_items(states, runs, seeds["workflows"], as_of)
    labor = build_labor(landing, seeds, items, as_of)
    last_run = last_run_agent(runs)
    oversight = build_oversight(labor.hours, items, last_run)
    costs, days, priced = build_costs(landing, seeds, runs, usage, oversight, as_of)
    return Facts(
        as_of=as_of,
        seeds=seeds,
        landing=landing,
        items=items,
        runs=runs,
        reviews=build_reviews(landing, items, as_of),
        charge_days=days,
        priced=priced,
        costs=costs,
        oversight=oversight,
        rework=build_rework(labor.hours, items, last_run),
        hours=labor.hours,
        person_days=labor.person_days,
        productive=labor.productive,
        rates=labor.rates,
        baselines=build_baselines(seeds["workflows"], labor.hours, items),
    )


def with_stand_ins(landing: Landing, seeds: dict[str, pd.DataFrame]) -> Landing:
    """Workday's positions of people HR does not name, Langfuse's traces that OTLP does not tell."""
    told = landing["langfuse_spans"]
    told = told[~told["trace_id"].isin(landing.spans["trace_id"])]
    spans = pd.concat([landing.spans, told], ignore_index=True) if len(told) else landing.spans
    return replace(landing, hr_positions=all_positions(landing, seeds), spans=spans)


def build_marts(facts: Facts) -> dict[str, pd.DataFrame]:
    """Every mart by name, with the columns of its formulas and those they are made of."""
    areas = {name: mart.build(facts) for name, mart in AREAS.items()}
    return {**build_core(facts), **areas}


def build_core(facts: Facts) -> dict[str, pd.DataFrame]:
    """The marts of work, cost and savings."""
    kpis: dict[str, Callable[[Facts], pd.DataFrame]] = {
        "kpi_cost_per_output_weekly": weekly.cost_per_output,
        "kpi_task_accuracy_weekly": weekly.task_accuracy,
        "kpi_error_rate_weekly": weekly.error_rate,
        "kpi_volume_velocity_value_weekly": weekly.volume_velocity_value,
        "kpi_token_economics_weekly": weekly.token_economics,
        "kpi_fte_displacement_monthly": monthly.fte_displacement,
        "kpi_savings_monthly": monthly.savings,
        "kpi_scorecard_weekly": weekly.scorecard,
    }
    return {
        "fct_work_items": facts.items,
        "fct_agent_runs": facts.runs,
        "fct_agent_costs_daily": facts.costs,
        "kpi_cost_reconciliation_daily": build_reconciliation(facts.charge_days, facts.costs),
        **{name: build(facts) for name, build in kpis.items()},
    }
