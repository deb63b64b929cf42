"""Replays from the command line: started, ended, and how they look in a terminal."""
