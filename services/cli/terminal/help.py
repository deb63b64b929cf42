"""The help of a group of commands, in which no sentence is cut and near misses are named."""

from difflib import get_close_matches

import click

LONGEST = 500
HELP_WORDS = ("help", "?", "h", "usage", "man")
SAME = (
    ("list", "ls", "find", "search", "query", "all", "jobs", "ps", "status", "groups"),
    ("show", "get", "view", "info", "describe", "inspect", "details", "status", "result"),
    ("create", "add", "new", "make", "submit", "post", "send"),
    ("set", "change", "update", "edit", "configure"),
    ("delete", "remove", "rm", "del", "revoke", "unset", "discard"),
    ("run", "begin", "start", "up", "serve", "launch", "resume"),
    ("stop", "abort", "cancel", "down", "kill", "quit", "end"),
    ("watch", "follow", "tail", "logs", "log"),
    ("result", "results", "output", "export", "download", "csv"),
    ("retry", "again", "redrive", "requeue", "resend", "rerun"),
    ("settings", "config", "configuration", "env"),
    ("doctor", "health", "check", "ping", "diagnose"),
    ("compare", "diff"),
    ("plan", "preview", "estimate"),
    ("completion", "autocomplete", "complete"),
    ("dead-letters", "dlq", "failed", "failures"),
)
"""What others call a command; a word may be in several, and the first that is one here counts."""


def tell_usage(error: click.UsageError) -> str:
    """What is wrong with the usage; of an option that there is not, also which one is near.

    click itself compares the dashes, too, and so finds any two options alike.
    """
    if not isinstance(error, click.NoSuchOption):
        return error.format_message()
    bare = error.option_name.lstrip("-")
    near = [name for name in error.possibilities or () if _is_near(bare, name.lstrip("-"))]
    told = " or ".join(map(repr, near))
    return f"{error.message}. Did you mean {told}?" if near else error.message


def _is_near(given: str, name: str) -> bool:
    return bool(get_close_matches(given, [name]))


class WholeHelp(click.Group):
    """Lists each command with its whole first sentence, and says which one may be meant."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=LONGEST)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            error.message += f" {self._hint(ctx, args)}"
            raise

    def _hint(self, ctx: click.Context, args: list[str]) -> str:
        """What may be meant, or else what there is."""
        names, given = self.list_commands(ctx), args[0].lower()
        if given in HELP_WORDS:
            about = [args[1]] if args[1:] and args[1] in names else []
            return f"Did you mean {' '.join((ctx.command_path, *about, '--help'))!r}?"
        word = next((w for w in (given, given.removesuffix("s")) if any(w in s for s in SAME)), "")
        same = (name for group in SAME if word in group for name in group if name in names)
        meant = [*dict.fromkeys(same)][:2] or get_close_matches(given, names, n=1)
        if meant:
            return f"Did you mean {' or '.join(map(repr, meant))}?"
        return f"There is {', '.join(names[:-1])}{' and ' if names[1:] else ''}{names[-1]}."


def name_setting(what: str, setting: str, default: str | None = None) -> str:
    """The help of an option that says the same as a setting, as click itself would name it."""
    more = f"; default: {default}" if default else ""
    return f"{what} [env var: {setting}{more}]"
