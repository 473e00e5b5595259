"""Games of finitely many strategies, their files, and mechanisms of finitely many types."""
