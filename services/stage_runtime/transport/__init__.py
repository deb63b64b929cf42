"""What of Faust's transport is ours: how it goes on where a log has lost records."""
