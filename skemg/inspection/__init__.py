"""What a classifier looked at: attributions of samples and windows."""

from ._attention_display import AttentionDisplay
from ._attribution_display import AttributionDisplay
from ._grad_cam import grad_cam
from ._integrated_gradients import integrated_gradients
from ._occlusion import occlusion
from ._patient_importance import patient_importance
from ._recording_attribution import recording_attribution
from ._saliency import saliency

__all__ = [
    "AttentionDisplay",
    "AttributionDisplay",
    "grad_cam",
    "integrated_gradients",
    "occlusion",
    "patient_importance",
    "recording_attribution",
    "saliency",
]
