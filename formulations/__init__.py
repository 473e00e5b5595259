"""What a mechanism is: declarations, no numerics."""
