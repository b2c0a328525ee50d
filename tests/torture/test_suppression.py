"""No group of fewer than five people can be recovered from what is published.

Companies are drawn with small teams, moves and silent members; an attacker collects every published
sum and solves them. What follows must be true (the attacker counts right), and must not be of a
group that is hidden.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from orchestration.settings import PROJECT
from tests.conftest import Figure
from tests.nights.company import Company
from tests.torture.attack import (
    MONTH,
    QUARTER,
    WEEK,
    Told,
    read_published,
    segments,
    starts,
)
from tests.torture.conftest import tries
from tests.torture.organisation import (
    BASELINE_END,
    FEATURES,
    FIRST,
    LAST,
    QUESTIONS,
    WORKFLOWS,
    Organisation,
    crafted,
    drawn,
)

LEAST = 5
DRAWN = tries(1, 9)
SELECT = tuple(
    f"+{name}"
    for name in (
        "dim_workflows", "fct_work_items", "fct_agent_value_weekly", "kpi_agent_pods_monthly",
        "kpi_feature_adoption_monthly", "kpi_fte_displacement_monthly", "kpi_judgement_quarterly",
        "kpi_roi_cumulative_monthly", "kpi_savings_monthly", "kpi_trust_quarterly",
        "kpi_usage_outcome_gap_monthly", "kpi_value_chain_weekly",
    )
)  # fmt: skip
# The cells of each group.
Groups = dict[Hashable, set[Hashable]]


@dataclass(frozen=True)
class Attack:
    """What is told of a measure, and its groups: their cells, their true sums where they are known,
    and which of them are secret."""

    measure: str
    told: Told
    groups: Groups
    truth: dict[Hashable, float]
    secret: set[Hashable]

    def failures(self) -> list[str]:
        """Groups that were recovered and are secret, or were recovered wrongly."""
        failures = []
        for group, (value, sources) in self.told.recovered(self.groups).items():
            by = f"{self.measure} of {group} is {value:.3f}, by {', '.join(sorted(sources))}"
            if abs(value - self.truth.get(group, value)) > 1e-3:
                failures.append(f"wrong: {by}, but truly {self.truth[group]:.3f}")
            elif group in self.secret:
                failures.append(f"told: {by}")
        return failures


class Known:
    """What really happened, day by day, and how many people did it."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def table(self, feed: str) -> pd.DataFrame:
        return self.organisation.table(feed)

    @cached_property
    def days(self) -> pd.DataFrame:
        """Person, day, team, profile and department of every day somebody is there."""
        parts = []
        for row in self.table("hr_positions").itertuples():
            end = LAST if pd.isna(row.effective_to) else row.effective_to - pd.Timedelta(days=1)
            parts.append(
                pd.DataFrame({"day": pd.date_range(row.effective_from, min(end, LAST))}).assign(
                    person=row.worker_id, team=row.team_id, profile=row.job_profile
                )
            )
        return pd.concat(parts, ignore_index=True)

    @staticmethod
    def department(team: str) -> str:
        return team.partition("-")[0]

    def placed(self, frame: pd.DataFrame, person: str, day: str) -> pd.DataFrame:
        """Rows with the team that their person was in on their day."""
        frame = frame.assign(person=frame[person], day=frame[day].dt.normalize())
        return frame.merge(self.days, on=["person", "day"])

    @cached_property
    def hidden(self) -> dict[tuple[str, pd.Timestamp], int]:
        """How many people of a team contributed in a quarter, where fewer than five did."""
        doers = [
            self.table("timesheets")[["worker_id", "work_date"]],
            self.table("work_items")[["worker_id", "updated_at"]],
            self.table("agent_reviews")[["reviewer_id", "reviewed_at"]],
            self.table("feature_usage")[["worker_id", "usage_date"]],
            self.table("survey_responses")[["worker_id", "responded_at"]],
        ]
        rows = pd.concat([frame.set_axis(["who", "at"], axis=1) for frame in doers])
        rows = self.placed(rows.dropna(), "who", "at")
        people = rows.groupby(["team", starts(rows["day"], QUARTER)])["person"].nunique()
        return {key: count for key, count in people.items() if count < LEAST}


def is_few(people: float) -> bool:
    return not pd.isna(people) and bool(0 < people < LEAST)


def items(known: Known, marts: dict[str, pd.DataFrame]) -> Iterator[Attack]:
    """Items of a team that agents attempted, and those that were successful: facts by day, and rows
    by week and by month."""
    facts = marts["fct_work_items"]
    closed = facts[facts["is_closed"]]
    is_good = closed["is_successful"] | closed["is_successful_human"]
    happened = known.table("work_items")
    happened = happened[happened["handled_by"] == "agent"]
    value, chain = marts["fct_agent_value_weekly"], marts["kpi_value_chain_weekly"]
    value = value.groupby(["team_id", WEEK], as_index=False)["attempted"].sum()
    gap = marts["kpi_usage_outcome_gap_monthly"]
    before = gap.assign(month_start=gap[MONTH] - pd.DateOffset(months=1))
    yield _items(
        known, "attempted items", closed[closed["is_attempted"]], happened,
        [("fct_agent_value_weekly", value, WEEK, "attempted"),
         ("kpi_value_chain_weekly", chain, WEEK, "attempted")],
    )  # fmt: skip
    yield _items(
        known, "successful items", closed[is_good], None,
        [("kpi_usage_outcome_gap_monthly", gap, MONTH, "outputs_successful"),
         ("kpi_usage_outcome_gap_monthly", before[before[MONTH] >= FIRST], MONTH,
          "outputs_before")],
    )  # fmt: skip


def _items(
    known: Known,
    measure: str,
    facts: pd.DataFrame,
    happened: pd.DataFrame | None,
    rows: list[tuple[str, pd.DataFrame, str, str]],
) -> Attack:
    """rows: of each mart its name, its rows, their period and the column that counts."""
    cells = segments(FIRST, LAST)
    teams = sorted(known.days["team"].unique())
    told = Told()
    tell_by_segment(told, "fct_work_items", facts, "closed_date", cells, teams)
    for source, frame, period, column in rows:
        for row in frame.to_dict("records"):
            told.tell(source, row[column], within(cells, row["team_id"], period, row[period]))
    groups, truth, secret = {}, {}, set()
    for period, team in product((WEEK, MONTH, QUARTER), teams):
        for start in cells[period].unique():
            groups[team, period, start] = within(cells, team, period, start)
            quarter = pd.Timestamp(start).to_period("Q").start_time
            # A team alone in its department shares its agents' numbers with its workflows.
            is_alone = (
                sum(known.department(other) == known.department(team) for other in teams) == 1
            )
            if is_few(known.hidden.get((team, quarter), 0)) and not is_alone:
                secret.add((team, period, start))
        if happened is not None:
            days = happened["resolved_at"].dt.normalize()
            counts = happened.groupby(["team_id", starts(days, period)]).size()
            for start in cells[period].unique():
                truth[team, period, start] = float(counts.get((team, start), 0))
    return Attack(measure, told, groups, truth, secret)


def within(cells: pd.DataFrame, who: str, period: str, start: pd.Timestamp) -> set[Hashable]:
    """The cells of somebody's period."""
    chosen = cells[cells[period] == start]
    return {(who, *row) for row in chosen[[WEEK, MONTH]].itertuples(index=False, name=None)}


def tell_by_segment(
    told: Told, source: str, facts: pd.DataFrame, day: str, cells: pd.DataFrame, teams: list[str]
) -> None:
    """Facts tell each named team's number, that of all teams, and that of a department's."""
    days = pd.to_datetime(facts[day])
    facts = facts.assign(**{p: starts(days, p) for p in (WEEK, MONTH)})
    facts["department"] = facts["workflow_id"].map(lambda name: WORKFLOWS[name][0])
    for row in cells.itertuples():
        here = facts[(facts[WEEK] == row.week_start) & (facts[MONTH] == row.month_start)]
        told.tell(source, len(here), [(t, row.week_start, row.month_start) for t in teams])
        for department in facts["department"].unique():
            inside = [team for team in teams if Known.department(team) == department]
            count = (here["department"] == department).sum()
            told.tell(source, count, [(t, row.week_start, row.month_start) for t in inside])
        for team, count in here.groupby("team_id").size().items():
            told.tell(source, count, [(team, row.week_start, row.month_start)])


def tokens(known: Known, marts: dict[str, pd.DataFrame]) -> Attack:
    """Tokens of a team's people: by week, by month, and of the month before."""
    cells = segments(FIRST, LAST)
    told = Told()
    for row in marts["kpi_value_chain_weekly"].itertuples():
        told.tell(
            "kpi_value_chain_weekly", row.tokens, within(cells, row.team_id, WEEK, row.week_start)
        )
    for row in marts["kpi_usage_outcome_gap_monthly"].itertuples():
        name = "kpi_usage_outcome_gap_monthly"
        told.tell(name, row.tokens, within(cells, row.team_id, MONTH, row.month_start))
        before = row.month_start - pd.DateOffset(months=1)
        if before >= FIRST:
            told.tell(name, row.tokens_before, within(cells, row.team_id, MONTH, before))
    used = known.placed(known.table("feature_usage"), "worker_id", "usage_date")
    used["tokens"] = used["input_tokens"] + used["output_tokens"]
    groups, truth, secret = {}, {}, set()
    for period in (WEEK, MONTH):
        by = used.groupby(["team", starts(used["day"], period)])
        people, sums = by["person"].nunique(), by["tokens"].sum()
        for team, start in product(used["team"].unique(), cells[period].unique()):
            key = (team, period, start)
            groups[key] = within(cells, team, period, start)
            truth[key] = float(sums.get((team, start), 0))
            if is_few(people.get((team, start), 0)):
                secret.add(key)
    return Attack("tokens", told, groups, truth, secret)


def adoption(known: Known, marts: dict[str, pd.DataFrame]) -> Iterator[Attack]:
    """Who may use a feature and does: by profile, and by team."""
    last = known.days.sort_values("day").assign(month_start=lambda f: starts(f["day"], MONTH))
    last = last.drop_duplicates(["person", "month_start"], keep="last")
    used = known.table("feature_usage")
    used = pd.DataFrame({
        "feature": used["feature_id"], "person": used["worker_id"],
        "month_start": starts(used["usage_date"], MONTH), "active": True,
    }).drop_duplicates()  # fmt: skip
    rows = last.merge(pd.DataFrame({"feature": FEATURES}), how="cross")
    rows = rows.merge(used, on=["feature", "person", "month_start"], how="left")
    rows["active"] = rows["active"].eq(True)
    published = marts["kpi_feature_adoption_monthly"]
    for measure in ("eligible", "active"):
        told, groups, truth, secret = Told(), {}, {}, set()
        profiles = published[["feature_id", "team_id", MONTH, "job_profile"]]
        profiles = profiles[profiles["job_profile"] != "all"]
        cells = profiles.groupby(["feature_id", "team_id", MONTH])["job_profile"].agg(list)
        for row in published.itertuples():
            group = (row.feature_id, row.team_id, row.month_start)
            inside = cells[group] if row.job_profile == "all" else [row.job_profile]
            name = (*group, row.job_profile)
            groups[name] = {(*group, profile) for profile in inside}
            told.tell("kpi_feature_adoption_monthly", getattr(row, measure), groups[name])
            people = rows[
                (rows["feature"] == row.feature_id) & (rows["team"] == row.team_id)
                & (rows["month_start"] == row.month_start) & rows["profile"].isin(inside)
            ]  # fmt: skip
            idle = len(people) - people["active"].sum()
            truth[name] = float(len(people) if measure == "eligible" else people["active"].sum())
            is_part = row.job_profile != "all" and len(cells[group]) > 1
            if is_few(len(people)) or (is_part and is_few(idle)):
                secret.add(name)
        yield Attack(f"{measure} people", told, groups, truth, secret)


def opinions(known: Known, marts: dict[str, pd.DataFrame]) -> Iterator[Attack]:
    """What people answer and how they review: of a team, and about an agent."""
    asked = known.table("survey_responses").assign(person=lambda f: f["worker_id"])
    asked["person"] = asked["person"].combine_first(asked["response_id"])
    asked["subject"] = asked["question"]
    asked["at"] = asked["responded_at"]
    reviews = known.table("agent_reviews").assign(
        person=lambda f: f["reviewer_id"], at=lambda f: f["reviewed_at"], subject="overridden",
        score=lambda f: (f["verdict"] != "accept").astype(int),
    )  # fmt: skip
    given = pd.concat([asked, reviews], ignore_index=True)
    given["quarter"] = starts(given["at"].dt.normalize(), QUARTER)
    given["team_id"] = given["team_id"].fillna("nobody")
    trust = marts["kpi_trust_quarterly"]
    for subject in (*(f"{name}_responses" for name in QUESTIONS), "reviewed", "overridden"):
        name = "overridden" if subject == "reviewed" else subject.removesuffix("_responses")
        mine = given[given["subject"] == name]
        told, groups, truth, secret = Told(), {}, {}, set()
        teams, agents = mine["team_id"].unique(), mine["agent_id"].unique()
        for row in trust.itertuples():
            kind, who, quarter = row.subject_type, row.subject_id, row.quarter_start
            pairs = product([who], agents) if kind == "team" else product(teams, [who])
            group = (kind, who, quarter)
            groups[group] = {(*pair, quarter) for pair in pairs}
            told.tell("kpi_trust_quarterly", getattr(row, subject), groups[group])
            rows = mine[(mine[f"{kind}_id"] == who) & (mine["quarter"] == quarter)]
            truth[group] = float(rows["score"].sum() if subject == "overridden" else len(rows))
            contributors = known.hidden.get((who, quarter), 0) if kind == "team" else 0
            if is_few(rows["person"].nunique()) or (len(rows) and is_few(contributors)):
                secret.add(group)
        yield Attack(subject, told, groups, truth, secret)


def hours(known: Known, marts: dict[str, pd.DataFrame]) -> Attack:
    """Hours people work on a workflow, told in seven ways."""
    told, name = Told(), "kpi_fte_displacement_monthly"
    for row in marts[name].itertuples():
        cell = [(row.workflow_id, row.month_start)]
        would = row.all_outputs_successful * row.baseline_minutes_per_output / 60
        fte = row.productive_hours_per_fte
        told.tell(name, row.worked_hours, cell)
        told.tell(name, would - float(row.realized_hours), cell)
        told.tell(name, would - row.realized_fte * fte, cell)
        told.tell(name, would - (row.capacity_fte + row.cash_releasing_fte) * fte, cell)
    months = pd.date_range(FIRST, BASELINE_END, freq="MS")
    for row in marts["dim_workflows"].itertuples():
        total = row.baseline_minutes_per_output * row.baseline_outputs / 60
        told.tell("dim_workflows", total, product([row.workflow_id], months))
    seeds = PROJECT / "seeds"
    models, agents = (pd.read_csv(seeds / f"{seed}.csv") for seed in ("models", "agents"))
    owned = models.dropna(subset=["initiative_id"]).merge(agents, on="agent_id")
    owned = owned.groupby("initiative_id")["workflow_id"].unique()
    for row in marts["kpi_roi_cumulative_monthly"].itertuples():
        cells = list(product(owned.get(row.initiative_id, []), [row.month_start]))
        told.tell("kpi_roi_cumulative_monthly", row.worked_hours, cells)
        by_output = row.hours_per_output_actual * row.outputs_successful
        told.tell("kpi_roi_cumulative_monthly", by_output, cells)
    worked = known.table("timesheets").dropna(subset=["workflow_id"])
    worked = worked.assign(month=starts(worked["work_date"], MONTH))
    by = worked.groupby(["workflow_id", "month"])
    people, sums = by["worker_id"].nunique(), by["hours"].sum()
    groups = {cell: {cell} for cell in sums.index}
    # A baseline of few people stays known: docs/privacy.md says why.
    base = worked[worked["work_date"] <= BASELINE_END]
    of_base = base.groupby("workflow_id")["worker_id"].nunique()
    secret = {
        (workflow, month)
        for (workflow, month), count in people.items()
        if is_few(count) and not (month <= BASELINE_END and is_few(of_base[workflow]))
    }
    return Attack("hours", told, groups, sums.to_dict(), secret)


def seen(known: Known, marts: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Rows that show a number of people, or what they judged, though they are few."""
    for row in marts["kpi_value_chain_weekly"].itertuples():
        if is_few(row.active_people):
            yield f"{row.active_people} active people of {row.team_id} in {row.week_start}"
    for row in marts["kpi_agent_pods_monthly"].itertuples():
        if is_few(row.people):
            yield f"{row.people} people of {row.team_id} in {row.month_start}"
    reviews = known.table("agent_reviews").dropna(subset=["adjudicated_verdict"])
    quarters = starts(reviews["reviewed_at"].dt.normalize(), QUARTER)
    people = reviews.groupby(["team_id", quarters])["reviewer_id"].nunique()
    for row in marts["kpi_judgement_quarterly"].itertuples():
        count = people.get((row.team_id, row.quarter_start), 0)
        if is_few(count) and not pd.isna(row.adjudicated):
            yield f"judgement of {count} people of {row.team_id} in {row.quarter_start}"


def attacks(known: Known, marts: dict[str, pd.DataFrame]) -> list[Attack]:
    return [
        *items(known, marts),
        tokens(known, marts),
        *adoption(known, marts),
        *opinions(known, marts),
        hours(known, marts),
    ]


def test_no_small_group_is_recovered(
    tmp_path: Path, kept_environment: None, figure: Figure
) -> None:
    made = {"crafted": crafted()} | {f"seed {seed}": drawn(seed) for seed in range(DRAWN)}
    secret, failures = 0, []
    for name, organisation in made.items():
        company = Company(tmp_path / name.replace(" ", "_"), tmp_path / "target", select=SELECT)
        company.parse()
        organisation.write(company.data / "landing")
        company.night(f"{LAST:%Y-%m-%d}")
        known, marts = Known(organisation), read_published(company.settings.warehouse)
        tried = attacks(known, marts)
        secret += sum(len(attack.secret) for attack in tried)
        failures += [f"{name}: {text}" for attack in tried for text in attack.failures()]
        failures += [f"{name}: {text}" for text in seen(known, marts)]
    figure("groups of fewer than five people, attacked", secret, secret - len(failures))
    assert secret > 100
    assert failures == []


def test_the_attacker_solves_what_can_be_solved() -> None:
    told = Told()
    told.tell("total", 10, ["a", "b", "c"])
    told.tell("part", 4, ["a"])
    told.tell("hidden", float("nan"), ["b"])
    assert told.recovered({"b": {"b"}}) == {}
    told.tell("other", 5, ["c"])
    [(value, sources)] = told.recovered({"b": {"b"}}).values()
    assert value == pytest.approx(1)
    assert sources == {"total", "part", "other"}
