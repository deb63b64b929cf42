"""A real Prometheus beside a real stack under a scripted load: dashboards in, data or none out."""
