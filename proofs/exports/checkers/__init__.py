"""Other people's checkers: asked by name, each in a process of its own, and what they said."""
