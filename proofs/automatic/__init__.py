"""What is asked of anybody's own mechanism, and how it is settled."""
