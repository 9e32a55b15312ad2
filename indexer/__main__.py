"""`python -m indexer` is `callsift`."""

from indexer.cli import main

if __name__ == "__main__":
    main()
