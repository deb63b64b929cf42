"""What an app puts in its page, in a real Chromium and at a gateway over HTTP."""
