"""What finds the nearest sound decisions."""
