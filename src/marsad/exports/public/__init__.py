"""What anybody may see: a record without private persons, coarse and late where told, in packages that can be made again."""

from marsad.exports.public.redaction import Redacted, redact, redacted
from marsad.exports.public.withheld import Withheld, withheld

__all__ = ["Redacted", "Withheld", "redact", "redacted", "withheld"]
