"""Back ends for any model of a kind: game dynamics, CVXPY, Pyomo."""
