"""The feeds beside people, work and bills, drawn and written in one go.

What belongs here: the order in which they are drawn, each from its own stream of the one seed.
What does not: the feeds themselves.
"""

from dataclasses import dataclass

import numpy as np

from demo.adoption import FeatureUse, make_feature_use, write_feature_use, write_surveys
from demo.events import write_logs
from demo.experiments import make_experiments, write_experiments
from demo.files import Landing
from demo.money import Invoice, make_invoices, settlements, write_cash_flows, write_invoices
from demo.operations import make_deployments, write_deployments, write_events, write_incidents
from demo.people import People
from demo.plan import Plan, read_seed
from demo.predictions import Predictions, make_predictions, write_predictions
from demo.records import Items, Runs
from demo.reports import Reports, make_reports, write_reports
from demo.reviews import Reviews


@dataclass(frozen=True)
class Further:
    """What truth.json tells of these feeds; owed: what each contract owes by month."""

    predictions: Predictions
    feature_use: FeatureUse
    owed: list[dict[str, object]]
    invoices: list[Invoice]
    reports: Reports


def write_further(
    seed: int, scale: float, plan: Plan, people: People, items: Items, runs: Runs,
    reviews: Reviews, rates: dict[str, np.ndarray], landing: Landing,
) -> Further:  # fmt: skip
    """Draw and write every further feed."""

    def stream(part: int) -> np.random.Generator:
        return np.random.default_rng([seed, part])

    deployments = make_deployments(stream(9))
    write_deployments(deployments, landing)
    write_incidents(landing)
    write_events(landing)
    predictions = make_predictions(stream(10), read_seed("models"), scale)
    write_predictions(predictions, deployments, landing)
    write_experiments(make_experiments(stream(11), read_seed("experiments")), landing)
    feature_use = make_feature_use(stream(12), people)
    write_feature_use(feature_use, landing)
    write_surveys(stream(13), plan, people, landing)
    write_cash_flows(stream(14), landing)
    owed = settlements(plan, items, reviews)
    invoices = make_invoices(plan, items, owed, rates)
    write_invoices(invoices, landing)
    reports = make_reports(stream(15), plan, people, scale)
    write_reports(reports, landing)
    write_logs(stream(16), seed, plan, people, items, runs, landing)
    return Further(predictions, feature_use, owed, invoices, reports)
