"""Mends the punctuation of JSON as models write it that no schema holds. No value is touched.

A comma before the end of a list, a comment, quotes and names as Python or JavaScript have them,
and closing brackets that are missing after the last one. A value that is cut off, doubled commas
and quotes in quotes stay as they are: what was meant there would be a guess.
"""

import re

STRING = r'"(?:[^"\\]|\\.)*"'
COMMENT = r"//[^\n]*|/\*.*?\*/"
SLIP = re.compile(
    rf"(?P<string>{STRING})"
    r"|(?P<single>'(?:[^'\\\n]|\\.)*'(?=\s*[,:}\]]))"
    rf"|(?P<comment>{COMMENT})"
    rf"|(?P<comma>,(?=(?:\s|{COMMENT})*[}}\]]))"
    r"|(?P<name>\b(?:True|False|None)\b)"
    r"|(?P<bare>(?<=[{,\s])[A-Za-z_]\w*(?=\s*:))",
    re.DOTALL,
)
BRACKET = re.compile(rf"{STRING}|[{{}}\[\]]", re.DOTALL)
ESCAPE = re.compile(r"\\(.)", re.DOTALL)
NAMES = {"True": "true", "False": "false", "None": "null"}
CLOSING = {"{": "}", "[": "]"}


def mend(text: str) -> str:
    """The text with the punctuation of JSON."""
    return SLIP.sub(_mend, text)


def close(text: str) -> str:
    """The text with the brackets that are missing at its end, where it ends with a bracket.

    What follows the last bracket is left out: the end of a code block, for instance.
    """
    end = max(text.rfind("}"), text.rfind("]")) + 1
    if text[end:].strip(" \r\n\t`"):
        return text
    return text[:end] + "".join(CLOSING[text[place]] for place in reversed(list_open(text[:end])))


def list_open(text: str) -> list[int]:
    """Where the brackets of a text are that are not closed, the outermost first."""
    places: list[int] = []
    for match in BRACKET.finditer(text):
        token = match[0]
        if token in CLOSING:
            places.append(match.start())
        elif places and token == CLOSING[text[places[-1]]]:
            places.pop()
    return places


def _mend(match: re.Match[str]) -> str:
    token = match[0]
    match match.lastgroup:
        case "string":
            return ESCAPE.sub(lambda found: "'" if found[1] == "'" else found[0], token)
        case "single":
            return _requote(token[1:-1])
        case "name":
            return NAMES[token]
        case "bare":
            return f'"{token}"'
    return " "


def _requote(body: str) -> str:
    kept = ESCAPE.sub(lambda found: "'" if found[1] == "'" else found[0], body)
    return '"' + re.sub(r'(?<!\\)"', r"\"", kept) + '"'
