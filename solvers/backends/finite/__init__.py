"""What finds equilibria of finite games: vertices of best-reply polytopes, and supports."""
