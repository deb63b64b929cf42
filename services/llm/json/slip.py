"""Mends the punctuation of JSON as models write it that no schema holds. No value is touched.

Commas that are missing or too many, comments, white space that JSON does not know, quotes and names
as Python, JavaScript or a word processor have them, backslashes that escape nothing, an ellipsis
for what was left out, and closing brackets that are missing after the last one. A value that is cut
off, doubled commas and quotes in quotes stay as they are: what was meant there would be a guess.
"""

import re

STRING = r'"(?:[^"\\]|\\.)*"'
# Where a line ends without what it comments on, nobody knows how far the comment goes.
COMMENT = r"(?<![^\s,:{}\[\]])(?://|#)[^\r\n]*(?=[\r\n])|/\*(?:[^*/]|\*(?!/)|/(?!\*))*+\*/"
INVISIBLE = "\\x00-\\x08\\x0e-\\x1f\\x7f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
ELLIPSIS = r"(?<![.…])(?:\.\.\.|…)++"
WHITE = rf"\s|[{INVISIBLE}]|\\[nrt]"
GAP = rf"(?:{WHITE}|{COMMENT})*"
REST = rf"(?:{WHITE}|{COMMENT}|{ELLIPSIS})*"
END = rf"(?={GAP}[,:，：}}\]])"
QUOTED = (
    r"'(?:[^'\\\n]|\\.)*'",
    r"[“„”](?:[^“„”\\\n]|\\.)*[“”]",
    r'[“”](?:[^“”"\\\n]|\\.)*"',
    r"‘(?:[^‘’\\\n]|\\.)*’",
    r"«(?:[^«»\\\n]|\\.)*»",
    r"″(?:[^″\\\n]|\\.)*″",
    r"`(?:[^`\\\n]|\\.)*`",
)
SLIP = re.compile(
    rf"(?P<string>{STRING})"
    rf"|(?P<quoted>(?:{'|'.join(QUOTED)}){END})"
    rf"|(?P<nothing>{COMMENT}|[,，](?={REST}[}}\]])|{ELLIPSIS}(?={GAP}[}}\]]))"
    rf"|(?P<space>(?:[^\S \t\r\n]|[{INVISIBLE}]|\\[nrt])+)"
    r"|(?P<wide>[，：])"
    rf'|(?P<last>[}}\]](?={GAP}[{{\["“]))'
    r"|(?P<name>\b(?:True|False|None|TRUE|FALSE|NULL|undefined)\b)"
    rf"|(?P<bare>(?<![\w\"'])[A-Za-z_]\w*+(?={GAP}[:：]))",
    re.DOTALL,
)
BRACKET = re.compile(rf"{STRING}|[{{}}\[\]]", re.DOTALL)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
QUOTE = re.compile(r'(\\.)|"', re.DOTALL)
ESCAPES = frozenset('"\\/bfnrt')
AS_WRITTEN = frozenset("'_*#&~`$%-<>@")
"""Escaped in Markdown or JavaScript they stand for themselves, and in JSON they need no escape."""
OF_WHITE = frozenset("bfnrt")
NAMES = {
    "True": "true",
    "False": "false",
    "None": "null",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
    "undefined": "null",
}
NARROW = {"，": ",", "：": ":"}
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
            return f'"{_mend_escapes(token[1:-1])}"'
        case "quoted":
            body = QUOTE.sub(lambda found: found[1] or r"\"", _mend_escapes(token[1:-1]))
            return f'"{body}"'
        case "wide":
            return NARROW[token]
        case "last":
            return f"{token},"
        case "name":
            return NAMES[token]
        case "bare":
            return f'"{token}"'
    return " "


def _mend_escapes(body: str) -> str:
    """The inside of a string with escapes that JSON knows; as it is where they may mean two things.

    A backslash before a letter is one, as in a path or a formula, but not where another stands
    before a letter that JSON takes for a line's end or a tab: that may be one as well.
    """
    found = set(ESCAPE.findall(body))
    if found <= ESCAPES:
        return body
    letters = {escaped for escaped in found - ESCAPES if len(escaped) == 1 and escaped.isalpha()}
    if letters and found & (OF_WHITE | AS_WRITTEN):
        return body
    return ESCAPE.sub(lambda match: _mend_escape(match[1], match[0]), body)


def _mend_escape(escaped: str, token: str) -> str:
    if escaped in AS_WRITTEN:
        return escaped
    if len(escaped) == 1 and escaped.isalpha() and escaped not in ESCAPES:
        return rf"\\{escaped}"
    return token
