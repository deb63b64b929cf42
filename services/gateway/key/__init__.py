"""API keys for admins: made, listed, replaced, ended."""
