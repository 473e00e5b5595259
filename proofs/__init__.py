"""Why to believe it: properties, claims, provers, reports."""
