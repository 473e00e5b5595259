"""The figures of papers, drawn anew from the declarations, with what was printed of them and what is so."""
