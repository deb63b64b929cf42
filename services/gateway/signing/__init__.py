"""Seals texts that a client is given to give back, so that nobody can make one up."""
