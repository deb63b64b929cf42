"""What a system has against something is told in plain words, wherever it reaches a person."""

import ast
import errno
import socket
import subprocess
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from services import cli
from services.cli.terminal.os_error import tell_os_error

ROOT = Path(cli.__path__[0])
OF_SYSTEM = {"OSError", "FileNotFoundError", "PermissionError", "TimeoutError", "TransportError"}


def wrapped(inside: Exception) -> Exception:
    try:
        try:
            raise inside
        except Exception as error:
            raise httpx2.ConnectError("all attempts failed") from error
    except httpx2.ConnectError as error:
        return error


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), "nothing listens there"),
        (urllib.error.URLError(ConnectionRefusedError(111, "x")), "nothing listens there"),
        (wrapped(ConnectionRefusedError(111, "x")), "nothing listens there"),
        (httpx2.ReadTimeout(""), "no answer came in time"),
        (TimeoutError(), "no answer came in time"),
        (subprocess.TimeoutExpired("java", 60), "no answer came in time"),
        (socket.gaierror(-2, "Name or service not known"), "its name cannot be resolved"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x"), "no such file or folder"),
        (PermissionError(errno.EACCES, "Permission denied"), "this user may not do that"),
        (IsADirectoryError(errno.EISDIR, "Is a directory"), "it is a folder"),
        (OSError(errno.ENOSPC, "No space left on device"), "its disk is full"),
        (OSError(errno.EXDEV, "Invalid cross-device link"), "Invalid cross-device link"),
        (OSError("of its own"), "of its own"),
        (OSError(), "OSError"),
    ],
)
def test_an_error_of_the_system_is_told_in_plain_words(error: Exception, told: str) -> None:
    assert tell_os_error(error) == told


def test_no_command_shows_such_an_error_as_python_writes_it() -> None:
    shown = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in ROOT.rglob("*.py")
        for line in shown_as_it_is(ast.parse(path.read_text()))
    ]
    assert shown == [], "tell_os_error(error) says it in words"


def shown_as_it_is(tree: ast.AST) -> Iterator[int]:
    """Lines that put what was caught into a text: `{error}`, `{error!r}`, `str(error)`."""
    for handler in ast.walk(tree):
        if not isinstance(handler, ast.ExceptHandler) or handler.type is None:
            continue
        caught = {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
        caught |= {n.attr for n in ast.walk(handler.type) if isinstance(n, ast.Attribute)}
        if not caught & OF_SYSTEM:
            continue
        for node in ast.walk(handler):
            parts: list[ast.expr] = []
            if isinstance(node, ast.FormattedValue):
                parts = [node.value]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                parts = node.args if node.func.id in ("str", "repr") else []
            for part in parts:
                is_all = isinstance(part, ast.Name) and part.id == handler.name
                is_text = isinstance(part, ast.Attribute) and part.attr == "strerror"
                if is_all or is_text:
                    yield handler.lineno
