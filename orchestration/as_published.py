"""Text as it is published: a spreadsheet that opens a download of it runs no formula.

What belongs here: how a table's columns read once they are published. What does not: which tables
are (publish.py), or comparing them (reproduce.py).
"""

import duckdb

from orchestration.ingest.casts import NUMBER

# OWASP on CSV injection: what begins like this is a formula, or becomes one, unless a number.
_FORMULA = r"[=+@\t\r-](?s:.*)"


def as_published(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """The query of a relation as it is published: an apostrophe stands before every formula.

    relation: what may stand behind `from`. All text columns are treated alike, so that tables join
    as before.
    """
    columns = connection.execute(f"describe select * from {relation}").fetchall()
    texts = [f'{_harmless(name)} as "{name}"' for name, kind, *_ in columns if kind == "VARCHAR"]
    replaced = f" replace ({', '.join(texts)})" if texts else ""
    return f"select *{replaced} from {relation}"


def _harmless(name: str) -> str:
    text = f'"{name}"'
    return (
        f"case when regexp_full_match({text}, '{_FORMULA}')"
        f" and not regexp_full_match({text}, '{NUMBER}') then '''' || {text} else {text} end"
    )
