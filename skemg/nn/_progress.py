"""The progress bar of `verbose=1`."""

from skorch.callbacks import Callback
from tqdm import tqdm


class Progress(Callback):
    """Show epochs, loss, validation accuracy and the time left on the error stream."""

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Open the bar."""
        self.bar_ = tqdm(total=net.max_epochs, unit="epoch")

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Move the bar by one epoch."""
        shown = {"loss": f"{net.history[-1, 'train_loss']:.4f}"}
        if dataset_valid is not None:
            shown["valid_loss"] = f"{net.history[-1, 'valid_loss']:.4f}"
            shown["valid_acc"] = f"{net.history[-1, 'valid_acc']:.3f}"
        self.bar_.set_postfix(shown, refresh=False)
        self.bar_.update()

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Close the bar."""
        self.bar_.close()
