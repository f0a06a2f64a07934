"""Kill a process 1,000 times while it saves a model: the file is always whole.

python benchmarks/robustness/save_kills.py [--n 1000]
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "tests" / "persistence" / "killed_saves.py"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, SCRIPT, folder, str(args.n)], check=True)


if __name__ == "__main__":
    main()
