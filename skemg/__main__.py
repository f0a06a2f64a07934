"""`python -m skemg`."""

from skemg._cli import run

if __name__ == "__main__":
    run()
