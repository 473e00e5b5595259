"""How a mechanism is solved, and the re-check of every answer."""
