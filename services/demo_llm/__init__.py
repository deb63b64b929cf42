"""An OpenAI-compatible server that needs no key: chat requests in, canned demo answers out."""
