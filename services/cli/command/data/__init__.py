"""Commands about what the topics hold: counted, looked at, put back."""
