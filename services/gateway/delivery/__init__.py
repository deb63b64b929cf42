"""Events for the endpoints of tenants in, signed requests out, each until it is taken."""
