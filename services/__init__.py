"""The processes of Brainshare and the runtime that its stages share."""
