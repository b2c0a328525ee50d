"""Small files the tests of tables land."""

import pyarrow as pa
import pyarrow.parquet as pq

FX = "rate_date,currency,usd_per_unit\n"
RATES = {"rate_date": ["2026-01-02"], "currency": ["EUR"], "usd_per_unit": [1.08]}


def parquet(columns: dict[str, object]) -> bytes:
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue().to_pybytes()


def good_rates(number: int) -> str:
    return "".join(f"2026-01-{i % 28 + 1:02d},C{i:03d},1.5\n" for i in range(number))
