"""Claims about procurements, for every number of sellers."""
