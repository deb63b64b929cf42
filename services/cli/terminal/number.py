"""Numbers as options, with errors that call them numbers."""

import click


class Number(click.IntRange):
    """A whole number within bounds."""

    name = "number"


class Amount(click.FloatRange):
    """A number within bounds."""

    name = "number"


class OneOf(click.Choice[str]):
    """One of some words. They go to the option's help, where lines can be broken: see `listed`."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return (param.name or "word").upper()


def listed(words: tuple[str, ...]) -> str:
    """The words as a sentence has them."""
    return f"{', '.join(words[:-1])} or {words[-1]}"


def counted(count: int, thing: str) -> str:
    """So many of a thing, as a sentence has them; its plural ends in s."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def times(count: int) -> str:
    """How often, as a sentence has it."""
    return {0: "never", 1: "once"}.get(count, f"{count:,} times")
