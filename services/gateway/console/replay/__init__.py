"""The console's pages of replays: what a person plans, drives, compares and promotes; pages out."""
