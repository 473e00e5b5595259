"""From a file to a declaration: fields, tables of people, one's own classes."""
