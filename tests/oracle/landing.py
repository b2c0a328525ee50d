"""Landing files and seeds as data frames, by the rules of the feeds.

What belongs here: reading files, types, UTC, keys that win over older ones. What does not: any
KPI, and anything the pipeline itself wrote.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pandas as pd

from tests.oracle.feed import Feed
from tests.oracle.feeds import CORE, FEEDS
from tests.oracle.langfuse import read_lines, to_evaluations, to_spans
from tests.oracle.log_events import read_events
from tests.oracle.spans import files, read_spans
from tests.oracle.vendor_reports import read_costs, read_usage

NULLS = {"NULL", ""}
OPEN_FROM = pd.Timestamp("9999-01-01")
TAGS = ("agent_id", "workflow_id", "model_id", "initiative_id", "cost_center", "environment")


@dataclass(frozen=True)
class Landing:
    """The feeds after deduplication; times are UTC without a zone."""

    work_items: pd.DataFrame
    agent_reviews: pd.DataFrame
    timesheets: pd.DataFrame
    hr_positions: pd.DataFrame
    fx_rates: pd.DataFrame
    focus: pd.DataFrame
    spans: pd.DataFrame
    others: dict[str, pd.DataFrame]

    def __getitem__(self, feed: str) -> pd.DataFrame:
        """A feed that one area of the marts reads."""
        return self.others[feed]


def read_landing(folder: Path) -> Landing:
    """Read every feed of a landing folder."""
    spans = read_spans(folder / "otlp_traces")
    core = {name: _read_table(folder / name, feed) for name, feed in CORE.items()}
    others = {name: _read_table(folder / name, feed) for name, feed in FEEDS.items()}
    for prefix, vendor in (("openai", "OpenAI"), ("anthropic", "Anthropic")):
        others[f"{prefix}_costs"] = read_costs(folder / f"{prefix}_costs", vendor)
        others[f"{prefix}_usage"] = read_usage(folder / f"{prefix}_usage", vendor)
    others |= read_events(folder / "otlp_logs")
    others["langfuse"] = read_lines(folder / "langfuse")
    others["langfuse_spans"] = to_spans(others["langfuse"])
    others["langfuse_scores"] = to_evaluations(others["langfuse"])
    return Landing(**core, spans=spans, others=others)


def complete_to(landing: Landing, loaded_on: date) -> pd.Timestamp:
    """The last complete day: the earliest newest event of the daily feeds that have rows."""
    before = pd.Timestamp(loaded_on)
    newest = [
        times[times < before].dt.normalize().max()
        for times in (
            landing.work_items["updated_at"],
            landing.timesheets["work_date"],
            landing.spans["started_at"],
        )
    ]
    return min(day for day in newest if not pd.isna(day))


def read_seeds(folder: Path) -> dict[str, pd.DataFrame]:
    """Every seed by name; text stays text and a blank cell is null; dates and numbers are typed."""
    dates = {"baseline_start", "baseline_end", "deployed_on", "valid_from", "start_month"}
    dates |= {"reference_start", "reference_end", "starts_on", "ends_on"}
    texts = {"why", "name", "account"}
    seeds = {}
    for path in sorted(folder.glob("*.csv")):
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        frame = frame.apply(_text)
        for column in frame.columns:
            if column in dates:
                frame[column] = pd.to_datetime(frame[column])
            elif column not in texts and not column.endswith("_id"):
                frame[column] = _number_or_text(frame[column])
        seeds[path.stem] = frame
    return seeds


def _number_or_text(column: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce")
    return numbers if column.notna().any() and (numbers.notna() == column.notna()).all() else column


def _text(column: pd.Series) -> pd.Series:
    stripped = column.astype("str").str.strip()
    return stripped.mask(stripped.isin(list(NULLS)))


def _time(column: pd.Series) -> pd.Series:
    text = _text(column)
    times = pd.to_datetime(text, utc=True, format="ISO8601", errors="coerce")
    american = times.isna() & text.notna()
    if american.any():
        times = times.astype("datetime64[us, UTC]")
        times[american] = pd.to_datetime(
            text[american], utc=True, format="mixed", dayfirst=False, errors="coerce"
        )
    return times.dt.tz_localize(None).astype("datetime64[us]")


def _decimal(column: pd.Series) -> pd.Series:
    def cast(text: str | float) -> Decimal | None:
        try:
            return None if pd.isna(text) else Decimal(text)
        except InvalidOperation:
            return None

    return _text(column).astype(object).map(cast).astype(object)


def _cast(column: pd.Series, kind: str) -> pd.Series:
    if kind == "text":
        return _text(column)
    if kind == "number":
        return pd.to_numeric(_text(column), errors="coerce").astype(float)
    if kind == "decimal":
        return _decimal(column)
    if kind == "flag":
        return _text(column).str.lower().map({"true": True, "false": False}).astype("boolean")
    times = _time(column)
    if kind == "end":
        return times.mask(times >= OPEN_FROM)
    return times.dt.normalize() if kind == "date" else times


def _read_file(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def _read_table(folder: Path, feed: Feed) -> pd.DataFrame:
    frames = []
    for load, path in enumerate(files(folder)):
        raw = _read_file(path)
        frame = pd.DataFrame(
            {
                name: _cast(raw.get(name, pd.Series(None, raw.index, dtype="str")), kind)
                for name, kind in feed.columns.items()
            }
        )
        frame = frame.dropna(subset=list(feed.required))
        frames.append(_once_a_file(frame, feed).assign(_load=load))
    if not frames:
        kinds = feed.columns.items()
        return pd.DataFrame({name: _cast(pd.Series([], dtype="str"), kind) for name, kind in kinds})
    return _once(pd.concat(frames, ignore_index=True), feed).drop(columns="_load")


def _once_a_file(frame: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    if not feed.key:
        return frame
    if feed.summed:
        by = frame.groupby(list(feed.key), dropna=False, as_index=False, sort=False)
        return by[feed.summed].sum()
    return frame.drop_duplicates(list(feed.key), keep="last")


def _once(frame: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    if not feed.key:
        return frame
    order = [feed.event_time] if feed.event_time else []
    frame = frame.assign(_has_end=frame[list(feed.ends)].notna().any(axis=1))
    ordered = frame.sort_values(
        [*order, "_has_end", "_load"], kind="stable", na_position="first"
    ).drop(columns="_has_end")
    return ordered.drop_duplicates(list(feed.key), keep="last").reset_index(drop=True)


def tags_of(text: str | float) -> dict[str, str]:
    """The allow-listed tags of a charge that have a value."""
    tags = {} if pd.isna(text) else json.loads(text)
    return {key: str(tags[key]) for key in TAGS if tags.get(key) not in (None, "")}
