"""All equilibria of finite games, dominance, and own games of finite sets as such."""
