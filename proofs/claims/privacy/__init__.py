"""Claims about the noise of differential privacy."""
