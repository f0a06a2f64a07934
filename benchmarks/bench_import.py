"""Seconds and memory of `import skemg` in a fresh interpreter.

python benchmarks/bench_import.py
"""

import statistics
import subprocess
import sys

STATEMENTS = [
    "pass",
    "import numpy",
    "import skemg",
    "import skemg.features",
    "import torch",
]
SCRIPT = """
import resource, time
start = time.perf_counter()
{}
took = time.perf_counter() - start
print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

print("| statement | seconds | MB |")
print("|---|---:|---:|")
for statement in STATEMENTS:
    runs = []
    for _ in range(5):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(statement)],
            capture_output=True,
            text=True,
            check=True,
        )
        runs.append([float(number) for number in run.stdout.split()])
    seconds, memory = (statistics.median(column) for column in zip(*runs, strict=True))
    print(f"| `{statement}` | {seconds:.3f} | {memory:.0f} |")
