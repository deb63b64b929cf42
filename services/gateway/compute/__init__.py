"""A function and its arguments in, its value out, computed beside the event loop where it is large.

In a process of its own: one call of pydantic on 1 MB holds the interpreter's lock for up to 40 ms,
so that a thread delays the loop all the same (measured: /healthz p99 80 ms against 7 ms).
"""
