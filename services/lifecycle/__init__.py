"""How a process of ours is watched, and ended where a fault or a test says so."""
