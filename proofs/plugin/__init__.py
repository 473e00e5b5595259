"""The pytest plugin: every run loads `hooks`, which imports nothing heavy; specifications need `items`."""
