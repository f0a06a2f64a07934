"""What a step says of itself: its output is no table, it learns nothing."""


class NoTableMixin:
    """Leave recordings and windows as they are, whatever `set_output` says.

    For steps that return `Recordings` or `Windows` and define no
    `get_feature_names_out`. A Pipeline may then call `set_output("pandas")` for the
    steps behind them. Stands before `TransformerMixin` in the list of bases.
    """

    def set_output(self, *, transform=None):
        """Do nothing: recordings and windows are no tables.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"}, default=None
            Ignored.

        Returns
        -------
        self : estimator
            The step itself.
        """
        return self


class StatelessMixin:
    """Tag a step that learns nothing and keeps float32 and float64 apart.

    Stands before `TransformerMixin` in the list of bases.
    """

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
