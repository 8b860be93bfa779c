"""The actors of a text: found, linked, and generated for a country.

>>> text = "Al Shabaab shelled the base. The group then withdrew."
>>> [m.actor.name for m in resolve(find_actors(text, country="SOM"), text) if m.actor]
['Al Shabaab', 'Al Shabaab']
"""

from marsad.coding.actor_mentions import ActorMention, find_actors
from marsad.coding.actor_naming import country_actor, slug
from marsad.coding.actor_reference import resolve

__all__ = ["ActorMention", "country_actor", "find_actors", "resolve", "slug"]
