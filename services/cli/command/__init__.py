"""The commands of `brainshare`, one a file: <name>.py holds a click command called `command`."""
