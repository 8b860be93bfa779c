"""`python -m marsad` is the command line."""

from marsad.cli import main

if __name__ == "__main__":
    main()
