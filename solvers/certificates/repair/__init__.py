"""How near sound decisions can be: bounds on the distance from below."""
