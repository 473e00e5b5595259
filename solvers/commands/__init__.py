"""The command line of solvers, and the documents it writes."""
