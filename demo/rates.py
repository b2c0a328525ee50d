"""The exchange rates: USD per unit of every foreign currency, and the fx_rates files.

What belongs here: rates of weekdays, the history before the first day included. What does not:
what is converted with them.
"""

import numpy as np
import pyarrow as pa

from demo.files import Landing, day_name, taken_from, weekly_then_daily
from demo.plan import DAYS

# Whole weeks before the first day: pay of a baseline's first month needs rates from its first day.
EARLIER = 13 * 7
LEVELS = {"EUR": 1.16, "INR": 0.0119}


def make_rates(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """USD per unit by currency, for EARLIER + DAYS days; weekends repeat their Friday."""
    number = np.arange(EARLIER + DAYS)
    last_known = number - np.maximum(number % 7 - 4, 0)
    rates = {"USD": np.ones(len(number))}
    for currency, level in LEVELS.items():
        walk = level * np.exp(np.cumsum(rng.normal(0, 0.003, len(number))))
        rates[currency] = np.round(walk, 6)[last_known]
    return rates


def write_rates(rates: dict[str, np.ndarray], landing: Landing) -> None:
    """Rates of weekdays only, as central banks publish them; the first file brings the history."""
    day = np.arange(-EARLIER, DAYS)
    day = np.repeat(day[day % 7 < 5], len(LEVELS))
    currency = np.tile(list(LEVELS), len(day) // len(LEVELS))
    value = [rates[name][EARLIER + when] for name, when in zip(currency, day, strict=True)]
    rows = pa.table({
        "rate_date": [day_name(int(when)) for when in day], "currency": currency,
        "usd_per_unit": value,
    })  # fmt: skip
    select = "select rate_date, currency, printf('%.6f', usd_per_unit) as usd_per_unit from rows"
    landing.csv_by_period(
        "fx_rates", taken_from(rows), np.maximum(day, 0), weekly_then_daily(), select
    )
