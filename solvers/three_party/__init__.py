"""Three-party markets: iterated best replies, witnesses, and enclosures of the equilibrium."""
