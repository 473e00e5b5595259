"""Buying privacy truthfully: what VCG and Myerson pay sellers whose costs nobody knows."""
