from __future__ import annotations

import pytest

from marsad.coding.counts import find_counts

Triple = tuple[str, int | None, int | None]


def triples(sentence: str) -> list[Triple]:
    return [(c.effect, c.low, c.high) for c in find_counts(sentence)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("27 people were killed and 73 wounded.", [("killed", 27, 27), ("injured", 73, 73)]),
        ("The ambush left four dead and nine hurt.", [("killed", 4, 4), ("injured", 9, 9)]),
        ("Gunmen struck, killing 11 soldiers and at least six volunteers.", [("killed", 11, 11), ("killed", 6, None)]),
        ("A mine went off, killing three and wounding five others.", [("killed", 3, 3), ("injured", 5, 5)]),
        ("Two policemen and a passer-by died.", [("killed", 2, 2), ("killed", 1, 1)]),
        ("A soldier was killed near Djibo.", [("killed", 1, 1)]),
        ("Shells killed an elderly cobbler.", [("killed", 1, 1)]),
        ("The strike claimed the lives of 14 people.", [("killed", 14, 14)]),
        ("Violence has displaced 3,000 people.", [("displaced", 3000, 3000)]),
        ("Some 1,900 people fled to Saint-Marc.", [("displaced", 1900, 1900)]),
        ("The war forced 11 million people from their homes.", [("displaced", 11000000, 11000000)]),
        ("Bandits led away 22 people.", [("abducted", 22, 22)]),
        ("Police took four men into custody.", [("detained", 4, 4)]),
        ("Police arrested more than 60 protesters.", [("detained", 61, None)]),
        ("Kits were handed to 610 families.", [("reached", 610, 610)]),
        ("A convoy of 14 lorries reached the town.", [("trucks", 14, 14)]),
        ("The army carried out 83 strikes that caused 568 deaths.", [("incidents", 83, 83), ("killed", 568, 568)]),
        ("Some 19,000 people need food.", [("in_need", 19000, 19000)]),
        ("There were no casualties.", [("killed", 0, 0), ("injured", 0, 0)]),
        ("Nobody was killed.", [("killed", 0, 0)]),
        ("The death toll rose to 31.", [("killed", 31, 31)]),
        ("Abductions: 88, most on one road.", [("abducted", 88, 88)]),
        ("It was the sixth killing this year.", [("killed", 6, 6)]),
        ("A father and his two sons were hacked to death.", [("killed", 3, 3)]),
        ("TEN PEASANTS WERE KILLED AND THREE WOUNDED.", [("killed", 10, 10), ("injured", 3, 3)]),
        ("Many people were injured.", [("injured", None, None)]),
        ("Nine died and a hundred and five were abducted.", [("killed", 9, 9), ("abducted", 105, 105)]),
        ("The number of people killed in the fighting has risen to 120.", [("killed", 120, 120)]),
        ("The number of people killed in the raid has gone up to 35.", [("killed", 35, 35)]),
        ("A second blast raised to 35 the number of people wounded.", [("injured", 35, 35)]),
        ("A rocket hit a pickup truck, killing its two occupants.", [("killed", 2, 2)]),
        ("A drone hit a motorcycle, killing its rider.", [("killed", 1, 1)]),
        ("A crowd beat two men to death.", [("killed", 2, 2)]),
        ("They hacked three women to death and shot a boy dead.", [("killed", 3, 3), ("killed", 1, 1)]),
        ("The road opened and 640 people left through it.", [("displaced", 640, 640)]),
        ("Lorries brought aid for at least 130,000 people.", [("reached", 130000, None)]),
        ("Gunmen pulled nine travellers off a bus and took them away.", [("abducted", 9, 9)]),
        ("Police pulled nine students off a bus and led them away.", [("detained", 9, 9)]),
        ("Two men in a pickup truck shot a soldier dead.", [("killed", 1, 1)]),
        ("A lorry carrying soldiers hit a mine, killing three.", [("killed", 3, 3)]),
        ("A lorry of flour reached the camp.", [("trucks", 1, 1)]),
        ("In March 2020 insurgents killed 40 soldiers.", [("killed", 40, 40)]),
        ("It was the first death of the siege.", [("killed", 1, 1)]),
        ("It was the first death in the town.", [("killed", 1, 1)]),
        ("Not a single civilian was harmed.", [("injured", 0, 0), ("killed", 0, 0)]),
        ("A family of five was killed.", [("killed", 5, 5)]),
        ("Raiders shot two herders, who died.", [("killed", 2, 2)]),
        ("A settler shot a shepherd in the thigh.", [("injured", 1, 1)]),
        ("A man was shot in both legs.", [("injured", 1, 1)]),
        ("Mines wounded 115 people and killed 17.", [("injured", 115, 115), ("killed", 17, 17)]),
        ("In March 2019 more than 150 people perished.", [("killed", 151, None)]),
        ("The mission has reports of 13 civilians killed.", [("killed", 13, 13)]),
        ("Two suspects were seized in a house.", [("detained", 2, 2)]),
        ("Shells fell without casualties, according to the mayor.", [("killed", 0, 0), ("injured", 0, 0)]),
        ("Hemin S., 19, died on the track.", [("killed", 1, 1)]),
        ("A patient wounded in the blast died, raising the toll to 19.", [("killed", 19, 19)]),
        ("A drone killed a couple and their grown-up son.", [("killed", 3, 3)]),
        ("A woman of 60 and two of her grandchildren were killed.", [("killed", 3, 3)]),
        ("Gunmen killed a driver and his apprentice.", [("killed", 2, 2)]),
        ("A mother of six died on Monday.", [("killed", 1, 1)]),
        ("Nobody was injured.", [("injured", 0, 0)]),
        ("The crew was unhurt.", [("killed", 0, 0), ("injured", 0, 0)]),
    ],
)
def test_counts(sentence: str, expected: list[Triple]) -> None:
    assert triples(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "A shell destroyed 14 houses.",
        "The town lies 40 km from the border and has 20,000 residents.",
        "Two men spoke to reporters on 3 May 2023.",
        "Six hostages were freed.",
        "Prices rose by 40 per cent after three weeks.",
        "A buffalo died.",
        "On Friday one fell on a kitchen.",
        "They sent a man and his wife home.",
    ],
)
def test_nothing_befell_them(sentence: str) -> None:
    assert triples(sentence) == []


def test_a_part_is_marked() -> None:
    whole, part = find_counts("A strike killed nine people, including three children.")
    assert (whole.subset, part.subset) == (False, True)
    assert (part.effect, part.low, part.words) == ("killed", 3, "three children")


def test_flags() -> None:
    assert find_counts("The toll has risen to 14.")[0].update
    assert find_counts("Another 12 were injured.")[0].added
    assert find_counts("It spoke of the same number of dead.")[0].anaphor
    assert find_counts("At least 77 people were killed in various attacks.")[0].total_of_several


def test_offsets_hold() -> None:
    sentence = "“At least 18 fighters” and a nurse were killed, 73 wounded and nobody else was hurt. " * 20
    counts = find_counts(sentence)
    assert counts and all(sentence[c.start : c.end] == c.words for c in counts)


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("Six people, among them a boy, were wounded.", [("a boy", 1)]),
        ("A family of five were killed, three of them children.", [("three of them", 3)]),
        ("Thirty died. Nineteen of the dead were civilians.", [("Nineteen of the dead", 19)]),
        ("It killed eight people, four of them women and two children.", [("four of them", 4), ("two children", 2)]),
        ("Nine people were killed, three of them from one household.", [("three of them", 3)]),
    ],
)
def test_a_part_of_another_count(sentence: str, parts: list[tuple[str, int]]) -> None:
    assert [(c.words, c.low) for c in find_counts(sentence) if c.subset] == parts
