"""Read 20,000 damaged files of each format: nothing but SignalError may escape.

python benchmarks/robustness/fuzz_readers.py [--formats wfdb edf] [--n 20000]
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "io"))

from fuzzing import all_samples, fuzz


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formats", nargs="*", default=list(all_samples()))
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(f"{'format':24}{'files':>8}{'read':>8}{'refused':>9}{'faults':>8}{'s':>7}")
    n_faults = 0
    for name in args.formats:
        begin = time.perf_counter()
        report = fuzz(name, args.n, args.seed)
        n_faults += len(report["faults"])
        print(
            f"{name:24}{report['n_files']:8}{report['n_read']:8}"
            f"{report['n_refused']:9}{len(report['faults']):8}"
            f"{time.perf_counter() - begin:7.0f}",
            flush=True,
        )
        for fault in report["faults"][:10]:
            print(f"    {fault}")
    sys.exit(n_faults > 0)


if __name__ == "__main__":
    main()
