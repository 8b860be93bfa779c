"""What comes in: files and pages → captures → reports. Story splitting, dates, language, copies.

`open_inputs` gives captures, `read_capture` the stories in one, `set_anchor` the date that relative dates are read against,
`mark_copies` the originals of syndicated stories, `copy_keys` what such stories have in common.
"""

from marsad.intake.anchor import set_anchor
from marsad.intake.copies import copy_keys, mark_copies
from marsad.intake.inputs import open_inputs
from marsad.intake.languages import detect_language
from marsad.intake.stories import Story, read_capture

__all__ = ["Story", "copy_keys", "detect_language", "mark_copies", "open_inputs", "read_capture", "set_anchor"]
