"""A request as a browser sends it in, one that any route can answer out: other origins, HEAD."""
