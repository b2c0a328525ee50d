"""Flows and invoices as no controller would like them.

What belongs here: refunds, gaps, flows past and future, corrected invoices, foreign money, periods
across months. What does not: bills of the cloud.
"""

import pandas as pd

from tests.oracle.chance import FIRST, Chance

INITIATIVES = ["triage-automation", "claims-automation", "personal-offers", "no-such-initiative"]
CONTRACTS = [
    "contract-deskly-2026",
    "contract-helix-2026",
    "contract-helix-triage-2026",
    "no-such-contract",
]
KINDS = ["benefit", "benefit", "benefit", "development", "cloud", "licensing", "oversight"]
FLOWS, INVOICES = 150, 40


def feeds(chance: Chance) -> dict[str, list[dict]]:
    """Rows by feed."""
    return {"cash_flows": _flows(chance), "vendor_invoices": _invoices(chance)}


def _flows(chance: Chance) -> list[dict]:
    rows = []
    for _ in range(FLOWS):
        kind = chance.of(KINDS)
        month = FIRST.replace(day=1) + pd.DateOffset(months=int(chance.generator.integers(-2, 18)))
        amount = round(float(chance.generator.exponential(900)), 2)
        is_refund = chance.true(0.05)
        rows.append(
            {
                "initiative_id": chance.of(INITIATIVES),
                "month": str(month.date()),
                "kind": kind,
                "amount_usd": str(amount if (kind == "benefit") != is_refund else -amount),
                "status": chance.of(["actual", "actual", "projected"]),
            }
        )
    return rows


def _invoices(chance: Chance) -> list[dict]:
    rows = []
    for _ in range(INVOICES):
        start = chance.moment().normalize()
        length = pd.Timedelta(days=chance.of([0, 6, 29, 30, 44]))
        rows.append(
            {
                "invoice_id": f"invoice-{chance.generator.integers(INVOICES)}",
                "contract_id": chance.of(CONTRACTS),
                "period_start": str(start.date()),
                "period_end": str((start + length).date()),
                "billed_outcomes": chance.of(["", "17", "100"]),
                "amount": chance.of(["100", "0.01", "333.333333333", "-20"]),
                "currency": chance.of(["USD", "USD", "EUR"]),
            }
        )
    return rows
