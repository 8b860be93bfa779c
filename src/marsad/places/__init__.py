"""Places: the gazetteer index, the names in a text, and choosing which place each one is."""

from marsad.places.finding import find_places
from marsad.places.gazetteer import Gazetteer, load_gazetteer
from marsad.places.reading import PlaceMention, PlaceReading
from marsad.places.recalling import unnamed

__all__ = ["Gazetteer", "PlaceMention", "PlaceReading", "find_places", "load_gazetteer", "unnamed"]
