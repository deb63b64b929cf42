"""Dashboards: panels written in Python with the names of the catalogue, out as JSON for Grafana."""
