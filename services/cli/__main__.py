"""The `brainshare` command, and what `python -m services.cli` runs."""

from services.cli.entry import end_quietly_on_interrupt

if __name__ == "__main__":
    end_quietly_on_interrupt()  # before all that is slow to import

import click

from services.cli.command_group import CommandGroup


@click.command(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="brainshare")
def main() -> None:
    """Table, column and row suggestions as background jobs on Kafka."""


if __name__ == "__main__":
    main(prog_name="brainshare")
