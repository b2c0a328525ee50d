"""What model vendors report: costs and usage by bucket.

What belongs here: OpenAI's and Anthropic's pages. What does not: who is charged for them.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd

from tests.oracle.documents import Row, read_records, text, utc

USAGE = ["provider", "started_at", "account", "model", "dimensions"]
COUNTS = ["input_tokens", "output_tokens", "cached_input_tokens"]
COSTS = ["started_at", "account", "service_name", "amount", "currency"]


def read_costs(folder: Path, provider: str) -> pd.DataFrame:
    """Costs by bucket in major units of the currency."""
    rows = _openai_costs if provider == "OpenAI" else _anthropic_costs
    key = ["started_at", "account", "service_name"]
    return read_records(folder, rows, COSTS, key, "started_at")


def read_usage(folder: Path, provider: str) -> pd.DataFrame:
    """Tokens by bucket, account and model; input includes cached tokens."""
    rows = _openai_usage if provider == "OpenAI" else _anthropic_usage
    frame = read_records(folder, rows, [*USAGE, *COUNTS], USAGE[1:], "started_at")
    frame[COUNTS] = frame[COUNTS].astype("int64")
    days = pd.to_datetime(frame["started_at"]).dt.normalize().astype("datetime64[us]")
    return frame.assign(provider=provider, day=days)


def _openai_costs(page: dict) -> Iterator[Row]:
    for bucket in page["data"]:
        for result in bucket["results"]:
            yield {
                "started_at": utc(bucket["start_time"]),
                "account": text(result.get("project_id")),
                "service_name": text(result.get("line_item")),
                "amount": Decimal(str(result["amount"]["value"])),
                "currency": result["amount"]["currency"].upper(),
            }


def _anthropic_costs(page: dict) -> Iterator[Row]:
    for bucket in page["data"]:
        for result in bucket["results"]:
            yield {
                "started_at": utc(bucket["starting_at"]),
                "account": text(result.get("workspace_id")),
                "service_name": text(result.get("description")),
                "amount": Decimal(str(result["amount"])) / 100,
                "currency": result["currency"].upper(),
            }


def _openai_usage(page: dict) -> Iterator[Row]:
    others = ("user_id", "api_key_id", "batch", "service_tier")
    for bucket in page["data"]:
        for result in bucket["results"]:
            yield {
                "started_at": utc(bucket["start_time"]),
                "account": text(result.get("project_id")),
                "model": text(result.get("model")),
                "dimensions": str([text(result.get(name)) for name in others]),
                "input_tokens": result["input_tokens"],
                "output_tokens": result["output_tokens"],
                "cached_input_tokens": result.get("input_cached_tokens") or 0,
            }


def _anthropic_usage(page: dict) -> Iterator[Row]:
    others = ("api_key_id", "service_tier", "context_window")
    for bucket in page["data"]:
        for result in bucket["results"]:
            created = result.get("cache_creation") or {}
            cached = result.get("cache_read_input_tokens") or 0
            cached_and_created = cached + sum(count or 0 for count in created.values())
            yield {
                "started_at": utc(bucket["starting_at"]),
                "account": text(result.get("workspace_id")),
                "model": text(result.get("model")),
                "dimensions": str([text(result.get(name)) for name in others]),
                "input_tokens": result["uncached_input_tokens"] + cached_and_created,
                "output_tokens": result["output_tokens"],
                "cached_input_tokens": cached,
            }
