"""The contest played in rounds, in closed form."""
