"""Claims about prices of versions."""
