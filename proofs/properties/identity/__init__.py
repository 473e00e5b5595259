"""Who counts as one: what a second account, a cartel or an idle account changes in a game."""
