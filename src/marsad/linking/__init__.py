"""Claims → events, statistics and conditions: block, score, cluster, fuse. Rules: `docs/concepts/linking.md`."""

from marsad.linking.link import Folds, link

__all__ = ["Folds", "link"]
