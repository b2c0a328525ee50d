"""Which feeds are there, and up to when.

What belongs here: the newest day of each feed, what each KPI lacks. What does not: any KPI.
"""

from pathlib import Path

import pandas as pd
import yaml

from orchestration.settings import PROJECT
from tests.oracle.facts import Facts
from tests.oracle.settlement import invoice_days

MARTS = PROJECT / "models" / "marts"
BILLS = {
    "focus",
    "openai_costs",
    "anthropic_costs",
    "github_copilot_billing",
    "vendor_invoices",
}
STAND_INS = {"langfuse": "otlp_traces", "workday_positions": "hr_positions"}

# The event time of each feed that has one, by its declaration.
EVENTS = {
    "work_items": "updated_at",
    "agent_reviews": "reviewed_at",
    "timesheets": "work_date",
    "fx_rates": "rate_date",
    "focus": "ChargePeriodStart",
    "spans": "started_at",
    "openai_costs": "started_at",
    "openai_usage": "started_at",
    "anthropic_costs": "started_at",
    "anthropic_usage": "started_at",
    "github_copilot_billing": "date",
    "langfuse": "told_at",
    "otlp_logs": "occurred_at",
    "predictions": "predicted_at",
    "deployments": "deployed_at",
    "incidents": "detected_at",
    "business_events": "event_date",
    "feature_usage": "usage_date",
    "survey_responses": "responded_at",
    "experiment_units": "assigned_at",
    "vendor_invoices": "period_end",
}


def feed_rows(facts: Facts, feed: str) -> pd.DataFrame:
    """Rows of a feed, with their day up to as_of where it has event times."""
    name = "spans" if feed == "otlp_traces" else feed
    frame = getattr(facts.landing, name, None)
    frame = facts.landing[name] if frame is None else frame
    if name not in EVENTS:
        return frame.assign(day=pd.NaT)
    day = pd.to_datetime(frame[EVENTS[name]]).dt.normalize()
    return frame.assign(day=day)[day <= facts.as_of]


def newest_days(facts: Facts) -> pd.Series:
    """The last day up to as_of with a row, by feed; null where nothing landed."""
    feeds = ["otlp_traces" if name == "spans" else name for name in EVENTS]
    found = {feed: feed_rows(facts, feed)["day"].max() for feed in feeds}
    found["otlp_traces"] = max(found["otlp_traces"], found["langfuse"])
    return pd.Series(found, dtype="datetime64[us]")


def declared(folder: Path) -> pd.DataFrame:
    """kpi, area and the feeds it declares."""
    rows = []
    for path in sorted(folder.glob("*/kpi_*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]:
            feeds = model["config"]["meta"]["feeds"]
            rows.append({"kpi": model["name"], "area": path.parent.name, "feeds": feeds})
    return pd.DataFrame(rows)


def coverage(facts: Facts) -> pd.DataFrame:
    """What each KPI needs and lacks."""
    named = set(facts.seeds["cost_rules"]["source"])
    newest = newest_days(facts)
    limit = facts.as_of - pd.Timedelta(days=facts.threshold("feed_stale_days"))
    unplaced = rows_without_position(facts)
    unrated = rows_without_rate(facts)
    rows = []
    for kpi in declared(MARTS).itertuples():
        needed = sorted(feed for feed in kpi.feeds if feed not in BILLS or feed in named)
        without_rate = sum(unrated.get(feed, 0) for feed in needed)
        missing = [feed for feed in needed if not _landed(facts, feed)]
        if not without_rate:
            missing = [feed for feed in missing if feed != "fx_rates"]
        stale = [feed for feed in needed if feed in newest and newest[feed] < limit]
        rows.append(
            {
                "kpi": kpi.kpi,
                "area": kpi.area,
                "needed_feeds": ", ".join(needed),
                "missing_feeds": ", ".join(missing),
                "stale_feeds": ", ".join(stale),
                "is_complete": not missing and not stale,
                "rows_without_position": unplaced if "timesheets" in needed else 0,
                "rows_without_rate": without_rate,
            }
        )
    return pd.DataFrame(rows)


def _landed(facts: Facts, feed: str) -> bool:
    stand_ins = [name for name, of in STAND_INS.items() if of == feed]
    return any(len(feed_rows(facts, name)) for name in [feed, *stand_ins])


def rows_without_position(facts: Facts) -> int:
    """Timesheet rows of people without a position that day."""
    return int(facts.hours["department"].isna().sum())


def rows_without_rate(facts: Facts) -> dict[str, int]:
    """Person-days, charges by day and invoice days without an exchange rate, by feed."""
    days = facts.person_days
    charged = facts.charge_days[facts.charge_days["cost_usd"].isna()]
    found = charged.groupby("source").size().to_dict()
    billed = invoice_days(facts)
    billed = billed[billed["amount_usd"].isna()]
    invoiced = billed[["contract_id", "currency", "day"]].drop_duplicates()
    return found | {
        "hr_positions": int(days["loaded_usd"].isna().sum()),
        "vendor_invoices": len(invoiced),
    }
