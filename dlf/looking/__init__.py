"""Looking into a network: what its layers make of one example, and what its answer hangs on."""
from dlf.looking.example import Answer, answer, image_shape, pixels
from dlf.looking.maps import Maps, feature_maps
from dlf.looking.occlusion import cover, occlusion
from dlf.looking.saliency import gradient_times_input, input_gradient, saliency, saliency_of
from dlf.looking.samples import beginning, goes_on, samples
from dlf.looking.scales import SCALES, full_colors
from dlf.looking.sequences import (
    Memory,
    Track,
    attention,
    attention_layers,
    factor,
    recurrent_layers,
    slope_norms,
    states,
)
