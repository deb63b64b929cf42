"""Public tables through the stages: a model proposes what was held out, and no cell may differ."""
