"""Finds out who makes a request, by one indexed read that holds for some seconds."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import NoReturn

from services.gateway.access.api_key import StoredKey, digest_key, find_id
from services.gateway.access.api_key_store import find_key, note_use
from services.gateway.access.principal import LOCAL, Principal
from services.gateway.access.wrong_key_rate import WrongKeyRate
from services.gateway.api.problem import ProblemError
from services.gateway.database.database import Database, DatabaseUnavailableError
from services.telemetry.log import get_log
from services.telemetry.metric import HTTP_DENIED

FRESH_S = 5.0
"""For how long what was read of a key holds: so soon every gateway hears of a revoked one."""

USED_EVERY = timedelta(minutes=1)
"""How exactly the last use of a key is kept, so that reading does not write."""

MOST_KEPT = 1_000
CHALLENGE = 'Bearer realm="brainshare"'
HOW = "send a key as Authorization: Bearer bsk_..."
WHY = {
    "unknown": "the API key is not known",
    "revoked": "the API key was revoked",
    "expired": "the API key has expired",
}

WhyNot = Callable[[StoredKey, datetime], str | None]

log = get_log()


@dataclass(frozen=True)
class Known:
    """A key as it was read; holds until then by the clock, in seconds."""

    key: StoredKey
    until_s: float


class Authentication:
    """Tells who makes a request.

    Args:
        is_required: Whether everybody is asked for a key; otherwise who sends none is local.
        most_wrong: Wrong keys that an address may send in a minute; 0 for as many as it likes.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        *,
        is_required: bool,
        most_wrong: int = 0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._is_required = is_required
        self._clock = clock
        self._wrong = WrongKeyRate(most_wrong, clock)
        self._known: OrderedDict[str, Known] = OrderedDict()
        self._notes: set[asyncio.Task[None]] = set()

    async def identify(self, authorization: str | None, address: str = "") -> Principal:
        """Who sends this header.

        Args:
            address: Whence it comes, as far as that is known. Who has sent many wrong keys is not
                looked at for a while; a key that has been good here is: others may be behind the
                same address.

        Raises:
            ProblemError: 401; it is no key, or one that does not go, or one is missing. 429; too
                many of these came from there.
            DatabaseUnavailableError: Whose the key is cannot be read.
        """
        if authorization is None:
            return self._take_stranger()
        scheme, _, secret = authorization.partition(" ")
        shown = secret.strip() if scheme.lower() == "bearer" else ""
        digest = digest_key(shown)
        if digest not in self._known:
            self._wrong.admit(address)
        try:
            return await self._look_up(find_id(shown), digest)
        except ProblemError:
            self._known.pop(digest, None)
            self._wrong.note(address)
            raise

    async def _look_up(self, key_id: str | None, digest: str) -> Principal:
        if key_id is None:
            _refuse("malformed", f"the Authorization header holds no API key: {HOW}")
        key = await self._find(key_id, digest, lambda key, now: key.why_refused(digest, now))
        if key is None:
            _refuse("unknown", f"{WHY['unknown']}: {HOW}")
        return self._take(key, key.why_refused(digest, self._now()))

    async def identify_holder(self, key_id: str) -> Principal:
        """Who has shown this key before.

        Raises:
            ProblemError: 401; it is gone, or does not go any more.
            DatabaseUnavailableError: Whose the key is cannot be read.
        """
        key = await self._find(key_id, key_id, StoredKey.why_ended)
        if key is None:
            _refuse("unknown", WHY["unknown"])
        return self._take(key, key.why_ended(self._now()))

    def forget(self) -> None:
        """Read every key again: one of them was changed here."""
        self._known.clear()

    async def wait_for_notes(self) -> None:
        """Wait until what was used is noted."""
        await asyncio.gather(*self._notes)

    def _take_stranger(self) -> Principal:
        if self._is_required:
            HTTP_DENIED.labels("no key").inc()
            detail = f"an API key is needed: {HOW}; `brainshare keys create` makes one"
            headers = {"WWW-Authenticate": CHALLENGE}
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "no-api-key", detail, headers=headers)
        return LOCAL

    def _take(self, key: StoredKey, why: str | None) -> Principal:
        if why is not None:
            log.info("key_refused", key=key.key_id, reason=why)
            _refuse(why, WHY[why])
        return Principal(key.tenant, key.role, key.key_id, key.name)

    async def _find(self, key_id: str, shown: str, why_not: WhyNot) -> StoredKey | None:
        """The key.

        Args:
            shown: What it is kept by: the digest of all of it, or the id alone.
            why_not: Why it is refused; such a key is read again each time.
        """
        now_s = self._clock()
        known = self._known.get(shown)
        if known is not None and now_s < known.until_s:
            return known.key
        key = await self._database.read(find_key, key_id)
        if key is not None and why_not(key, self._now()) is None:
            self._keep(shown, Known(key, now_s + FRESH_S))
            self._note_use(key)
        return key

    def _keep(self, shown: str, known: Known) -> None:
        self._known[shown] = known
        self._known.move_to_end(shown)
        if len(self._known) > MOST_KEPT:
            self._known.popitem(last=False)

    def _note_use(self, key: StoredKey) -> None:
        now = self._now()
        if key.last_used_at is not None and now - key.last_used_at < USED_EVERY:
            return
        note = asyncio.create_task(self._write_use(key.key_id, now))
        self._notes.add(note)
        note.add_done_callback(self._notes.discard)

    async def _write_use(self, key_id: str, now: datetime) -> None:
        try:
            await self._database.write(note_use, key_id, now)
        except DatabaseUnavailableError as error:
            log.warning("use_of_key_not_noted", key=key_id, error=str(error))


def _refuse(reason: str, detail: str) -> NoReturn:
    HTTP_DENIED.labels(f"{reason} key").inc()
    headers = {"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'}
    raise ProblemError(HTTPStatus.UNAUTHORIZED, "api-key-refused", detail, headers=headers)
