"""Deliveries that are due in, requests to their endpoints out: a lane for each endpoint."""
