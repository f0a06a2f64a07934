"""Which systems there are, and what was published of them."""

from ._records import SYSTEMS


def list_systems():
    """List the systems, with what was published of each.

    Returns
    -------
    systems : list of System
        A named tuple a system, by name: `name`; `make`, the function that returns the
        pipeline; `source`, a DOI or arXiv number, or "our choice"; `task`;
        `published`, the accuracy of the source with its default setting, or None;
        `level`, of what that is a share: "window", "recording", "patient" or
        "unknown". A share of windows split at random says nothing about patients.

    Examples
    --------
    >>> from skemg.systems import list_systems
    >>> for system in list_systems():
    ...     if system.level == "patient":
    ...         print(system.name, system.published, system.source)
    yoo2022_nemgnet 0.83 doi:10.1016/j.cmpb.2022.107079
    >>> systems = {system.name: system for system in list_systems()}
    >>> len(systems["forest_dwt"].make(random_state=0))
    6
    """
    return list(SYSTEMS)
