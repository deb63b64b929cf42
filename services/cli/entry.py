"""Where the `brainshare` command begins: ready for Ctrl-C before what is slow to import."""

import os
import signal
from types import FrameType

INTERRUPTED = 130
"""As `services.cli.terminal.error.Interrupted`, which is not imported yet."""


def main() -> None:
    """Run the command line of this process."""
    end_quietly_on_interrupt()
    from services.cli.__main__ import main as command

    command()


def end_quietly_on_interrupt() -> None:
    """Until a command has been read, end at once and in a word at Ctrl-C, wherever Python is.

    Where it is ignored, as of a job that a shell has put in the background, it stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def let_interrupt_be_raised() -> None:
    """From here on the command itself says what an interrupt means to it."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, frame: FrameType | None) -> None:
    """Not by an exception: one that comes amid an import may be lost, or told as another."""
    begin = b"\n" if os.isatty(2) else b""  # the terminal has written ^C
    try:
        os.write(2, begin + b"interrupted\n")
    finally:
        os._exit(INTERRUPTED)
