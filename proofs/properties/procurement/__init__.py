"""The properties of procurements."""
