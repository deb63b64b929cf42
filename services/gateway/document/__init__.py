"""The OpenAPI document: what FastAPI sees of the routes in, what clients are generated from out."""
