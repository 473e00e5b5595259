"""A standing adversary: wrong and right answers of every mechanism, judged by the package and by oracles written apart.

Nothing under `mechanisms` imports the package but to declare a model: an oracle shares no code with what it judges.
"""
