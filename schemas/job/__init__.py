"""A job from its request to the record that flows through the stages."""
