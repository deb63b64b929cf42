"""A whole local stack: which services there are, brought up and described in stack.json."""
