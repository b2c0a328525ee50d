"""Charges as FOCUS 1.0 and 1.2 CSV.

What belongs here: the columns of the specification and how cells are spelled. What does not:
what is charged (bills.py).
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from demo.files import Landing
from demo.plan import FIRST_DAY

if TYPE_CHECKING:
    from demo.bills import Charge

# Providers whose exports follow version 1.2 of the specification; the others follow 1.0.
VERSION_1_2 = ("Meridian AI", "Helix Models")
COLUMNS = (
    "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
    "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
    "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
    "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus",
    "CommitmentDiscountType", "ConsumedQuantity", "ConsumedUnit", "ContractedCost",
    "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
    "PricingCategory", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory",
    "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
)  # fmt: skip
COLUMNS_1_2 = (
    "BillingAccountType", "CapacityReservationId", "CapacityReservationStatus",
    "CommitmentDiscountQuantity", "CommitmentDiscountUnit", "InvoiceId", "PricingCurrency",
    "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails",
    "SubAccountType",
)  # fmt: skip


def _amount(value: float) -> str:
    return f"{value:.10f}"


def _moment(day: int, hour: int | None, style: str) -> str:
    then = FIRST_DAY + timedelta(days=day)
    clock = f"{hour or 0:02d}:00:00"
    return f"{then.isoformat()}T{clock}Z" if style == "1.2" else f"{then.isoformat()} {clock}"


def _row(charge: "Charge", version: str) -> dict[str, str | None]:
    """One charge by column name; columns without a value are left out."""
    start = FIRST_DAY + timedelta(days=charge.first)
    month = start.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    listed = charge.effective if charge.listed is None else charge.listed
    billed = charge.effective if charge.billed is None else charge.billed
    if charge.hour is None:
        ends = _moment(charge.last, None, version)
    elif charge.hour == 23:
        ends = _moment(charge.first + 1, 0, version)
    else:
        ends = _moment(charge.first, charge.hour + 1, version)
    slug = charge.provider.lower().replace(" ", "-")
    row = {
        "BilledCost": _amount(billed),
        "BillingAccountId": f"{slug}-billing",
        "BillingAccountName": "Head office",
        "BillingCurrency": charge.currency,
        "BillingPeriodStart": _moment((month - FIRST_DAY).days, None, version),
        "BillingPeriodEnd": _moment((following - FIRST_DAY).days, None, version),
        "ChargeCategory": charge.charge_category,
        "ChargeClass": charge.charge_class,
        "ChargeDescription": f"{charge.service}, {charge.sku}",
        "ChargeFrequency": "Usage-Based" if charge.charge_category == "Usage" else "Recurring",
        "ChargePeriodStart": _moment(charge.first, charge.hour, version),
        "ChargePeriodEnd": ends,
        "CommitmentDiscountId": charge.commitment,
        "CommitmentDiscountStatus": charge.commitment_status,
        "ConsumedQuantity": None if charge.quantity is None else f"{charge.quantity:.0f}",
        "ConsumedUnit": charge.unit,
        "ContractedCost": _amount(charge.effective),
        "EffectiveCost": _amount(charge.effective),
        "InvoiceIssuerName": charge.provider,
        "ListCost": _amount(listed),
        "PricingCategory": "Standard",
        "ProviderName": charge.provider,
        "PublisherName": charge.provider,
        "RegionId": "global",
        "ResourceType": charge.resource_type,
        "ServiceCategory": charge.category,
        "ServiceName": charge.service,
        "SkuId": charge.sku,
        "SubAccountId": charge.account,
        "SubAccountName": charge.account,
        "Tags": None if charge.tags is None else json.dumps(charge.tags),
    }
    if version == "1.2":
        row |= {
            "InvoiceId": f"{slug}-{month:%Y-%m}",
            "PricingCurrency": charge.currency,
            "PricingCurrencyEffectiveCost": _amount(charge.effective),
        }
    return row


def write_charges(charges: list["Charge"], provider: str, name: str, landing: Landing) -> None:
    """Write one provider's charges of one period, nulls as the text NULL."""
    version = "1.2" if provider in VERSION_1_2 else "1.0"
    columns = COLUMNS + (COLUMNS_1_2 if version == "1.2" else ())
    schema = pa.schema([(column, pa.string()) for column in columns])
    rows = pa.Table.from_pylist([_row(charge, version) for charge in charges], schema=schema)
    slug = provider.lower().replace(" ", "-")
    landing.csv("focus", f"{slug}/{slug}_{name}", rows, "select * from rows", null="NULL")
