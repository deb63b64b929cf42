"""Whatever a person types, a command ends in words: a traceback fails here."""

from pathlib import Path

import click
import pytest

from services.cli.target import options
from tests.unit.contract.picture.terminal import Terminal, run
from tests.unit.contract.picture.test_picture import COMMANDS, NOWHERE

PIPE = Terminal("a pipe")
OF_A_STACK = ("up", "demo")
LEAVES = sorted(
    name
    for name, command in COMMANDS.items()
    if not isinstance(command, click.Group) and name not in OF_A_STACK
)
WORDS = ("", "/", "\u00fc", "[red]\udce9", "9" * 30)


@pytest.mark.parametrize("name", LEAVES)
def test_odd_words_end_in_words(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "FIRST_ANSWER_S", 0.0)
    params = COMMANDS[name].params
    places = sum(isinstance(param, click.Argument) for param in params)
    texts = [p.opts[0] for p in params if isinstance(p, click.Option) and p.type is click.STRING]
    for word in WORDS if places else ():
        assert run((*name.split(), *[word] * places), PIPE, b"a,b\n1,2\n", **NOWHERE).status
    for text in texts:
        odd = ("last",) * places + (text, "\u00fc")
        run((*name.split(), *odd), PIPE, b"a,b\n1,2\n", **NOWHERE)
