"""What a mechanism does to training: privacy accounting, federated learning, the market run end to end."""
