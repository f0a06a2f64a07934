"""The optional library behind the files."""


def import_skops():
    """Return skops with its `io`, or raise how to install it."""
    try:
        import skops.io
    except ImportError as error:
        raise ImportError(
            "saving and loading models needs skops: pip install skemg[persist]"
        ) from error
    return skops
