"""The name of a file in, what an app puts in its page out: a module, an element, hooks."""
