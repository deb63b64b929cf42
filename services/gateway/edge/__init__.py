"""A request as a browser or a proxy sends it in, one that any route can answer out."""
