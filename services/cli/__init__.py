"""The `brainshare` command: starts and supervises a stack, and talks to a running one."""
