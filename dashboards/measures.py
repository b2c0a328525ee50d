"""The four measures of the scorecard, as every reader meets them.

What belongs here: how each is written and drawn, and which columns its interval ends at. What does
not: what they are called (orchestration/scorecard.py), or any calculation.
"""

from dashboards import charts
from dashboards.wording import Form, percent, points, times, usd
from orchestration.scorecard import MEASURES

COST, RATE, MULTIPLIER, SAVINGS = (measure.column for measure in MEASURES)
FORMS: dict[str, Form] = {COST: usd, RATE: percent, MULTIPLIER: times, SAVINGS: usd}
CHANGES = FORMS | {RATE: points}
AXES = {COST: charts.USD, RATE: charts.PERCENT, MULTIPLIER: charts.NUMBER, SAVINGS: charts.USD}
ENDS = {name: (f"{name}_low", f"{name}_high") for name in (COST, RATE, MULTIPLIER)}
# They are the low end themselves.
ENDS[SAVINGS] = (SAVINGS, "verified_savings_high_usd")
