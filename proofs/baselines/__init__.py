"""What other ways of paying would have done, by a mechanism's own utilities."""
