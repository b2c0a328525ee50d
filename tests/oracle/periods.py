"""Weeks, months and the two statistics everything shares.

What belongs here: calendar arithmetic and thin calls of numpy and statsmodels. What does not:
what a KPI counts.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

DAY = pd.Timedelta(days=1)


def week_of(times: pd.Series) -> pd.Series:
    """The Monday of each time."""
    days = times.dt.normalize()
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")


def month_of(times: pd.Series) -> pd.Series:
    """The first day of each time's month."""
    days = times.dt.normalize()
    return days - pd.to_timedelta(days.dt.day - 1, unit="D")


def period_of(times: pd.Series, grain: str) -> pd.Series:
    return week_of(times) if grain == "week" else month_of(times)


def period_end(starts: pd.Series, grain: str) -> pd.Series:
    """The last day of the periods that begin on these days."""
    if grain == "week":
        return starts + 6 * DAY
    return starts + pd.offsets.MonthEnd(0)


def starts_between(first: pd.Timestamp, last: pd.Timestamp, grain: str) -> pd.DatetimeIndex:
    """The starts of all periods from the one of `first` to the one of `last`."""
    begin = period_of(pd.Series([first]), grain).iloc[0]
    return pd.date_range(begin, last, freq="7D" if grain == "week" else "MS", unit="us")


def ratio(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Over zero is null."""
    return numerator.astype(float) / denominator.astype(float).replace(0.0, np.nan)


def at_rate(outputs: pd.Series, rate: pd.Series) -> pd.Series:
    """Outputs at a rate; no output is worth nothing, whatever the rate."""
    return (outputs * rate).mask(outputs == 0, 0.0)


def wilson(successes: pd.Series, trials: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ends of the 95 % Wilson interval; null without a trial."""
    known = trials > 0
    low, high = proportion_confint(
        successes[known].to_numpy(float), trials[known].to_numpy(float), 0.05, method="wilson"
    )
    ends = pd.DataFrame(np.nan, index=trials.index, columns=["low", "high"])
    ends.loc[known, "low"], ends.loc[known, "high"] = low, high
    return ends["low"], ends["high"]


def percentile(values: pd.Series, share: float) -> float:
    """Linear interpolation, null of nothing."""
    return float(np.percentile(values.to_numpy(float), share * 100)) if len(values) else np.nan


def strict_sum(frame: pd.DataFrame, by: list[str], columns: Iterable[str]) -> pd.DataFrame:
    """Sums by group in which a null part makes the sum null."""
    columns = list(columns)
    grouped = frame.groupby(by, dropna=False)
    sums = grouped[columns].sum(min_count=0)
    has_null = frame[columns].isna().groupby([frame[key] for key in by], dropna=False).any()
    return sums.astype(float).mask(has_null).reset_index()
