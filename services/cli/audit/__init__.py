"""Counts what became of every job from the topics alone.

Records and committed offsets go in, a Report comes out. No code of the agents is shared: what
they believe is not asked.
"""
