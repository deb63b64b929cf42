"""What is wrong with a value that somebody sent, in plain words: a sentence a type of error."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

from schemas.tag import TAGS_PATTERN
from schemas.tenant import TENANT_PATTERN

WHOLE_NUMBER = "must be a whole number"
NUMBER = "must be a number"
TRUTH = "must be true or false"
TEXT = "must be a text"
LIST = "must be a list"
OBJECT = "must be an object"
UUID = "must be a UUID, such as 0b5d4e1e-8f3c-4c1a-9c1e-2f0d7a6b5c4d"
MOMENT = "must be a moment with its zone, such as 2026-01-02T03:04:05Z"

SENTENCES: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here: leave it out, or correct its name",
    "json_invalid": "is no JSON: {error}",
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dict_type": OBJECT,
    "tuple_type": LIST,
    "list_type": LIST,
    "frozen_set_type": LIST,
    "too_short": "must have {min_length} or more items, not {actual_length}",
    "too_long": "must have at most {max_length} items, not {actual_length}",
    "string_type": TEXT,
    "string_unicode": "must be a text in UTF-8",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must have the form {pattern}",
    "int_type": WHOLE_NUMBER,
    "int_parsing": WHOLE_NUMBER,
    "int_parsing_size": "must be a whole number of fewer digits",
    "int_from_float": WHOLE_NUMBER,
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": "must be a number that is not infinite",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "bool_type": TRUTH,
    "bool_parsing": TRUTH,
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "uuid_type": UUID,
    "uuid_parsing": UUID,
    "datetime_type": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_object_invalid": MOMENT,
    "timezone_aware": MOMENT,
}
"""By the types of https://docs.pydantic.dev/latest/errors/validation_errors/, with their limits."""

FORMS: Mapping[str, str] = {
    r"\S": "must not be blank",
    r"^[0-9a-f]{12}$": "must be 12 characters from 0 to 9 and a to f",
    r"^[A-Za-z0-9_-]{1,128}$": "must be 1 to 128 letters from A to Z, digits, - or _",
    TENANT_PATTERN: "must be 1 to 63 small letters, digits, - or _, the first no - or _",
    TAGS_PATTERN: "must be tags with a comma between them, of 1 to 64 characters each",
}
"""The patterns of our models, in words."""

OWN = ("value_error", "assertion_error")
"""Our own checks, which say it themselves."""
PREFIXES = ("Value error, ", "Assertion failed, ")


def tell_wrong(details: ErrorDetails) -> str:
    """What is wrong with a value, to stand behind the name of its field."""
    limits = details.get("ctx", {})
    if (form := FORMS.get(str(limits.get("pattern")))) is not None:
        return form
    sentence = SENTENCES.get(details["type"])
    if sentence is not None:
        return sentence.format_map(limits).removesuffix(", not None")
    message = details["msg"]
    for prefix in PREFIXES:
        message = message.removeprefix(prefix)
    return message
