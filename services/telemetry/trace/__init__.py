"""Spans of what is under way, exported by OpenTelemetry where that is set, else nothing."""
