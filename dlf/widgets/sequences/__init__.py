"""The playground for sequences: states, gates and attention of a network while it learns."""
from dlf.widgets.sequences.app import SequencePlayground
from dlf.widgets.sequences.session import SequenceSession
