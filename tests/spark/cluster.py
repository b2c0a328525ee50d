"""An Apache Spark cluster on this machine: one Master, two Workers and their Thrift server.

What belongs here: starting them from the pyspark package, on loopback and in scratch folders,
killing a worker, and stopping everything. What does not: what is made on them.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pyspark
from pyhive import hive
from tenacity import (
    retry,
    retry_if_exception_type,
    retry_if_result,
    stop_after_delay,
    wait_fixed,
)
from thrift.transport.TTransport import TTransportException

HOST = "127.0.0.1"
HOME = Path(pyspark.__file__).parent
WORKERS = 2
DEPLOY = "org.apache.spark.deploy"
THRIFT_SERVER = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
# For tables of few rows: compiling a query takes longer than they do.
FEW_ROWS = {
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
}


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    port: of its Thrift server. workers: their processes; each leads a group that its executors
    belong to. folder: all that the cluster writes, logs and tables.
    """

    port: int
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse"

    @property
    def variables(self) -> dict[str, str]:
        """What says in the environment that it makes the models."""
        return {
            "OUTTURN_TARGET": "spark",
            "OUTTURN_SPARK_PORT": str(self.port),
            "OUTTURN_SPARK_WAREHOUSE": str(self.warehouse),
        }

    @property
    def log(self) -> str:
        """What the Thrift server, which drives the executors, says so far."""
        return (self.folder / "thrift.log").read_text(encoding="utf-8")

    def query(self, statement: str) -> list[tuple]:
        """What the cluster answers to one statement."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def kill_worker(self) -> None:
        """Kill a worker with its executor at once, as a machine dies."""
        os.killpg(self.workers[-1].pid, signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """What its living processes have used so far, of all cores."""
        ticks = 0
        for stat in _processes(self.folder, "stat"):
            # The name before them is in parentheses and may hold anything.
            counted = stat.rpartition(")")[2].split()
            ticks += int(counted[11]) + int(counted[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def connect(self) -> hive.Connection:
        """A session of the Thrift server."""
        return hive.connect(HOST, port=self.port, username="outturn")


@contextmanager
def running(folder: Path, options: Mapping[str, str] = FEW_ROWS) -> Iterator[Cluster]:
    """A cluster that works in a folder; at the end none of its processes is left.

    options: of the Thrift server, beside what places it.
    """
    master, thrift = _free_ports(2)
    url = f"spark://{HOST}:{master}"
    with ExitStack() as processes:

        def start(name: str, *command: str) -> subprocess.Popen[bytes]:
            return processes.enter_context(_process(folder, name, *command))

        start("master", "spark-class", f"{DEPLOY}.master.Master", *_at(master))
        workers = [
            start(
                f"worker-{number}", "spark-class", f"{DEPLOY}.worker.Worker", *_at(0),
                "--cores", "1", "--memory", "1g", "--work-dir", str(folder / "work"), url,
            )
            for number in range(WORKERS)
        ]  # fmt: skip
        server = start(
            "thrift", "spark-submit", "--master", url, "--class", THRIFT_SERVER,
            *_options(folder, options), "spark-internal",
            "--hiveconf", f"hive.server2.thrift.bind.host={HOST}",
            "--hiveconf", f"hive.server2.thrift.port={thrift}",
        )  # fmt: skip
        cluster = Cluster(thrift, workers, folder)
        _wait(cluster, server)
        yield cluster


@retry(
    retry=retry_if_exception_type(TTransportException),
    wait=wait_fixed(1),
    stop=stop_after_delay(300),
    reraise=True,
)
def _wait(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    """Wait until the Thrift server answers."""
    assert server.poll() is None, cluster.log[-5000:]
    cluster.connect().close()


@retry(
    retry=retry_if_result(bool),
    wait=wait_fixed(0.1),
    stop=stop_after_delay(10),
    retry_error_callback=lambda last: last.outcome.result(),
)
def left_of(folder: Path) -> list[str]:
    """The processes of a cluster that worked in a folder, once those just killed are gone."""
    return [command.replace("\0", " ") for command in _processes(folder, "cmdline")]


def _processes(folder: Path, file: str) -> Iterator[str]:
    """What a file of the system says of each process of a cluster that works in a folder."""
    mark = f"SPARK_LOCAL_DIRS={_scratch(folder)}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        # It may end, or be somebody else's.
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                yield (process / file).read_text()


def _at(port: int) -> list[str]:
    return ["--host", HOST, "--port", str(port), "--webui-port", "0"]


def _options(folder: Path, options: Mapping[str, str]) -> list[str]:
    configured = {
        "spark.log.level": "WARN",
        "spark.driver.memory": "1g",
        "spark.driver.host": HOST,
        "spark.driver.bindAddress": HOST,
        "spark.executor.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.locality.wait": "0",
        "spark.sql.warehouse.dir": str(folder / "default"),
        "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:metastore;create=true",
        **options,
    }
    return [text for name, value in configured.items() for text in ("--conf", f"{name}={value}")]


@contextmanager
def _process(folder: Path, name: str, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that leads a group of its own; the group is killed at the end.

    The system kills it too should this process die before.
    """
    program = HOME / "bin" / command[0]
    with (
        (folder / f"{name}.log").open("wb") as log,
        subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", str(program), *command[1:]],
            cwd=folder,
            env=_environment(folder),
            stdout=log,
            stderr=log,
            process_group=0,
        ) as process,
    ):
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _environment(folder: Path) -> Mapping[str, str]:
    scratch = _scratch(folder)
    scratch.mkdir(exist_ok=True)
    return os.environ | {
        "SPARK_HOME": str(HOME),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_LOCAL_DIRS": str(scratch),
        "JDK_JAVA_OPTIONS": f"-Djava.io.tmpdir={scratch} -XX:-UsePerfData -XX:+UseSerialGC",
    }


def _scratch(folder: Path) -> Path:
    return folder / "tmp"


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
