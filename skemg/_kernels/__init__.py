"""Loops that numpy cannot fuse, compiled by numba: the only folder that imports it.

Every kernel takes a C-contiguous block `(n_rows, n_times)` of float32 or float64,
releases the GIL and never starts threads of its own, so that a fork after a call is
safe.
Import a kernel inside the function that uses it, never at the top of a module.
"""
