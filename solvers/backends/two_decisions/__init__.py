"""Games whose people decide on two things at once."""
