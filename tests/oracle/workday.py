"""Positions from Workday's history.

What belongs here: the overlap of a person's positions and pay, placed in teams. What does not:
days.
"""

import pandas as pd

from tests.oracle.landing import Landing
from tests.oracle.periods import DAY

SECOND = pd.Timedelta(seconds=1)
PAY = ["annual_summary_total_base_pay", "annual_summary_total_salary_and_allowances"]
CONTRACTORS = {"contractor", "contingent worker", "consultant", "independent contractor"}
POSITION_COLUMNS = [
    "worker_id",
    "effective_from",
    "effective_to",
    "job_profile",
    "team_id",
    "department",
    "manager_id",
    "country",
    "worker_type",
    "fte_percent",
    "annual_base_pay",
    "currency",
    "termination_date",
]


def _validity(rows: pd.DataFrame) -> pd.DataFrame:
    """since and until (exclusive, null while open) as days."""
    since = rows["_fivetran_start"].dt.normalize()
    until = (rows["_fivetran_end"] + SECOND).dt.normalize()
    return rows.assign(since=since, until=until)


def _placement(teams: pd.DataFrame, profile: str, site: str) -> dict[str, str]:
    """The team, department and country of the row that says most."""
    best, found = -1, {"team_id": "unassigned", "department": "unassigned"}
    for row in teams.itertuples():
        names_profile, names_site = pd.notna(row.job_profile_id), pd.notna(row.business_site)
        if names_profile and row.job_profile_id != profile:
            continue
        if names_site and row.business_site != site:
            continue
        rank = 2 * (names_profile + names_site) + (names_profile and not names_site)
        if rank > best:
            best = rank
            found = {"team_id": row.team_id, "department": row.department, "country": row.country}
    return found


def workday_positions(landing: Landing, teams: pd.DataFrame) -> pd.DataFrame:
    """Positions in the shape of hr_positions."""
    jobs = landing["workday_positions"]
    jobs = jobs[jobs["is_primary_job"].fillna(False) & ~jobs["_fivetran_deleted"].fillna(False)]
    jobs = jobs[jobs["full_time_equivalent_percentage"] >= 0]
    pay = landing["workday_workers"]
    is_gone = ~pay["active"].fillna(True) & pay["termination_date"].isna()
    pay = pay[~pay["_fivetran_deleted"].fillna(False) & ~is_gone]
    pay = pay[~(pay[PAY] < 0).any(axis=1)].rename(columns={"id": "worker_id"})
    both = _validity(jobs).merge(_validity(pay), on="worker_id", suffixes=("", "_pay"))
    first = both[["since", "since_pay", "hire_date"]].max(axis=1)
    gone = both["termination_date"] + DAY
    last = both.assign(gone=gone)[["until", "until_pay", "gone"]].min(axis=1)
    both = both.assign(effective_from=first, effective_to=last)
    is_some = both["effective_to"].isna() | (both["effective_from"] < both["effective_to"])
    both = both[is_some].sort_values(["worker_id", "effective_from", "since", "position_id"])
    both = both.drop_duplicates(["worker_id", "effective_from"], keep="last")
    places = [
        _placement(teams, row.job_profile_id, row.business_site_summary_name)
        for row in both.itertuples()
    ]
    kind = both["employee_type"].astype("str").str.lower().str.replace("_", " ")
    both = both.assign(
        job_profile=both["job_profile_id"],
        manager_id=None,
        worker_type=kind.isin(CONTRACTORS).map({True: "contractor", False: "employee"}),
        fte_percent=both["full_time_equivalent_percentage"],
        annual_base_pay=both["annual_summary_total_base_pay"],
        currency=both["annual_summary_currency"],
    )
    columns = ["team_id", "department", "country"]
    placed = pd.DataFrame(places, index=both.index, columns=columns)
    return pd.concat([both, placed], axis=1)[POSITION_COLUMNS]


def all_positions(landing: Landing, seeds: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """hr_positions, and Workday's of people it does not name."""
    known = landing.hr_positions
    if not len(landing["workday_positions"]):
        return known
    others = workday_positions(landing, seeds["workday_teams"])
    others = others[~others["worker_id"].isin(known["worker_id"])]
    return pd.concat([known, others.astype(known.dtypes.to_dict())], ignore_index=True)
