"""The gateway's REST API from outside."""
