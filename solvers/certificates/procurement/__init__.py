"""Certificates of procurements: the allocation by its marginal price, the payments by what a report would change."""
