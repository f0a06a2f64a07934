"""Read files in a child process that may take only little memory."""

import json
import resource
import subprocess
import sys
from pathlib import Path

MARGIN = 50 << 20


def outcomes(reader, paths, **options):
    """Return "SignalError: ..." or "read" for each file, read with 50 MB to spare."""
    command = [sys.executable, __file__, reader, json.dumps(options), *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def _main(reader, options, *paths):
    import edfio  # noqa: F401  what a reader imports is no part of its memory

    import skemg.io

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + MARGIN
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for path in paths:
        try:
            getattr(skemg.io, reader)(path, **json.loads(options))
            outcome = "read"
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error}"
        print(json.dumps(outcome))


if __name__ == "__main__":
    _main(*sys.argv[1:])
