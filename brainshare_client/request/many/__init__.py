"""Calls about many jobs at once, each as a thing of its own: bulk actions and replays."""
