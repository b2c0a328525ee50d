"""The feeds that only the returns read.

What belongs here: cash flows and vendors' invoices. What does not: what they come to.
"""

from tests.oracle.feed import feed

FEEDS = {
    "cash_flows": feed(
        "initiative_id month kind amount_usd status",
        "initiative_id month kind status",
        text="initiative_id kind status",
        date="month",
        number="amount_usd",
    ),
    "vendor_invoices": feed(
        "invoice_id contract_id period_start period_end amount currency",
        "invoice_id",
        "period_end",
        text="invoice_id contract_id currency",
        date="period_start period_end",
        decimal="billed_outcomes amount",
    ),
}
