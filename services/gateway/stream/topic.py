"""Which jobs a follower wants: all, some by their ids, or those of some tables. Pure."""

import re
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue

from schemas.kafka.headers import cut
from services.gateway.access.principal import Grant
from services.gateway.api.problem import refuse_parameter
from services.gateway.stream.change_notifier import EVERY

ALL = "jobs"
OF_JOB = "job:"
OF_TABLE = "table:"
MOST = 100
FORMS = f"`{ALL}`, `{OF_JOB}ID` and `{OF_TABLE}TABLE_ID`, separated by commas"

TABLE_ID = re.compile("[A-Za-z0-9_-]{1,128}", re.ASCII)
ONE = "(jobs|job:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|table:[A-Za-z0-9_-]{1,128})"
SHAPE: dict[str, JsonValue] = {"pattern": f"^{ONE}(,{ONE}){{0,{MOST - 1}}}$"}
"""For who generates requests; what is wrong is said in words."""


@dataclass(frozen=True)
class Topics:
    """What is wanted.

    Attributes:
        grant: What may be told of at all, where a stream token bounds it.
    """

    is_all: bool
    job_ids: frozenset[str]
    table_ids: frozenset[str]
    grant: Grant | None = None

    @property
    def named(self) -> list[str]:
        """The jobs, where nothing but jobs is named."""
        if self.grant and self.grant.job_ids is not None:
            return sorted(self.grant.job_ids)
        return [] if self.is_all or self.table_ids else sorted(self.job_ids)

    @property
    def watched(self) -> list[str]:
        """Whose changes are news."""
        return self.named or [EVERY]

    def cover(self, job_id: str, table_id: str) -> bool:
        """Whether a job is wanted."""
        if self.grant and not self.grant.covers(job_id):
            return False
        return self.is_all or job_id in self.job_ids or table_id in self.table_ids


def read_topics(text: str, grant: Grant | None) -> Topics:
    """Read what a follower asks for.

    Raises:
        ProblemError: 422.
    """
    asked = [word.strip() for word in text.split(",")]
    if len(asked) > MOST:
        raise refuse_parameter("topics", f"names more than {MOST}; `{ALL}` means all")
    jobs = [_read_id(word) for word in asked if word.startswith(OF_JOB)]
    tables = [_read_table(word) for word in asked if word.startswith(OF_TABLE)]
    for word in asked:
        if word != ALL and not word.startswith((OF_JOB, OF_TABLE)):
            raise refuse_parameter("topics", f"{cut(word, 64)!r} is none of {FORMS}")
    return Topics(ALL in asked, frozenset(jobs), frozenset(tables), grant)


def _read_table(word: str) -> str:
    table_id = word.removeprefix(OF_TABLE)
    if not TABLE_ID.fullmatch(table_id):
        raise refuse_parameter("topics", f"{cut(word, 64)!r} names no table id")
    return table_id


def _read_id(word: str) -> str:
    try:
        return str(UUID(word.removeprefix(OF_JOB)))
    except ValueError as error:
        raise refuse_parameter("topics", f"{cut(word, 64)!r} names no job id") from error
