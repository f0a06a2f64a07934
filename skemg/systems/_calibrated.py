"""Probabilities for systems whose windows vote hard."""

from sklearn.calibration import CalibratedClassifierCV

from skemg.model_selection import PatientKFold
from skemg.utils._number import check_flag


def maybe_calibrated(pipeline, calibrated):
    """Wrap a whole pipeline, so that it is calibrated on patients it has not seen.

    A calibration inside the vote would see windows of the patients it was fitted on.
    """
    check_flag(calibrated, "calibrated")
    if not calibrated:
        return pipeline
    return CalibratedClassifierCV(pipeline, cv=PatientKFold(5), ensemble=False)
