"""How `brainshare audit` fails. Both end with exit code 1, as any check that finds something."""

from services.cli.terminal.error import CliError


class AuditFailed(CliError):
    """Jobs are lost, doubled or from nowhere."""

    exit_code = 1


class AuditImpossible(CliError):
    """The topics cannot be read, so nothing is known."""

    exit_code = 1
