"""The playground for images: a network that reads digits, from the pixels to the answer."""
from dlf.widgets.images.app import ImagePlayground
from dlf.widgets.images.session import ImageSession
