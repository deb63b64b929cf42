"""The computing process: it computes what its standard input asks for, until that ends.

Only the gateway starts it. It ends with the gateway, however that ends, and with nothing else.
"""

import os
import pickle
import signal
import sys
from typing import Any, BinaryIO

from services.gateway.compute.frame import wait_for_frame, write_frame


def main() -> None:
    """Compute until the gateway has ended."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what is printed is no answer
        try:
            serve(sys.stdin.buffer, answers)
        except EOFError:
            return


def serve(asked: BinaryIO, answers: BinaryIO) -> None:
    """Answer each question in turn.

    Raises:
        EOFError: There are no more.
    """
    while True:
        function, arguments = wait_for_frame(asked)
        answers.write(_compute(function, arguments))
        answers.flush()


def _compute(function: Any, arguments: tuple[Any, ...]) -> bytes:
    try:
        return write_frame((True, function(*arguments)))
    except Exception as error:  # whatever it is, it is raised where it was asked for
        return write_frame((False, _make_portable(error)))


def _make_portable(error: Exception) -> Exception:
    """The error, or one that says its kind where it cannot be read on the other side."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # an error's own constructor may raise anything
        return RuntimeError(f"{type(error).__name__} in the computing process")
    return error


if __name__ == "__main__":
    main()
