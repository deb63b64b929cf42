"""What goes wrong, by what failed alike, and what is decided of it."""

from brainshare_client.exchange.answer import as_contract
from brainshare_client.exchange.call import Call, path_of, read_from, send_to
from schemas.api.error_group import ErrorGroup, ErrorGroupDetail, ErrorGroupPage


def page(
    *, state: str | None = None, source: str | None = None, tenant: str | None = None
) -> Call[ErrorGroupPage]:
    """Errors, the one that was seen last first."""
    asked = {"state": state, "source": source, "tenant": tenant}
    return read_from(path_of("errors"), as_contract(ErrorGroupPage), **asked)


def get(fingerprint: str) -> Call[ErrorGroupDetail]:
    """One error, with the latest of its kind."""
    return read_from(path_of("errors", fingerprint), as_contract(ErrorGroupDetail))


def resolve(fingerprint: str, *, reason: str = "") -> Call[ErrorGroup]:
    """Call one mended. Seen again, it has regressed."""
    return _decide(fingerprint, "resolve", reason)


def mute(fingerprint: str, *, reason: str = "") -> Call[ErrorGroup]:
    """Say no more of one, however often it is seen."""
    return _decide(fingerprint, "mute", reason)


def reopen(fingerprint: str, *, reason: str = "") -> Call[ErrorGroup]:
    """Take back what was decided of one."""
    return _decide(fingerprint, "reopen", reason)


def _decide(fingerprint: str, verb: str, reason: str) -> Call[ErrorGroup]:
    path = path_of("errors", fingerprint, verb)
    return send_to(path, as_contract(ErrorGroup), {"reason": reason})
