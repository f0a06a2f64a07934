"""The tests of arrays and of laws of scale, with 2,000 examples instead of 50.

python benchmarks/robustness/arrays.py [--examples 2000] [-- options of pytest]

Other examples are drawn on each run; what fails is printed and kept in `.hypothesis`.
"""

import argparse
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2] / "tests" / "robustness"


class Full:
    """Draw more examples than conftest.py has asked for, when that has been read."""

    def __init__(self, n_examples):
        self.n_examples = n_examples

    def pytest_collection(self):
        from hypothesis import settings  # pytest wants to be the first to import it

        settings.register_profile(
            "full", deadline=None, max_examples=self.n_examples, derandomize=False
        )
        settings.load_profile("full")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("options", nargs="*")
    args = parser.parse_args()
    files = [str(TESTS / f"test_{name}.py") for name in ("arrays", "scale_laws")]
    command = [*files, "-q", "-n", "0", "--timeout", "0", *args.options]
    return pytest.main(command, plugins=[Full(args.examples)])


if __name__ == "__main__":
    sys.exit(main())
