"""The motor units of a recording, and those of many."""

import numpy as np

from skemg.signals._checks import as_key
from skemg.utils._number import check_number


class MotorUnits:
    """Motor units found in one recording: potentials and discharge times.

    `MUAPDetector` makes them; all measures of `skemg.clinical` start from them.

    Parameters
    ----------
    templates : ndarray of shape (n_units, n_times)
        The potential of each unit, the largest unit first, baseline 0.
    discharges : list of ndarray of shape (n_discharges,)
        For each unit the times of the largest peak of its potential, in seconds from
        the start of the recording, ascending; one at least.
    sfreq : float
        Sampling frequency of the templates in Hz.
    seconds : float
        Length of the recording.
    unit : "uV" or None, default=None
        Unit of the templates; None is uncalibrated.
    jiggle : array-like of shape (n_units,), default=None
        Consecutive amplitude difference of each unit [1]_: the median change from one
        discharge to the next, summed over 3 ms to each side of the centre, over the
        area there. None is unknown, NaN for each unit.
    noise : array-like of shape (n_units,), default=None
        Standard error of the samples of each template. None is unknown, 0 for each.
    unexplained : float, default=nan
        Share of the energy of the signal (above 400 Hz) that the units leave
        unexplained.

    Attributes
    ----------
    n_units : int
        Number of units.

    Raises
    ------
    ValueError
        If shapes do not fit, times are not ascending, the unit is not known, or a
        template, a time, the rate or the length is no finite number.

    References
    ----------
    .. [1] Stålberg, E. & Sonoo, M. (1994). "Assessment of variability in the shape of
       the motor unit action potential, the 'jiggle,' at consecutive discharges."
       Muscle & Nerve, 17(10), 1135-1144. doi:10.1002/mus.880171003

    Examples
    --------
    >>> import numpy as np
    >>> from skemg.clinical import MotorUnits
    >>> times = np.arange(0.05, 2.0, 0.1)
    >>> MotorUnits(np.zeros((1, 480)), [times], sfreq=48000, seconds=2.0, unit="uV")
    <MotorUnits: 1 unit with 20 discharges in 2 s, in µV>
    """

    def __init__(
        self,
        templates,
        discharges,
        *,
        sfreq,
        seconds,
        unit=None,
        jiggle=None,
        noise=None,
        unexplained=np.nan,
    ):
        check_number(sfreq, "sfreq", min_val=0, include_boundaries="neither")
        check_number(seconds, "seconds", min_val=0, include_boundaries="neither")
        if unit not in ("uV", None):
            raise ValueError(
                f'unit must be "uV" or None for uncalibrated templates, got {unit!r}; '
                "give the templates in µV"
            )
        self.templates = np.asarray(templates)
        self.discharges = [np.asarray(times, float) for times in discharges]
        n_units = len(self.discharges)
        if self.templates.ndim != 2 or len(self.templates) != n_units:
            raise ValueError(
                "templates must have shape (n_units, n_times), a row for each of the "
                f"{n_units} trains of discharges, got {self.templates.shape}"
            )
        if not np.isfinite(self.templates).all():
            raise ValueError("templates must be finite, got NaN or infinity")
        _refuse_no_trains(self.discharges)
        self.sfreq = float(sfreq)
        self.seconds = float(seconds)
        self.unit = unit
        self.jiggle = _one_each(jiggle, np.nan, n_units, "jiggle")
        self.noise = _one_each(noise, 0.0, n_units, "noise")
        self.unexplained = unexplained

    @property
    def n_units(self):
        """Number of units."""
        return len(self.templates)

    def __repr__(self):
        plural = "" if self.n_units == 1 else "s"
        n_discharges = sum(map(len, self.discharges))
        scale = "uncalibrated" if self.unit is None else "in µV"
        return (
            f"<MotorUnits: {self.n_units} unit{plural} with {n_discharges} discharges "
            f"in {self.seconds:g} s, {scale}>"
        )


def _refuse_no_trains(discharges):
    for k, times in enumerate(discharges):
        if times.ndim != 1 or len(times) == 0 or not np.isfinite(times).all():
            raise ValueError(
                f"discharges[{k}] must be a row of one or more finite times, got shape "
                f"{times.shape}; leave a unit without discharges out"
            )
        if (np.diff(times) <= 0).any():
            raise ValueError(
                f"discharges[{k}] must be ascending without repeats; sort the times"
            )


def _one_each(values, unknown, n_units, name):
    """Return a number for each unit."""
    values = np.full(n_units, unknown) if values is None else np.asarray(values, float)
    if values.shape != (n_units,):
        raise ValueError(f"{name} must have shape ({n_units},), got {values.shape}")
    return values


class MotorUnitsList(list):
    """A list of `MotorUnits`, one a recording, that is indexed as an array is."""

    @property
    def shape(self):
        """`(n_recordings,)`."""
        return (len(self),)

    def __getitem__(self, key):
        key = as_key(key)
        if isinstance(key, int | np.integer):
            return super().__getitem__(int(key))
        if isinstance(key, slice):
            return MotorUnitsList(super().__getitem__(key))
        return MotorUnitsList(
            super(MotorUnitsList, self).__getitem__(int(i))
            for i in np.arange(len(self))[key]
        )

    def __array__(self, dtype=None, copy=None):
        shapes = {units.templates.shape for units in self}
        if len(shapes) != 1:
            raise TypeError(
                "motor units of several recordings are no array: their numbers or "
                "lengths differ; take .templates of one, or put MUAPFeatures behind"
            )
        return np.asarray([units.templates for units in self], dtype)
