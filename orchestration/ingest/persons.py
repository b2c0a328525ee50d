"""People's keys in the lake: forgetting a person, and changing the secret that keys are made with.

What belongs here: which persons are forgotten, with which secret the lake was written, and the
rewriting of personal columns. What does not: replacing ids on arrival (casts.py), or rewriting as
such (upkeep.py).

A person's key is HMAC-SHA256 of the id, by the first of OUTTURN_PERSON_KEY's secrets and then, of
the result, by each further one. Forgetting draws a salt and puts SHA-256 of salt and first hash in
the place of the first hash: rows of one person still belong together, but no longer to the id.
The lake knows whom it forgot by SHA-256 of the first hash, so that the person stays forgotten when
old files land again.
"""

import hashlib
import hmac
import json
import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
from pyiceberg.catalog import Catalog

from orchestration.ingest import casts, duck, lake, spark, upkeep
from orchestration.ingest.feeds import Feed
from orchestration.ingest.landing import LandingFile, look
from orchestration.ingest.reasons import CONTENT_ERRORS, UnreadableFile
from orchestration.ingest.staging import batches, now
from orchestration.settings import Settings

log = logging.getLogger(__name__)

# Of a table: the fingerprint of the secrets its keys are made with.
SECRETS = "outturn.person_key"
# Of the lake: a forgetting that is under way.
UNDER_WAY = "outturn.forgetting"


class PersonKeyError(RuntimeError):
    """The lake was written with other secrets; the message says what to set or run."""


@dataclass(frozen=True)
class Named:
    """Landing files that still name a person, and those that cannot be read to see."""

    naming: list[str]
    unreadable: list[str]


def key_of(keys: Iterable[str], person: str) -> str:
    """A person's key: HMAC-SHA256 by each secret in turn, as lower-case hex."""
    for key in keys:
        person = hmac.digest(key.encode(), person.encode(), "sha256").hex()
    return person


def fingerprint(keys: Iterable[str]) -> str:
    """What tells secrets apart without telling them."""
    return key_of(keys, "the secrets of this lake")[:16]


def resume(settings: Settings) -> None:
    """End a forgetting that was interrupted. Raises PersonKeyError where the lake was written with
    other secrets than the night's."""
    with lake.open_catalog(settings) as catalog:
        _sever(settings, catalog)
        for table in _tables(catalog):
            if table.properties.get(SECRETS) not in (None, fingerprint(settings.person_keys)):
                raise PersonKeyError(
                    f"{lake.name_of(table)} was written with another OUTTURN_PERSON_KEY: set the "
                    "one it was written with, or both as '<old>,<new>' and run make rotate-key"
                )


def forget(settings: Settings, person: str) -> dict[str, int]:
    """Put a key that leads to nobody in the place of a person's, in the whole lake; what it held
    before goes, and the warehouse with it. Returns how many rows of which tables named the person.

    person: the id, as feeds tell it.
    """
    first = key_of(settings.person_keys[:1], person)
    known = hashlib.sha256(first.encode()).hexdigest()
    with lake.open_catalog(settings) as catalog:
        _sever(settings, catalog)
        salt = lake.forgotten(catalog).get(known) or secrets.token_hex()
        severed = hashlib.sha256(f"{salt}{first}".encode()).hexdigest()
        present, future = (key_of(settings.person_keys[1:], key) for key in (first, severed))
        under_way = {"from": hashlib.sha256(present.encode()).hexdigest(), "to": future}
        lake.set_properties(
            catalog, {lake.FORGOTTEN + known: salt, UNDER_WAY: json.dumps(under_way)}
        )
        return _sever(settings, catalog)


def rotate(settings: Settings) -> None:
    """Add the last secret of OUTTURN_PERSON_KEY to all keys in the lake, which was written with
    those before it. Interrupted, it goes on where it was.

    Raises PersonKeyError where there is no second secret, or the lake was written with others.
    """
    *old, new = settings.person_keys
    if not old:
        raise PersonKeyError("set OUTTURN_PERSON_KEY to '<old>,<new>': the new secret comes last")
    before, after = fingerprint(old), fingerprint(settings.person_keys)
    with lake.open_catalog(settings) as catalog:
        _sever(settings, catalog)
        tables = list(_tables(catalog))
        for table in tables:
            if table.properties.get(SECRETS) not in (None, before, after):
                raise PersonKeyError(
                    f"{lake.name_of(table)} was written with neither '<old>' nor '<old>,<new>'"
                )
        _let_go(settings)
        for table in tables:
            if table.properties.get(SECRETS) != after:
                columns = _personal(table)
                changes = {column: casts.keyed(duck.name(column), new) for column in columns}
                files = [[file] for file in lake.planned(table)]
                upkeep.rewrite(settings, table, files, changes=changes, properties={SECRETS: after})
            upkeep.expire(table)


def landing_files_naming(
    settings: Settings,
    feeds: Mapping[str, Feed],
    person: str,
    clock: Callable[[], datetime] = now,
) -> Named:
    """The landing files that name a person in a personal column."""
    named = Named([], [])
    with closing(duck.connect(settings)) as connection:
        casts.install(connection, settings.person_keys)
        for feed in feeds.values():
            if not feed.personal:
                continue
            found = look(settings.landing, feed, clock(), {})
            named.unreadable.extend([*found.unreadable, *found.waiting])
            for file in found.files:
                try:
                    if any(_naming(connection, feed, file, person)):
                        named.naming.append(file.file)
                except CONTENT_ERRORS:
                    named.unreadable.append(file.file)
    return named


def _naming(
    connection: duckdb.DuckDBPyConnection, feed: Feed, file: LandingFile, person: str
) -> Iterator[bool]:
    texts = [
        casts.clean(f"t{i}", feed.null_text)
        for i, column in enumerate(feed.columns)
        if column.personal
    ]

    def refuse(file: LandingFile, reason: str) -> None:
        raise UnreadableFile(reason)

    for batch in batches(feed, [file], refuse):
        batch.prepare(connection)
        is_named = " OR ".join(f"{text} = $person" for text in texts)
        query = f"SELECT coalesce(bool_or({is_named}), false) FROM ({batch.relation})"
        yield connection.execute(query, {"person": person}).fetchall()[0][0]


def _tables(catalog: Catalog) -> Iterator[lake.Table]:
    """The tables that name persons, whether their feed is still declared or not."""
    return (table for table in lake.tables(catalog) if _personal(table))


def _personal(table: lake.Table) -> list[str]:
    """The columns that hold keys of persons: their names say so (feeds.py)."""
    return [field.name for field in table.schema().fields if field.name.endswith("_key")]


def _sever(settings: Settings, catalog: Catalog) -> dict[str, int]:
    """Do what a forgetting that is under way asks for; done again, it changes nothing.

    Returns how many rows of which tables changed.
    """
    told = lake.get_properties(catalog).get(UNDER_WAY)
    if told is None:
        return {}
    _let_go(settings)
    under_way = json.loads(told)
    gone, severed = duck.text(under_way["from"]), duck.text(under_way["to"])
    rows = {}
    for table in _tables(catalog):
        changes = {
            column: f"CASE sha256({duck.name(column)}) WHEN {gone} THEN {severed} "
            f"ELSE {duck.name(column)} END"
            for column in _personal(table)
        }
        files = {str(lake.path_of(file.file_path)): file for file in lake.planned(table)}
        held = _rows_holding(settings, files, _personal(table), gone)
        if held:
            upkeep.rewrite(settings, table, [[files[path]] for path in held], changes=changes)
            rows[lake.name_of(table)] = sum(held.values())
        upkeep.expire(table)
    lake.set_properties(catalog, {}, [UNDER_WAY])
    return rows


def _rows_holding(
    settings: Settings, files: Iterable[str], columns: Iterable[str], gone: str
) -> dict[str, int]:
    """How many rows of which files hold the key of this hash in a personal column."""
    paths = duck.paths(files)
    names = [duck.name(column) for column in columns]
    empty = ", ".join(f"NULL::VARCHAR AS {name}" for name in names)
    held = " OR ".join(f"sha256({name}) = {gone}" for name in names)
    with closing(duck.connect(settings)) as connection:
        return dict(
            connection.execute(
                f"""
                SELECT filename, count(*) FROM (
                    SELECT {empty} WHERE false
                    UNION ALL BY NAME
                    SELECT * FROM read_parquet(
                        {paths}, filename = true, union_by_name = true, hive_partitioning = false
                    )
                ) WHERE {held} GROUP BY filename
                """
            ).fetchall()
            if files
            else []
        )


def _let_go(settings: Settings) -> None:
    """Remove what was made of the lake and is made again: it holds keys that are to go."""
    for file in (settings.warehouse, Path(f"{settings.warehouse}.wal")):
        file.unlink(missing_ok=True)
    shutil.rmtree(settings.staged, ignore_errors=True)
    if settings.spark:
        spark.remove(settings.spark)
