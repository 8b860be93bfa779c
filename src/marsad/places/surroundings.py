"""What the words round a name say about it: near it, a state, a village, a building in it, a dateline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

SIDE = r"(?:north|south|east|west)(?:[- ]?(?:east|west))?(?:ern)?"
KINDS = (
    r"border |port |market |mining |strategic |key |nearby |neighbouring |besieged "
    r"|eastern |western |northern |southern |central |old "
)
THE = rf"(?:the )?(?:(?:{KINDS}){{0,2}}"
SETTLED = THE + r"(?:towns?|city|cities|villages?|hamlets?|settlements?|camps?|districts?) (?:of )?)?"
NEAR = re.compile(
    rf"(?i)(?:\b(?:near|outside|close to|around|off|beyond|above|below|from near|not far from|next to"
    rf"|{SIDE} (?:(?:side|edge|outskirts|part|entrance) )?of|(?:outskirts|edge|fringes?|vicinity|surroundings|approaches"
    rf"|shores|banks) (?:of|to)"
    rf"|(?:km|kilomet\w{{1,4}}|miles) (?:{SIDE} )?(?:from|of|outside)|towards?|between"
    rf"|villages (?:around|near|outside)|(?:road|route|track|highway|corridor) (?:from|to|into|between|out of)"
    rf"|countryside (?:of|around)"
    rf"|adjoining|bordering) (?:just )?)(?:the )?{SETTLED}$"
)
PAIR = re.compile(r"(?i)\b(?:between|from|road from|track from) [\w'’\- ]{2,40} (?:and|to) (?:the )?$")
AFTER_NEAR = re.compile(
    r"(?i)^(?:[-–](?:[A-Z][\w'’-]{2,30}))?[- ](?:(?:main|old|border|ring|back) )?(?:road|highway|axis|countryside"
    r"|front ?lines?|frontline|track|outskirts|sector|direction|route|motorway|hills)\b"
)
PLACE_LEFT = re.compile(
    r"(?i)(?:\b(?:in|at|near|outside|around|inside|within|above|below|throughout|across)|\b(?:into|towards?|reach(?:ed"
    r"|ing)?|via)|"
    r"\b(?:north|south|east|west)(?:-?(?:east|west))? of|\b(?:outskirts|edge|suburbs?|streets|people|residents|centre"
    r"|center|heart|side) of|-based)"
    rf" {SETTLED}$"
)
WEAK_LEFT = re.compile(r"(?i)\b(?:from|to|of|off|between|on|leaving|left|through|over|by)(?: the)? $")
SETTLED_LEFT = re.compile(
    r"(?i)\b(?:towns?|city|cities|villages?|hamlets?|settlements?|camps?|districts?|quarters?|neighbou?rhoods?|suburbs?"
    r"|municipality|port|capital|commune|island"
    r"|outpost|enclave|locality|stronghold|crossings?|checkpoint|junction|airport|barrio|favela)"
    r"(?: of| at| called| named| known as|,)? $"
)
REGION_LEFT = re.compile(
    r"\b((?:[Pp]rovince|[Ss]tate|[Rr]egion)s?|[Cc]ounty|[Gg]overnorate|department|[Oo]blast|[Dd]istrict|[Ee]mirate"
    r"|[Pp]refecture) of (?:the )?$"
)
DATELINE = re.compile(
    r"[ \t]*(?P<city>[A-ZÀ-Þ][\w'’.\- ]{1,40}?)(?:, ?(?P<land>[A-Z][\w'’.\- ]{2,40}?))?"
    r"(?:,? (?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?(?: \d{1,2})?(?:,? \d{4})?)?"
    r"(?: ?\([^)\n]{1,40}\))? ?(?:—|–|--| - |:(?=\s)|-(?=\s))"
)
CAPITAL = re.compile(
    r"\b(?:the )?(?:(?P<dem>[A-Z][a-zë]{2,20}) capital\b|(?P<land>[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})?)['’]s capital\b"
    r"|[Tt]he (?P<bare>capital)\b)(?! (?:of|city of|punishment|letters?|gains|investment|markets?|,? [A-Z]))"
)
QUALIFIER = re.compile(
    r"^(?:,| \(|,? (?:in|of)(?: the)?| (?:district|town|village|city|council|camp|county|province|area|quarter|municipality)"
    r"(?:,| in| of)(?: the)?(?: (?:northern|southern|eastern|western|north|south|east|west|central|far|coastal|capital"
    r"|main town|capital of"
    r"|(?:main|capital) \w+) ?(?:part )?(?:of )?)?) ?(?:the )?$"
)
NAMED = r"[A-Z][a-zü]{2,20}(?: [A-Z][a-z]{2,20}){0,2}"
BORDER_BETWEEN = re.compile(
    rf"\b(?:[Tt]he )?(?:(?:border|frontier|passes|crossings|boundary) between (?P<one>{NAMED}) and (?P<other>{NAMED}))"
)
BORDER_OF = re.compile(
    rf"\b(?:[Tt]he )?(?P<one>{NAMED})[-–](?P<other>{NAMED}) (?:border|frontier)\b"
    rf"|\b(?:[Ii]ts|[Tt]heir|[Tt]he|(?P<owner>{NAMED})(?:['’]s)?) (?:\w{{1,12}} ){{0,2}}(?:border"
    rf"|frontier) with (?:the )?(?P<beyond>{NAMED})\b"
)
DATED = re.compile(
    r"^[,.:]? ?(?:\(?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
HEADING = re.compile(r"^(?:\.|:| —| –) (?=[A-Z])")
OVERCOME = re.compile(
    r"^,? (?:(?:was|were|is|are|has been|have been|had been|being|remains?|stays?) (?:\w{1,14}ly |now |still |also |again )?"
    r"(?:surrounded|besieged|shelled|overrun|encircled|evacuated|retaken|recaptured|bombed|fought over|cut off"
    r"|under (?:siege|fire|attack|curfew)|flooded|razed"
    r"|burned down|emptied|calm|quiet|tense|held by|in (?:rebel|army|government) hands)|fell (?:to|on|after|without)"
    r"|came under|changed hands|went first)\b"
)
HIT = re.compile(
    r"(?i)\b(?:escaped|fled|fleeing|withdrew|withdrawn|returned|driven|displaced|retreated|expelled|evacuated|arrived"
    r"|travelling|heading|marching|advanced?|advancing"
    r"|pulled (?:out|back)|came|road|way|won back|took back|fighting (?:in|for|over)|raid(?:ed)? (?:on|in)|control of"
    r"|held|holds?)"
    r"(?: (?:from|out of|in|into|to|on|towards?|south to|north to|east to|west to|back to|over|by))? $"
)
WITHIN = re.compile(r"(?i)^[^.!?;\n]{0,70}?\b(?:in|of|,)(?: the)? ?$")


@dataclass(frozen=True)
class Surroundings:
    """The text left and right of a name, cut short."""

    left: str
    right: str

    @cached_property
    def near(self) -> bool:
        return bool(NEAR.search(self.left) or PAIR.search(self.left) or AFTER_NEAR.search(self.right))

    @cached_property
    def settled(self) -> bool:
        return bool(SETTLED_LEFT.search(self.left))

    @cached_property
    def region(self) -> str | None:
        """The "province" in "the province of", without a plural."""
        match = REGION_LEFT.search(self.left)
        return match.group(1).lower().removesuffix("s") if match else None

    @cached_property
    def located(self) -> bool:
        """Right of a word that a place follows ("in", "near", "the town of")."""
        return bool(PLACE_LEFT.search(self.left)) or self.settled or bool(NEAR.search(self.left) or self.region)

    @cached_property
    def hit(self) -> bool:
        """Right of a movement or a fight that has a place for its object."""
        return bool(HIT.search(self.left))

    @cached_property
    def weakly(self) -> bool:
        return bool(WEAK_LEFT.search(self.left))


def dateline(text: str, begin: int) -> tuple[int, int]:
    """The (start, end) of the dateline that opens the text at `begin`, an empty span where there is none."""
    match = DATELINE.match(text, begin, begin + 120)
    if not match:
        return (begin, begin)
    city = match.group("city")
    letters = [c for c in city if c.isalpha()]
    if city.isupper() or (
        len(city.split()) <= 3 and text[match.end() - 1] in "—–" and all(w[0].isupper() for w in city.split()) and letters
    ):
        return (begin, match.end())
    return (begin, begin)
