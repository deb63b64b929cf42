"""Commands about a stack: starting it, looking at it, stopping it again."""
