"""The lake: Apache Iceberg tables through PyIceberg, and the ledger in their properties.

What belongs here: the catalog, table schemas, one transaction a feed, and what a table's files are.
What does not: which files are new (staging.py), what is done to old ones (upkeep.py), and how the
warehouse sees them (raw.py).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pyiceberg.catalog import Catalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NoSuchTableError
from pyiceberg.expressions import In
from pyiceberg.manifest import DataFile
from pyiceberg.schema import Schema
from pyiceberg.table import Table
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    LongType,
    NestedField,
    StringType,
    TimestampType,
)

from orchestration.ingest.feeds import DECIMAL, Feed
from orchestration.ingest.ledger import Entry, Ledger, Withdrawal
from orchestration.settings import Settings

NAMESPACE = "raw"
FILE, REFUSED, WITHDRAWN = "outturn.file.", "outturn.refused.", "outturn.withdrawn."
# The staging that was committed last: how a commit that is repeated knows itself.
STAGING = "outturn.staging"
# Of the lake itself: whom it forgot (persons.py).
FORGOTTEN = "outturn.forgotten."
TYPES: dict[str, IcebergType] = {
    "string": StringType(),
    "boolean": BooleanType(),
    "bigint": LongType(),
    "double": DoubleType(),
    "date": DateType(),
    "timestamp": TimestampType(),
}
HOUSEKEEPING = {
    "write.metadata.previous-versions-max": "10",
    "write.metadata.delete-after-commit.enabled": "true",
    # Whole hashes, so that deleting a file's rows need not open files of other hashes.
    "write.metadata.metrics.column._file_sha256": "full",
    "write.parquet.compression-codec": "zstd",
}


class LakeError(RuntimeError):
    """The lake cannot take what is asked of it; the message says what to do."""


def open_catalog(settings: Settings) -> "closing[Catalog]":
    """The catalog, to be used in a with statement: SQLite in the lake's folder."""
    settings.lake.mkdir(parents=True, exist_ok=True)
    catalog = SqlCatalog(
        "outturn",
        uri=f"sqlite:///{settings.lake / 'catalog.db'}",
        warehouse=str(settings.lake),
    )
    catalog.create_namespace_if_not_exists(NAMESPACE)
    return closing(catalog)


def get_properties(catalog: Catalog) -> Mapping[str, str]:
    """The properties of the lake itself."""
    return catalog.load_namespace_properties(NAMESPACE)


def set_properties(
    catalog: Catalog, changed: Mapping[str, str], dropped: Iterable[str] = ()
) -> None:
    """Change and drop properties of the lake itself, all or none."""
    catalog.update_namespace_properties(NAMESPACE, set(dropped), dict(changed))


def forgotten(catalog: Catalog) -> dict[str, str]:
    """The salts of forgotten persons, by SHA-256 of their id's first hash."""
    return {
        key.removeprefix(FORGOTTEN): salt
        for key, salt in get_properties(catalog).items()
        if key.startswith(FORGOTTEN)
    }


def find_table(catalog: Catalog, feed: Feed) -> Table | None:
    """The feed's table, where it has one yet."""
    try:
        return catalog.load_table((NAMESPACE, feed.name))
    except NoSuchTableError:
        return None


def tables(catalog: Catalog) -> Iterator[Table]:
    """All tables of the lake, also those that nothing declares any more."""
    for namespace in catalog.list_namespaces():
        for identifier in catalog.list_tables(namespace):
            yield catalog.load_table(identifier)


def name_of(table: Table) -> str:
    """The table's name with its namespace: raw.focus."""
    return ".".join(table.name())


def ensure_table(catalog: Catalog, feed: Feed) -> Table:
    """The feed's table, with every declared column.

    Raises LakeError where a column is declared with another type than its files have.
    """
    table = find_table(catalog, feed)
    if table is None:
        fields = [
            NestedField(i, name, iceberg_type(kind), required=False)
            for i, (name, kind) in enumerate(feed.types.items(), start=1)
        ]
        return catalog.create_table(
            (NAMESPACE, feed.name), Schema(*fields), properties=HOUSEKEEPING
        )
    present = {field.name: field.field_type for field in table.schema().fields}
    changed = {
        name: f"{present[name]} in the lake, declared {kind}"
        for name, kind in feed.types.items()
        if name in present and present[name] != iceberg_type(kind)
    }
    if changed:
        raise LakeError(
            f"raw.{feed.name}: types changed: {changed}; give the column a new name, or rebuild "
            "the lake from the landing files"
        )
    missing = {name: kind for name, kind in feed.types.items() if name not in present}
    if missing:
        with table.update_schema() as update:
            for name, kind in missing.items():
                update.add_column(name, iceberg_type(kind))
    return table


def iceberg_type(data_type: str) -> IcebergType:
    """Iceberg's type for a declared one."""
    decimal = DECIMAL.fullmatch(data_type)
    if decimal:
        return DecimalType(int(decimal[1]), int(decimal[2]))
    return TYPES[data_type]


def read_ledger(table: Table | None) -> Ledger:
    """The books of a feed, from its table's properties."""
    ledger = Ledger()
    for key, value in (table.properties if table else {}).items():
        if key.startswith(FILE):
            ledger.files[key.removeprefix(FILE)] = Entry.from_json(json.loads(value))
        elif key.startswith(REFUSED):
            ledger.refused[key.removeprefix(REFUSED)] = Entry.from_json(json.loads(value))
        elif key.startswith(WITHDRAWN):
            content = json.loads(value)
            content["at"] = datetime.fromisoformat(content["at"])
            ledger.withdrawn[key.removeprefix(WITHDRAWN)] = Withdrawal(**content)
    return ledger


def write(
    table: Table,
    before: Ledger,
    after: Ledger,
    files: Iterable[Path],
    properties: Mapping[str, str] | None = None,
) -> None:
    """One transaction: rows of content that no name holds any more go, new files come, and the
    ledger and further properties say so. Nothing is written where nothing changes."""
    gone = after.settle(before)
    added = [str(file) for file in files]
    old, new = _properties(before), _properties(after)
    changed = {key: value for key, value in new.items() if old.get(key) != value}
    dropped = sorted(old.keys() - new.keys())
    if not (gone or added or changed or dropped):
        return
    changed |= properties or {}
    with table.transaction() as transaction:
        if gone:
            transaction.delete(In("_file_sha256", gone))
        if added:
            transaction.add_files(added, check_duplicate_files=False)
        if dropped:
            transaction.remove_properties(*dropped)
        if changed:
            transaction.set_properties(changed)


def replace(
    table: Table, gone: Iterable[DataFile], files: Iterable[Path], properties: Mapping[str, str]
) -> None:
    """One transaction: these data files go, and others come that hold their rows."""
    added = [str(file) for file in files]
    with table.transaction() as transaction:
        if added:
            with transaction.update_snapshot().overwrite() as overwritten:
                for file in gone:
                    overwritten.delete_data_file(file)
            transaction.add_files(added, check_duplicate_files=False)
        transaction.set_properties(dict(properties))


def expire(table: Table, snapshot_ids: list[int]) -> None:
    """Forget these snapshots; their files stay where they are."""
    table.maintenance.expire_snapshots().by_ids(snapshot_ids).commit()


def batch_paths(settings: Settings, table: Table, batch: str) -> tuple[Path, Path]:
    """Where a batch's rows and rejects lie in the lake; either may not exist."""
    rejects = rejects_path(settings, table.name()[-1], batch)
    return data_folder(table) / f"{batch}.parquet", rejects


def folder(table: Table) -> Path:
    """The folder of all the table's files."""
    return path_of(table.location())


def data_folder(table: Table) -> Path:
    """The folder of the table's data files."""
    return folder(table) / "data"


def path_of(location: str) -> Path:
    """The path of what Iceberg calls a location."""
    return Path(location.removeprefix("file://"))


def rejects_path(settings: Settings, feed: str, batch: str) -> Path:
    """Where the rejects of a batch lie, beside the lake's tables."""
    return settings.lake / "rejects" / feed / f"{batch}.parquet"


def planned(table: Table | None, snapshot_id: int | None = None) -> list[DataFile]:
    """The data files of a snapshot (default: the current one).

    Raises LakeError where the lake no longer has the snapshot, or one of its files.
    """
    if snapshot_id is not None and (table is None or table.snapshot_by_id(snapshot_id) is None):
        raise LakeError(
            f"an input is gone: the lake no longer has snapshot {snapshot_id}; forgetting a person "
            "and rotating the key remove history"
        )
    if table is None or table.current_snapshot() is None:
        return []
    files = [task.file for task in table.scan(snapshot_id=snapshot_id).plan_files()]
    gone = sorted(file.file_path for file in files if not path_of(file.file_path).exists())
    if gone:
        raise LakeError(
            f"an input is gone: {path_of(gone[0])} (and {len(gone) - 1} others); restore the lake "
            "from a backup"
        )
    return files


def data_files(table: Table | None, snapshot_id: int | None = None) -> set[str]:
    """The paths of `planned`."""
    return {str(path_of(file.file_path)) for file in planned(table, snapshot_id)}


def named_files(table: Table) -> set[Path]:
    """Every file of the table that its metadata names: metadata, manifests and data."""
    named = {
        table.metadata_location,
        *(entry.metadata_file for entry in table.metadata.metadata_log),
    }
    for snapshot in table.snapshots():
        named.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            named.add(manifest.manifest_path)
            entries = manifest.fetch_manifest_entry(table.io)
            named |= {entry.data_file.file_path for entry in entries}
    return {path_of(location) for location in named}


def snapshot_id(table: Table | None) -> int | None:
    """The current snapshot, or None while there is none."""
    snapshot = table.current_snapshot() if table else None
    return snapshot.snapshot_id if snapshot else None


def _properties(ledger: Ledger) -> dict[str, str]:
    def dump(content: dict[str, object]) -> str:
        return json.dumps(content, sort_keys=True, ensure_ascii=False)

    properties = {FILE + file: dump(entry.to_json()) for file, entry in ledger.files.items()}
    properties |= {REFUSED + file: dump(e.to_json()) for file, e in ledger.refused.items()}
    properties |= {
        WITHDRAWN + sha256: dump({"file": w.file, "status": w.status, "at": w.at.isoformat()})
        for sha256, w in ledger.withdrawn.items()
    }
    return properties
