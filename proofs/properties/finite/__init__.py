"""Properties of finite games and of mechanisms of finitely many types."""
