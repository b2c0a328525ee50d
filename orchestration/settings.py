"""The settings of a night, read from the environment: here and nowhere else.

What belongs here: names of environment variables, their defaults, and the places inside the data
folder. What does not: anything that opens or creates a file.
"""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEVELOPMENT_PERSON_KEY = "outturn-development-key"


class SettingsError(ValueError):
    """A setting in the environment cannot be used; the message says which and what to write."""


@dataclass(frozen=True)
class Spark:
    """An Apache Spark cluster that makes the models.

    host, port: of its Thrift server.
    warehouse: the folder of its tables. The cluster sees it, and the lake, where this machine does.
    """

    host: str
    port: int
    warehouse: Path


@dataclass(frozen=True)
class Settings:
    """Where a night works and with what.

    data: the folder that holds everything a company's warehouse consists of.
    as_of: the last day whose data counts; None asks for the last complete day.
    person_key: the secret of the HMAC that replaces person ids; after a rotation, all of them in
        turn, with commas between.
    memory_limit: DuckDB's, as DuckDB spells it ("4GB").
    threads: DuckDB's.
    webhook_url: where alerts go; None logs them only.
    spark: the cluster that makes the models; None makes them in DuckDB.
    """

    data: Path
    as_of: date | None
    person_key: str
    memory_limit: str
    threads: int
    webhook_url: str | None = None
    spark: Spark | None = None

    @property
    def limits(self) -> dict[str, str | int]:
        """What whoever opens DuckDB gives it as its configuration."""
        return {"memory_limit": self.memory_limit, "threads": self.threads}

    @property
    def target(self) -> str:
        """The engine that makes the models, as dbt's profile names it."""
        return "spark" if self.spark else "duckdb"

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    @property
    def landed(self) -> Path:
        return self.data / "landed.json"

    @property
    def staged(self) -> Path:
        return self.data / "staged"

    @property
    def lake(self) -> Path:
        return self.data / "lake"

    @property
    def warehouse(self) -> Path:
        return self.data / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.data / "published"

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"

    @property
    def runs(self) -> Path:
        return self.data / "runs"

    @property
    def person_keys(self) -> list[str]:
        return self.person_key.split(",")

    @property
    def has_development_key(self) -> bool:
        return self.person_keys[-1] == DEVELOPMENT_PERSON_KEY


def read_settings() -> Settings:
    """Read the settings from the environment.

    Raises SettingsError where a value cannot be understood.
    """
    as_of = os.environ.get("OUTTURN_AS_OF") or None
    threads = os.environ.get("OUTTURN_THREADS") or "2"
    try:
        as_of_date = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise SettingsError(f"OUTTURN_AS_OF is {as_of!r}: write a date as YYYY-MM-DD") from None
    if not threads.isdecimal() or threads == "0":
        raise SettingsError(f"OUTTURN_THREADS is {threads!r}: write a whole number above 0")
    person_key = os.environ.get("OUTTURN_PERSON_KEY") or DEVELOPMENT_PERSON_KEY
    if "" in person_key.split(","):
        raise SettingsError(
            "OUTTURN_PERSON_KEY has an empty part: write one secret, or <old>,<new>"
        )
    webhook_url = os.environ.get("OUTTURN_WEBHOOK_URL") or None
    if webhook_url is not None and not webhook_url.startswith(("http://", "https://")):
        raise SettingsError("OUTTURN_WEBHOOK_URL is no address: it must begin with https://")
    return Settings(
        data=Path(os.environ.get("OUTTURN_DATA") or PROJECT / "data").absolute(),
        as_of=as_of_date,
        person_key=person_key,
        memory_limit=os.environ.get("OUTTURN_MEMORY_LIMIT") or "4GB",
        threads=int(threads),
        webhook_url=webhook_url,
        spark=_read_spark(),
    )


def _read_spark() -> Spark | None:
    target = os.environ.get("OUTTURN_TARGET") or "duckdb"
    if target == "duckdb":
        return None
    if target != "spark":
        raise SettingsError(f"OUTTURN_TARGET is {target!r}: write duckdb or spark")
    port = os.environ.get("OUTTURN_SPARK_PORT") or "10000"
    if not port.isdecimal():
        raise SettingsError(f"OUTTURN_SPARK_PORT is {port!r}: write a whole number")
    warehouse = os.environ.get("OUTTURN_SPARK_WAREHOUSE")
    if not warehouse:
        raise SettingsError("OUTTURN_SPARK_WAREHOUSE is missing: write a folder the cluster sees")
    return Spark(
        host=os.environ.get("OUTTURN_SPARK_HOST") or "127.0.0.1",
        port=int(port),
        warehouse=Path(warehouse).absolute(),
    )
