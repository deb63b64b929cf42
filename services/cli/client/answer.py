"""What has gone wrong at a gateway, told to who typed a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from brainshare_client import (
    BrainshareError,
    ConnectionFailed,
    NotFound,
    Refused,
    Unauthorized,
    UnreadableAnswer,
)
from services.cli.terminal.error import CliError, GatewayUnreachable, RequestRefused

KEY_HINT = "commands send the key in BRAINSHARE_API_KEY"
NAME_ANOTHER = "start one with `brainshare up`, or name another with --url or BRAINSHARE_URL"


@contextmanager
def telling(absence: str | None = None) -> Iterator[None]:
    """Tell what goes wrong in the block as the command's own errors.

    Args:
        absence: What is known of a gateway that does not answer; None for what can always be done.

    Raises:
        CliError: Something has gone wrong.
    """
    try:
        yield
    except BrainshareError as error:
        raise describe(error, absence) from error


def describe(error: BrainshareError, absence: str | None = None) -> CliError:
    """What has gone wrong, as an error of a command.

    Args:
        absence: As of `telling`.
    """
    match error:
        case Unauthorized():
            return RequestRefused(f"{error.status}: {_complain(error)}; {KEY_HINT}")
        case NotFound():
            return RequestRefused(_complain(error))
        case Refused():
            return RequestRefused(f"{error.status}: {_complain(error)}")
        case UnreadableAnswer() if error.status >= HTTPStatus.MULTIPLE_CHOICES:
            return RequestRefused(str(error))
        case ConnectionFailed():
            return GatewayUnreachable(
                f"no gateway answers at {error.url}: {absence or NAME_ANOTHER}"
            )
        case _:
            return CliError(str(error))


def _complain(error: Refused) -> str:
    """What the gateway says, each field once."""
    fields = (f"{e.pointer}: {e.message}" if e.pointer else e.message for e in error.fields)
    untold = (field for field in fields if field not in error.detail)
    return "; ".join((error.detail, *untold))
