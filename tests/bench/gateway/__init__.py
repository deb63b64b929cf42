"""Figures of the gateway: lists, posts, projection, rebuild, watchers, webhooks, sizes of files."""
