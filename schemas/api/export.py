"""What goes with an exported file."""

ENGINE_HEADER = "X-Brainshare-Engine"
"""What answered: "demo" or "model"; absent while nothing has been called."""
