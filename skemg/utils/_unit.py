"""What was learned in one unit is not applied to data in another."""

from skemg.exceptions import SignalError


def refuse_other_unit(estimator, learned, unit):
    """Raise where data have another unit than those from which a step learned.

    Parameters
    ----------
    estimator : estimator
        The step.
    learned, unit : "uV" or None
        Unit of the data in `fit`, and now; None is uncalibrated.
    """
    if learned != unit:
        words = {"uV": "in µV", None: "uncalibrated"}
        raise SignalError(
            f"{type(estimator).__name__} learned an amplitude from data that are "
            f"{words[learned]} and got data that are {words[unit]}; pass "
            'Recordings.from_list(..., unit="uV") in both or in none'
        )
