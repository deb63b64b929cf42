"""The live tables and those made anew in, what differs out; then the live ones are made equal."""
