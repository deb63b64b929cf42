"""The console: what a person asks by a browser in, pages and acts of the gateway's rooms out."""
