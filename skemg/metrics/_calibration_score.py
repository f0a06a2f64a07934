"""How far stated probabilities are from the share of right answers."""

import numpy as np

N_BINS = 10


class CalibrationScore:
    """Expected calibration error in bins of the highest probability.

    Same attributes as the scores of `_patient_scores`. A patient in whose bins the
    errors cancel those of others changes it little, and by chance alone it is not 0.
    """

    bounds = (0.0, 1.0)
    is_mean = False
    n_most_ = np.inf

    def fit(self, truth, proba, patient):
        """Sum confidence minus right answers of each patient and bin."""
        n_patients = patient.max() + 1
        confidence = proba.max(axis=1)
        right = truth == proba.argmax(axis=1)
        # a bin holds its upper end: 0.9 < confidence <= 1; rounding keeps 0.3 in 0.3
        bins = np.ceil((confidence * N_BINS).round(9)).astype(int) - 1
        self.excess_ = np.zeros((n_patients, N_BINS))
        np.add.at(self.excess_, (patient, bins.clip(0, N_BINS - 1)), confidence - right)
        self.rows_ = np.bincount(patient, minlength=n_patients).astype(float)
        self.strata_ = np.where(self.rows_ > 0, 0, -1)
        self.n_patients_ = self.rows_.sum() ** 2 / (self.rows_**2).sum()
        return self

    def __call__(self, weights):
        """Return the score of each row of weights, (n_cohorts, n_patients)."""
        error, rows = np.abs(weights @ self.excess_).sum(axis=1), weights @ self.rows_
        return np.divide(error, rows, out=np.full(len(rows), np.nan), where=rows > 0)
