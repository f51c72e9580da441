"""Drawings: each takes axes and data, returns its artists, and never calls show. One idea a file.

Every drawing has a `describe_...` beside it that says the same in a sentence or two, for screen
readers. Titles are sentences computed from the data; `ax.set_title(...)` puts yours in their place.
Colors follow the figure: on a dark background the dark theme is taken.
"""
from dlf.viz.attention import AttentionDrawing, describe_attention, draw_attention
from dlf.viz.boundary import BoundaryDrawing, describe_boundary, draw_boundary
from dlf.viz.confusion import describe_confusion, draw_confusion
from dlf.viz.contours import describe_contours, draw_contours
from dlf.viz.curves import CurveDrawing, describe_accuracy, describe_loss, draw_accuracy, draw_loss
from dlf.viz.filters import FiltersDrawing, describe_filters, draw_filters
from dlf.viz.histograms import describe_gradients, describe_weights, draw_gradients, draw_weights
from dlf.viz.images import describe_images, draw_images
from dlf.viz.lines import describe_lines, draw_lines
from dlf.viz.maps import MapsDrawing, describe_feature_maps, draw_feature_maps
from dlf.viz.matrix import describe_matrix, draw_matrix
from dlf.viz.mistakes import describe_most_wrong, draw_most_wrong, most_wrong
from dlf.viz.network import NetworkDrawing, describe_network, draw_network
from dlf.viz.occlusion import describe_occlusion, draw_occlusion
from dlf.viz.page import Page, page
from dlf.viz.points import describe_points, draw_points
from dlf.viz.predictions import describe_predictions, draw_predictions
from dlf.viz.report import report
from dlf.viz.saliency import describe_saliency, draw_saliency
from dlf.viz.slopes import describe_slope_norms, draw_slope_norms
from dlf.viz.states import StatesDrawing, describe_states, draw_states
from dlf.viz.unrolled import describe_unrolled, draw_unrolled
