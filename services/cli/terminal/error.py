"""What can go wrong in the `brainshare` command, and the exit code each error ends with.

Exit codes are stable: 0 done, 1 any other failure, 2 wrong usage (click's own), then:

    CliError                1
    |-- PortTaken           3   something else listens on a port we were asked to use
    |-- DataDirInUse        4   another stack runs on this data folder
    |-- JarUnavailable      5   a jar of Kafka cannot be fetched, or is not the pinned one
    |-- BrokerFailed        6   the embedded Kafka does not start
    |-- ServiceFailed       7   a service does not become ready
    |-- GatewayUnreachable  8   no gateway answers
    |-- RequestRefused      9   the gateway refuses what was asked
    |-- JobFailed           10  the job ended, but not completed
    |-- TopicsUnfit         11  topics are missing or do not fit the settings
    |-- ReplayWorse         12  a comparison passes a limit, or lacks answers
    |-- SettingsWrong       78  a setting is not what it may be (sysexits' EX_CONFIG)
    `-- Interrupted        130  Ctrl-C: what was watched goes on
"""

from collections.abc import Sequence


class CliError(Exception):
    """A failure told to the user in one line: what is wrong, the value seen, what to do."""

    exit_code = 1

    def __init__(self, message: str, exit_code: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = self.exit_code if exit_code is None else exit_code


class PortTaken(CliError):
    """Something else listens on a port we were asked to use."""

    exit_code = 3


class DataDirInUse(CliError):
    """Another stack runs on this data folder."""

    exit_code = 4


class JarUnavailable(CliError):
    """A jar of Kafka cannot be fetched, or what came is not the pinned one."""

    exit_code = 5


class BrokerFailed(CliError):
    """The embedded Kafka does not start."""

    exit_code = 6


class ServiceFailed(CliError):
    """A service does not become ready."""

    exit_code = 7


class GatewayUnreachable(CliError):
    """No gateway answers."""

    exit_code = 8


class RequestRefused(CliError):
    """The gateway refuses what was asked."""

    exit_code = 9


class JobFailed(CliError):
    """The job ended, but not completed."""

    exit_code = 10


class TopicsUnfit(CliError):
    """Topics are missing, do not fit the settings, or cannot be looked at."""

    exit_code = 11


class ReplayWorse(CliError):
    """A comparison passes a limit, or lacks answers."""

    exit_code = 12


class SettingsWrong(CliError):
    """A setting is not what it may be. Each is a line of its own."""

    exit_code = 78


class Interrupted(CliError):
    """Ctrl-C. No failure: what was watched goes on."""

    exit_code = 130


def error_line(error: CliError) -> str:
    """What the user sees: one line, and for settings one for each."""
    if isinstance(error, SettingsWrong):
        return "\n".join(f"error: {line}" for line in error.message.splitlines())
    line = " ".join(error.message.split())
    return line if isinstance(error, Interrupted) else f"error: {line}"


def fail_together(failures: Sequence[CliError], count: int) -> None:
    """Fail if some of so many things have, each of which was told by itself.

    Raises:
        CliError: With the exit status of the first failure.
    """
    if failures:
        told = f"{len(failures)} of {count} did not go well, see above"
        raise CliError(told, exit_code=failures[0].exit_code)
