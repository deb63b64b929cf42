"""How jobs, results and dead letters look in a terminal."""
