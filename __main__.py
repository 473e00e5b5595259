"""The command line, as ``python -m mechproof``."""

from .cli import main

main()
