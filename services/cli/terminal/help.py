"""The help of a group of commands, in which no sentence is cut and near misses are named."""

from difflib import get_close_matches

import click

LONGEST = 500


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
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            error.message += f" Did you mean {near[0]!r}?" if near else ""
            raise
