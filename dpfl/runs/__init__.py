"""Runs that prove themselves: one loop, what it charges before it draws, and who checks it afterwards."""
