"""The ends of the range of a recorder, where its samples are clipped."""


def common_limits(lows, highs):
    """Return the ends of the range as metadata, if all channels have the same.

    Parameters
    ----------
    lows, highs : sequence of float
        Of each channel, in the unit of the recording and rounded as its values are.

    Returns
    -------
    limits : dict
        `clip_low` and `clip_high`, or nothing.
    """
    if len(set(lows)) > 1 or len(set(highs)) > 1:
        return {}
    return {"clip_low": float(lows[0]), "clip_high": float(highs[0])}
