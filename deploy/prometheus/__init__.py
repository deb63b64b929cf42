"""Rules: written in Python with the names of the catalogue, out as YAML for Prometheus."""
