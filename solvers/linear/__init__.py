"""Exact optima of linear and quadratic programs over fractions, from what a solver in doubles takes for the basis."""
