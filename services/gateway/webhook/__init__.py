"""Webhooks: what happens to a tenant's jobs in, deliveries to its endpoints noted; their routes."""
