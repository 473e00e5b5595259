"""Properties of a mechanism at given decisions, each with a verdict and a witness."""
