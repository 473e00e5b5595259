"""Back ends for many mechanisms: CVXPY, Pyomo, best responses, share functions."""
