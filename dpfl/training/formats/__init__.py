"""Official file formats of labelled images, read without running anything that a file holds."""
