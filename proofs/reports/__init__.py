"""The report: documents rendered as one page."""
