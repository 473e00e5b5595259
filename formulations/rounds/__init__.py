"""A game played in rounds: what is declared of the players beside the game itself."""
