"""A job that has ended and what is to be different in; a new job from one of its stages on out."""
