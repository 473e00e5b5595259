"""Claims about Stackelberg privacy pricing."""
