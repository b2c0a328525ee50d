"""The same typed table of OTLP spans, made by other engines in the way their users would write it.

What belongs here: one program an engine: python -m benchmarks.peers.with_<engine> LANDING TARGET
reads every OTLP/JSON line in a folder and writes the columns of spans.py as Parquet. What does not:
measuring them (benchmarks/ingest.py).
"""
