"""One embedded broker: its files in the data folder, and how the supervisor runs it."""

import errno
import os
import shutil
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from services.cli.broker.fetch import ensure_jars
from services.cli.broker.jar import load_lock
from services.cli.broker.java import UTF8, java_argv
from services.cli.broker.probe import KafkaProbe
from services.cli.broker.properties import HOST, server_properties
from services.cli.broker.storage import format_storage, is_formatted, new_cluster_id
from services.cli.supervisor.environment import inherited_env
from services.cli.supervisor.spec import ServiceSpec
from services.cli.terminal.error import BrokerFailed
from services.cli.terminal.os_error import tell_os_error

NAME = "kafka"
STOP_GRACE_S = 20.0
LOGS = "kafka"
UNFINISHED = "kafka.unfinished"
OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)
"""What a rename says where something else is."""


@dataclass(frozen=True)
class KafkaBroker:
    """Apache Kafka in KRaft mode, broker and controller in one process.

    Attributes:
        data_dir: Absolute. Kafka's logs go to kafka/ in it, its own log to log/.
        classpath: The pinned jars.
    """

    data_dir: Path
    port: int
    controller_port: int
    classpath: tuple[Path, ...]

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def _log_dir(self) -> Path:
        return self.data_dir / LOGS

    def prepare(self) -> None:
        """Write the settings and, the first time, format the storage. Repeating it is harmless.

        Raises:
            BrokerFailed: Java does not start or Kafka refuses the folder.
        """
        (self.data_dir / "log").mkdir(parents=True, exist_ok=True)
        if not is_formatted(self._log_dir):
            self._format()
        self._write_properties("server.properties", LOGS)
        log_config = files(__package__).joinpath("log4j2.properties").read_text(encoding="utf-8")
        self._path("log4j2.properties").write_text(log_config, encoding="utf-8")

    def _format(self) -> None:
        # Under another name first, so that a format cut short is not taken for storage.
        shutil.rmtree(self._path(UNFINISHED), ignore_errors=True)
        config = self._write_properties("format.properties", UNFINISHED)
        args = ("format", "--cluster-id", new_cluster_id(), "--config", config.name)
        argv = java_argv(self.classpath, "kafka.tools.StorageTool", *args)
        format_storage(argv, self.data_dir, inherited_env() | UTF8)
        try:
            os.replace(self._path(UNFINISHED), self._log_dir)
        except OSError as error:
            raise BrokerFailed(self._tell(error)) from error
        config.unlink()

    def _tell(self, error: OSError) -> str:
        """Why the new storage did not get its place."""
        if error.errno in OCCUPIED:
            what = f"{self._log_dir} holds files but no Kafka storage: move it away"
            return f"{what}, or choose another folder with --data-dir"
        what = f"{self._path(UNFINISHED)} cannot be renamed to {self._log_dir}"
        return f"{what}: {tell_os_error(error)}"

    def _write_properties(self, name: str, logs: str) -> Path:
        path = self._path(name)
        # Relative to the folder it works in: Kafka takes a comma in a path for the end of it, and
        # its settings file for Latin-1 with escapes.
        text = server_properties(Path(logs), self.port, self.controller_port)
        path.write_text(text, encoding="utf-8")
        return path

    def _path(self, name: str) -> Path:
        return self.data_dir / name

    def spec(self) -> ServiceSpec:
        flags = (
            "-Dlog4j2.configurationFile=log4j2.properties",
            "-Dbrainshare.log=log/kafka-server.log",
        )
        return ServiceSpec(
            name=NAME,
            argv=tuple(java_argv(self.classpath, "kafka.Kafka", "server.properties", flags=flags)),
            env=UTF8,
            folder=self.data_dir,
            probe=KafkaProbe(HOST, self.port),
            address=self.address,
            stop_grace_s=STOP_GRACE_S,
            start_limit=1,
            failure=BrokerFailed,
        )


def prepare_broker(data_dir: Path, port: int, controller_port: int) -> KafkaBroker:
    """Fetch what is missing and make the data folder ready for a broker on these ports.

    Raises:
        JarUnavailable: A jar cannot be fetched.
        BrokerFailed: Java does not start or Kafka refuses the folder.
    """
    classpath = tuple(ensure_jars(load_lock(), data_dir.absolute() / "jars"))
    broker = KafkaBroker(data_dir.absolute(), port, controller_port, classpath)
    broker.prepare()
    return broker
