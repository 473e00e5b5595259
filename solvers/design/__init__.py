"""The design of mechanisms: the best of a family, with what shows it, as a document and a figure."""
