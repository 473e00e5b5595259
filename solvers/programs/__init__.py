"""Linear and convex quadratic programs out of files, and anybody's answers to them, re-checked over fractions."""
