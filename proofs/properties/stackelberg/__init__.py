"""Properties of Stackelberg privacy pricing."""
