"""One file for each mechanism: what is drawn, and the oracle that knows the right answer."""
