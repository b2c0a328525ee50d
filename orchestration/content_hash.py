"""The content hash of a table: equal for equal content, however it was made.

What belongs here: the definition of the hash. What does not: which tables have one (publish.py).
"""

import hashlib

import duckdb

# The lower half of 128 bits.
_LOW = 2**64 - 1


def content_hash(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Hash every column of every row of a table, whatever the order of its rows.

    A row becomes text: its values, in the order of the columns' names, each as its DuckDB text
    with the text's length and a colon before it; of null, the colon alone. The row's MD5 is read as
    two unsigned 64-bit numbers; each is added up over the rows, exactly, so that order does not
    matter and duplicates count. The hash is the SHA-256 of the columns' names and types, the number
    of rows, and the two sums.

    table: its quoted, qualified name in the connection.
    """
    columns = sorted(
        (name, kind) for name, kind, *_ in connection.execute(f"describe {table}").fetchall()
    )
    values = ", ".join(_text(name) for name, _ in columns)
    rows, low, high = connection.execute(
        f"""
        with hashed as (select md5_number(concat({values})) as number from {table})

        select
            count(*),
            coalesce(sum(cast(number & {_LOW} as ubigint)), 0),
            coalesce(sum(cast(number >> 64 as ubigint)), 0)
        from hashed
        """
    ).fetchone()
    return hashlib.sha256(repr((columns, rows, int(low), int(high))).encode()).hexdigest()


def _text(column: str) -> str:
    text = f'cast("{column}" as varchar)'
    return f"strlen({text}), ':', {text}"
