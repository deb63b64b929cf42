"""Replays that a gateway runs: listed, driven, promoted; a manifest where it may stand for one."""
