"""A Flower app whose clients each keep a privacy budget of their own."""
