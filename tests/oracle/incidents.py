"""What happens to models and agents in operation.

What belongs here: deployments, repair times, availability, the events that charts are annotated
with. What does not: predictions, costs.
"""

import pandas as pd

from tests.oracle.facts import Facts
from tests.oracle.periods import DAY, month_of, period_end, ratio, starts_between
from tests.oracle.predictions import known_predictions

SUBJECT = ["subject_type", "subject_id"]
SEVERE = ("sev1", "sev2")
MODEL_MONTH = ["model_id", "month_start"]


def hours_between(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start).dt.total_seconds() / 3600


def known_deployments(facts: Facts) -> pd.DataFrame:
    rows = facts.landing["deployments"]
    return rows[rows["deployed_at"] < facts.as_of + DAY]


def production_deployments(facts: Facts) -> pd.DataFrame:
    """Successful deployments to production up to as_of."""
    rows = known_deployments(facts)
    return rows[(rows["environment"] == "production") & (rows["status"] == "success")]


def deployment_cadence(facts: Facts) -> pd.DataFrame:
    """Every month of a model from its first deployment, wherever and however, to as_of."""
    deployed = production_deployments(facts).copy()
    deployed["month_start"] = month_of(deployed["deployed_at"])
    deployed["is_rollback"] = deployed["rolls_back"].notna()
    lead = hours_between(deployed["committed_at"], deployed["deployed_at"])
    deployed["lead_time"] = lead.mask(deployed["is_rollback"])
    sums = deployed.groupby(MODEL_MONTH).agg(
        production_deployments=("deployment_id", "nunique"),
        deployments_with_lead_time=("lead_time", "count"),
        median_lead_time_hours=("lead_time", "median"),
        rollbacks=("is_rollback", "sum"),
    )
    first = known_deployments(facts).groupby("model_id")["deployed_at"].min()
    rows = months_since(first.rename("since").reset_index(), ["model_id"], facts.as_of)
    rows = rows.merge(sums.reset_index(), on=MODEL_MONTH, how="left")
    counts = ["production_deployments", "deployments_with_lead_time", "rollbacks"]
    rows[counts] = rows[counts].fillna(0)
    rate = ratio(rows["rollbacks"], rows["production_deployments"])
    return rows.assign(rollback_rate=rate)


def months_since(subjects: pd.DataFrame, keys: list[str], as_of: pd.Timestamp) -> pd.DataFrame:
    """A row a subject and month from its `since` to as_of."""
    frames = [
        pd.DataFrame({"month_start": starts_between(row.since, as_of, "month")}).assign(
            **{name: getattr(row, name) for name in [*keys, "since"]}
        )
        for row in subjects.itertuples()
        if row.since < as_of + DAY
    ]
    empty = pd.DataFrame(columns=["month_start", *keys, "since"])
    return pd.concat(frames, ignore_index=True) if frames else empty


def known_incidents(facts: Facts) -> pd.DataFrame:
    """Incidents detected up to as_of; what was resolved later is still open."""
    end = facts.as_of + DAY
    rows = facts.landing["incidents"]
    rows = rows[rows["detected_at"] < end].copy()
    rows["resolved_at"] = rows["resolved_at"].mask(rows["resolved_at"] >= end)
    return rows


def by_subject(incidents: pd.DataFrame) -> pd.DataFrame:
    """An incident once for the model and once for the agent it names, else for nobody."""
    named = [
        incidents[incidents[f"{kind}_id"].notna()].assign(
            subject_type=kind, subject_id=lambda rows, kind=kind: rows[f"{kind}_id"]
        )
        for kind in ("model", "agent")
    ]
    nobody = incidents[incidents["model_id"].isna() & incidents["agent_id"].isna()]
    return pd.concat([*named, nobody.assign(subject_type="none", subject_id="unknown")])


def mttr(facts: Facts) -> pd.DataFrame:
    """By subject, severity and month of detection."""
    rows = by_subject(known_incidents(facts))
    rows["month_start"] = month_of(rows["detected_at"])
    rows["repair"] = hours_between(rows["detected_at"], rows["resolved_at"])
    rows["detection"] = hours_between(rows["started_at"], rows["detected_at"])
    sums = rows.groupby([*SUBJECT, "severity", "month_start"]).agg(
        incidents=("incident_id", "size"),
        resolved=("repair", "count"),
        resolution_hours=("repair", "sum"),
        median_resolution_hours=("repair", "median"),
        incidents_with_start=("detection", "count"),
        detection_hours=("detection", "sum"),
    )
    sums = sums.reset_index()
    return sums.assign(
        open=sums["incidents"] - sums["resolved"],
        mttr_hours=ratio(sums["resolution_hours"], sums["resolved"]),
        time_to_detect_hours=ratio(sums["detection_hours"], sums["incidents_with_start"]),
    )


def subjects_since(facts: Facts) -> pd.DataFrame:
    """Registered models and agents with the first day that counts."""
    incidents = known_incidents(facts)
    incidents["start"] = incidents["started_at"].combine_first(incidents["detected_at"])
    seen = pd.concat(
        [
            production_deployments(facts).groupby("model_id")["deployed_at"].min(),
            known_predictions(facts).groupby("model_id")["predicted_at"].min(),
            incidents.groupby("model_id")["start"].min(),
        ]
    )
    seeds = facts.seeds
    first = seen.groupby(level=0).min().dt.normalize()
    models = seeds["models"].assign(since=seeds["models"]["model_id"].map(first))
    models = models.rename(columns={"model_id": "subject_id"}).assign(subject_type="model")
    agents = seeds["agents"][["agent_id", "deployed_on"]].assign(subject_type="agent")
    agents = agents.rename(columns={"agent_id": "subject_id", "deployed_on": "since"})
    columns = [*SUBJECT, "since", "availability_slo"]
    both = pd.concat([models, agents.assign(availability_slo=None)], ignore_index=True)
    return both.dropna(subset=["since"])[columns]


def union_minutes(spans: list[tuple[pd.Timestamp, pd.Timestamp]]) -> float:
    """Minutes that at least one of the spans covers."""
    total, reached = pd.Timedelta(0), None
    for start, end in sorted(spans):
        if reached is None or start > reached:
            reached = start
        if end > reached:
            total += end - reached
            reached = end
    return total.total_seconds() / 60


def availability(facts: Facts) -> pd.DataFrame:
    """By subject and month: the union of its severe incidents against the month's minutes.

    Unknown where no incident ever landed.
    """
    end = facts.as_of + DAY
    severe = by_subject(known_incidents(facts))
    severe = severe[severe["severity"].isin(SEVERE)]
    severe["start"] = severe["started_at"].combine_first(severe["detected_at"])
    severe["end"] = severe["resolved_at"].fillna(end)
    spans = {key: group for key, group in severe.groupby(SUBJECT)}
    subjects = subjects_since(facts)
    rows = months_since(subjects, SUBJECT, facts.as_of)
    opens = rows[["month_start", "since"]].max(axis=1)
    closes = (period_end(rows["month_start"], "month") + DAY).clip(upper=end)
    rows["minutes"] = (closes - opens).dt.total_seconds() / 60
    down = []
    for key, opening, closing in zip(
        rows[SUBJECT].itertuples(index=False, name=None), opens, closes, strict=True
    ):
        own = spans.get(key, severe.head(0))
        cut = [
            (max(start, opening), min(stop, closing))
            for start, stop in zip(own["start"], own["end"], strict=True)
        ]
        down.append(union_minutes([(start, stop) for start, stop in cut if stop > start]))
    rows["minutes_down"] = down if len(facts.landing["incidents"]) else float("nan")
    rows["availability"] = 1 - rows["minutes_down"] / rows["minutes"]
    rows = rows.merge(subjects.drop(columns="since"), on=SUBJECT)
    rows["availability_slo"] = rows["availability_slo"].astype(float)
    breach = (rows["availability"] < rows["availability_slo"]).astype(float)
    known = rows["availability_slo"].notna() & rows["availability"].notna()
    return rows.assign(is_breach=breach.where(known))


def annotations(facts: Facts) -> pd.DataFrame:
    """One row an event and subject it touches."""
    landing, end = facts.landing, facts.as_of + DAY
    events = landing["business_events"]
    events = events[events["event_date"] < end].assign(source="business_event")
    deployed = known_deployments(facts)
    deployed = deployed[deployed["environment"] == "production"].assign(
        source="deployment", event_id=lambda rows: rows["deployment_id"]
    )
    deployed["event_date"] = deployed["deployed_at"].dt.normalize()
    incidents = known_incidents(facts).assign(
        source="incident", event_id=lambda rows: rows["incident_id"]
    )
    incidents["event_date"] = incidents["detected_at"].dt.normalize()
    wanted = ["source", "event_id", "event_date", "kind", "title"]
    names = ["workflow_id", "agent_id", "model_id"]
    together = pd.concat([events, deployed, incidents], ignore_index=True)
    together = together.reindex(columns=[*wanted, *names]).astype(dict.fromkeys(names, object))

    owner = facts.seeds["models"].set_index("model_id")["agent_id"].dropna()
    workflow = facts.seeds["agents"].set_index("agent_id")["workflow_id"].dropna()
    rows = []
    for event in together.itertuples(index=False):
        given = {kind: getattr(event, f"{kind}_id") for kind in ("workflow", "agent", "model")}
        touched = {(kind, name) for kind, name in given.items() if not pd.isna(name)}
        if given["model"] in owner.index:
            touched.add(("agent", owner[given["model"]]))
        for _, agent in [pair for pair in touched if pair[0] == "agent"]:
            if agent in workflow.index:
                touched.add(("workflow", workflow[agent]))
        for subject in touched or {("company", "company")}:
            rows.append((*(getattr(event, name) for name in wanted), *subject))
    return pd.DataFrame(rows, columns=[*wanted, *SUBJECT])
