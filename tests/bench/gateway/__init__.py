"""Figures of the gateway: lists, posts, projection, rebuild, watchers, sizes of what pages load."""
