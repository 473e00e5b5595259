"""What was seen of a mechanism in use, and how it was measured."""
