"""What no schema can say, and what is therefore no finding: each refusal by its own words."""

import re
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

UNSAYABLE = (
    # A cursor is sealed, or a place: whoever makes one up has none.
    "cursor: not a cursor that this list has given",
    # Two fields of a request that contradict each other, or one that says nothing.
    ".*stageState: .*say (of )?which",
    ".*to: .*is not after `from`",
    ".*until: it is not after since",
    ".*/url: ",
    ".*title: holds no word",
    # Which stages a job has, and whether its answers fit another table.
    ".*the job has no [a-z]+ stage",
    ".*the (columns|rows) are not the job's",
    # Whether a job is a replay of another, and how many results one has.
    ".*/replayJobId: .* is no replay of this job",
    # What is a limit, a rule, a control, and of which jobs a replay is.
    "failIf: .* is no limit",
    ".*/rule: .* is no rule",
    "control: ",
    ".*/jobIds: .* is no job of the replay",
    # A prompt in which nobody sees a character, or that is a text and a version.
    ".*prompt: (Value error, )?line [0-9]+: ",
    ".*prompt: .*say one of them",
    "version: there is none of this number",
    "filter: more than ",
    ".*give either jobIds or filter",
    ".*a discard says why",
    ".*the idempotency key stands for another",
    ".*another key than the one in the header",
    # A table that contradicts itself.
    ".*give a title, or columns of an existing table",
    ".*[0-9]+ cells, but the table has",
    ".*(no column has|more than one column has|given twice:) the name",
    ".*the id .* is given [0-9]+ times",
    ".*(rows alone need columns|rows need columns)",
    ".*is not a part of table, column, row",
    "the JSON is nested deeper than",
)
WORDS = re.compile("|".join(f"(?:{words})" for words in UNSAYABLE))


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Whether a failure is a finding."""
    if type(failure).__name__ == "AcceptedNegativeData" and case.path == "/v1/jobs/batch":
        # Each job is refused by itself, and stops no other.
        return not any(item["problem"] for item in response.json()["items"])
    is_refused = type(failure).__name__ == "RejectedPositiveData" and response.status_code == 422
    if not is_refused:
        return True
    return WORDS.match(response.json()["detail"].removeprefix("the request is not valid: ")) is None
