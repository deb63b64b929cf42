"""How a process of ours is watched, and how it ends: asked to, by a fault, or by a test."""
