"""Why no mechanism of a family is better: the box of its parameters, covered with bounds."""
