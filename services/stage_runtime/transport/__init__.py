"""What of Faust's transport is ours: who it is to the brokers, and how it goes on after a loss."""
