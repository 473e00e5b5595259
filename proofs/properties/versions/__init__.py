"""Properties of prices of versions."""
