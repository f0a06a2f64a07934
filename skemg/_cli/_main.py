"""Arguments in, exit code out."""

import argparse
import os
import sys

import skemg

from . import _classify, _report
from ._messages import CommandError, plain

_INTERRUPTED = 130  # 128 + SIGINT, as shells have it

_EPILOG = (
    "Exit codes: 0 all is well, 1 a recording failed, 2 wrong usage or no such model, "
    "130 interrupted. For research, no medical device."
)


def run():
    """Run the command line of this process and end with its exit code."""
    _fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):  # a terminal may know no µ
        stream.reconfigure(errors="backslashreplace")
    try:
        code = main()
        sys.stdout.flush()
    except OSError as error:  # of stdout: all other outputs know theirs
        if not isinstance(error, BrokenPipeError):  # as in `skemg classify ... | head`
            print(f"skemg: stdout: {plain(error.strerror)}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    sys.exit(code)


def _fill_closed_streams():
    """Let no file that is opened later become a standard stream that was closed."""
    streams = ("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY)
    for name, mode, flag in (*streams, ("stderr", "w", os.O_RDWR)):
        if getattr(sys, name) is None:  # a table for a closed stdout fails, as it must
            handle = os.open(os.devnull, flag)
            os.set_inheritable(handle, True)
            setattr(sys, name, os.fdopen(handle, mode, closefd=False))


def main(argv=None):
    """Run a command.

    Parameters
    ----------
    argv : list of str, default=None
        The arguments; None takes those of the process.

    Returns
    -------
    code : int
        The exit code. Wrong usage ends in `SystemExit(2)`, as argparse has it.
    """
    args = _parser().parse_args(argv)
    try:
        return args.command(args)
    except CommandError as error:
        print(f"skemg: {plain(error)}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        print("skemg: interrupted", file=sys.stderr)
        return _INTERRUPTED


def _parser():
    parser = argparse.ArgumentParser(
        prog="skemg",
        description="Classify EMG recordings with a model that was saved by "
        "skemg.persistence.save.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=skemg.__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for module in (_classify, _report):
        module.add_command(commands, epilog=_EPILOG)
    return parser
