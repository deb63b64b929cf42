"""Measures how good the suggestions are: 30 cases in, scores of a model and its prompts out."""
