"""The skorch net that learns to classify and to rebuild at once."""

import torch

from ._denoising_module import relative_error
from ._net import Net


class DenoisingNet(Net):
    """A `Net` that sees noisy windows and is also held to the clean ones.

    Parameters
    ----------
    *args, **kwargs : object
        As `Net` takes them.
    noise : Noise
        Called with the clean windows of each batch of training.
    reconstruction_weight : float
        The parameter of the estimator.
    """

    def __init__(self, *args, noise=None, reconstruction_weight=1.0, **kwargs):
        super().__init__(*args, **kwargs)
        self.noise = noise
        self.reconstruction_weight = reconstruction_weight

    def train_step_single(self, batch, **fit_params):
        """Compute the loss of a batch with new noise, and its gradients.

        Parameters
        ----------
        batch : tuple of dict and tensor
            Clean windows with their weights, and the codes of their classes.
        **fit_params : object
            Not used.

        Returns
        -------
        step : dict
            The loss and the logits.
        """
        self._set_training(True)
        x, y = batch
        clean = x["X"].to(self.device)
        noisy = self.noise(clean)
        if self.reconstruction_weight > 0:
            logits, rebuilt = self._classify_and_rebuild(noisy)
        else:
            logits = self.infer({"X": noisy})
        loss = self.get_loss(logits, y, X=x, training=True)
        if self.reconstruction_weight > 0:
            error = relative_error(rebuilt, clean)
            weight = x.get("sample_weight", torch.ones(())).to(error)
            error = (error * weight).sum() / weight.expand_as(error).sum()
            loss = loss + self.reconstruction_weight * error
        loss.backward()
        return {"loss": loss, "y_pred": logits}

    def denoise(self, rows):
        """Return windows without their noise.

        Parameters
        ----------
        rows : Rows
            The windows.

        Returns
        -------
        rebuilt : ndarray of shape (n_windows, n_channels, n_times)
            The rebuilt windows.
        """
        self._set_training(False)
        with torch.no_grad():
            rebuilt = [
                self._classify_and_rebuild(x["X"].to(self.device))[1].cpu()
                for x, _ in self.get_iterator(rows)
            ]
        return torch.cat(rebuilt).numpy()

    def _classify_and_rebuild(self, X):
        with torch.autocast(
            self.device, torch.bfloat16, enabled=self.precision == "bf16"
        ):
            logits, rebuilt = self.module_(X, rebuild=True)
        return logits.to(X.dtype), rebuilt.to(X.dtype)
