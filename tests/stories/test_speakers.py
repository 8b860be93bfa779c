"""According to whom: rival accounts, denials, withdrawn figures, tolls that rise, and who `he` is."""

from tests.stories import Told, story

SHELLING = "Shelling/artillery/missile attack"


@story(published="2024-12-06")
def test_each_side_blames_the_other(told: Told) -> None:
    """Shells hit a livestock market in Omdurman on Thursday, killing 12 people.

    The Sudanese army accused the Rapid Support Forces of firing them. The Rapid Support Forces said the army had
    shelled the market itself.
    """
    own = told.incident(SHELLING, speaker=None)
    assert own.killed == (12, 12)
    assert len(own.who) == 0
    army = told.incident(SHELLING, speaker=("Sudanese army", "military"))
    assert army.who == {"Rapid Support Forces"}
    rsf = told.incident(SHELLING, speaker=("Rapid Support Forces", "armed_group"))
    assert rsf.who == {"army"}
    assert {army.stance, rsf.stance} == {"asserts"}
    for claim in (own, army, rsf):
        assert claim.place == "Omdurman"
        assert claim.when == ("2024-12-05", "2024-12-05")
    event = told.event(SHELLING)
    assert "who" in event.disputed
    assert event.killed[1] == 12


@story(published="2024-05-06")
def test_own_voice_and_a_speakers_toll(told: Told) -> None:
    """KABUL - A roadside bomb hit a minibus in Jalalabad on Sunday. Five passengers were killed and eight hurt,
    provincial health director Najib Safi said.
    """
    own = told.incident("Remote explosive/landmine/IED", place="Jalalabad", speaker=None)
    assert own.killed is None
    assert own.targets == {"vehicle"}
    toll = told.incident("Remote explosive/landmine/IED", speaker="Najib Safi")
    assert (toll.killed, toll.injured) == ((5, 5), (8, 8))
    assert toll.place == "Jalalabad"
    assert toll.when == ("2024-05-05", "2024-05-05")
    assert len(told.events) == 1


@story(published="2019-02-22")
def test_blame_from_one_and_toll_from_another(told: Told) -> None:
    """Syria blamed Israel for an airstrike on Boukamal, near the border with Iraq, on Thursday that an opposition
    activist said killed at least 18 fighters.
    """
    syria = told.incident("Air/drone strike", place="Boukamal", speaker=("Syria", "official"))
    assert syria.who == {"Israel"}
    assert syria.killed is None
    activist = told.incident("Air/drone strike", place="Boukamal", speaker="opposition activist")
    assert activist.killed == (18, None)
    assert len(told.events) == 1


@story(published="2024-10-25")
def test_a_denial(told: Told) -> None:
    """NIAMEY - Residents of Téra said soldiers shot dead six herders at the market on Wednesday. The army denied it."""
    said = told.incident("Attack", place="Téra", speaker=("residents", "resident"))
    assert said.killed == (6, 6)
    assert said.who == {"soldiers"}
    denied = told.incident("Attack", speaker=("the army", "military"))
    assert denied.stance == "denies"
    assert denied.place == "Téra"
    assert denied.when == said.when == ("2024-10-23", "2024-10-23")
    assert len(told.events) == 1


@story(published="2024-10-25")
def test_a_denial_alone(told: Told) -> None:
    """The Ugandan army denied on Friday that its troops had bombed the village of Boga, in eastern Congo, on Tuesday."""
    denied = told.incident("Air/drone strike", place="Boga")
    assert denied.stance == "denies"
    assert denied.speaker == ("Ugandan army", "military")
    assert denied.when == ("2024-10-22", "2024-10-22")


@story(published="2025-07-09")
def test_a_figure_that_is_withdrawn(told: Told) -> None:
    """The hospital in Wad Madani said on Tuesday that a drone strike on the bus station the day before had killed 21
    people.

    On Wednesday the hospital withdrew that figure and said nine people had been killed.
    """
    now = told.incident("Air/drone strike", stance="asserts", killed=(9, 9))
    assert now.place == "Wad Madani"
    withdrawn = told.incident("Air/drone strike", stance="denies")
    assert withdrawn.speaker == ("the hospital", "medical")


@story(published=("2024-02-12", "2024-02-13"))
def test_a_toll_that_rises_over_two_reports(told: Told) -> None:
    """RAFAH, Gaza Strip - An airstrike on a house in Rafah on Sunday night killed seven people, a rescue official said.

    ----

    The number of people killed in Sunday night's airstrike on a house in Rafah has risen to eleven, a rescue official
    said on Tuesday.
    """
    first = told.incident("Air/drone strike", place="Rafah", report=1)
    second = told.incident("Air/drone strike", place="Rafah", report=2)
    assert (first.killed, second.killed) == ((7, 7), (11, 11))
    assert first.when == second.when == ("2024-02-11", "2024-02-11")
    assert len(told.events) == 1
    assert told.event().killed[1] == 11
    assert not told.statistics


@story(published="2023-08-18")
def test_he_is_the_man_named_before(told: Told) -> None:
    """Gunmen attacked the village of Tchombangou, in Niger's Tillabéri region, on Wednesday, district prefect Idrissa
    Maiga said.

    Nineteen villagers were killed, he said.
    """
    toll = told.incident("Attack", killed=(19, 19))
    assert toll.speaker == ("Idrissa Maiga", "official")
    assert toll.place == "Tchombangou"
    assert toll.when == ("2023-08-16", "2023-08-16")


@story(published="2024-03-22")
def test_the_group_is_the_one_named_before(told: Told) -> None:
    """The Baloch Liberation Army attacked a naval depot in Turbat on Thursday, killing two guards, police said. The
    group also burned four lorries at Mand on the same day, they said.
    """
    fight = told.incident("Armed clash", place="Turbat")
    assert fight.who == {"Baloch Liberation Army"}
    burning = told.incident("Looting/property destruction", place="Mand")
    assert burning.who == {"Baloch Liberation Army"}
    assert burning.when == ("2024-03-21", "2024-03-21")
    assert burning.speaker == "police"


@story(published="2024-05-29", publisher="Syria Relief Watch")
def test_a_monitor_speaks_in_its_own_statement(told: Told) -> None:
    """Two rockets fell on the market of Ariha, in Syria's Idlib province, on Tuesday, killing three traders. Our
    volunteers documented the impacts and spoke to seven witnesses.
    """
    attack = told.incident(SHELLING, place="Ariha")
    assert attack.killed == (3, 3)
    assert attack.whom == {"traders"}
    assert attack.speaker is None


@story(published="2024-05-29")
def test_a_doubt(told: Told) -> None:
    """Rebel officers said on Tuesday that they had shot down an army drone over Lashio. A United Nations official said
    there was no confirmation that a drone had come down.
    """
    said = told.incident("Disrupted weapons use", stance="asserts")
    assert said.place == "Lashio"
    assert said.speaker == ("rebel officers", "armed_group")
    doubt = told.incident("Disrupted weapons use", stance="doubts")
    assert doubt.speaker == ("United Nations official", "un")


@story(published="2024-05-29")
def test_a_repeat_is_evidence_and_no_second_claim(told: Told) -> None:
    """Gunmen killed four miners in Zaranj on Tuesday, police spokesman Habib Noori said. The bodies of the four miners
    were taken to a clinic in the town, Noori said.
    """
    assert told.incident("Attack", place="Zaranj").killed == (4, 4)
    assert len(told.claims) == 1


@story(published="2024-05-29")
def test_an_unnamed_officer_has_the_role_of_his_army(told: Told) -> None:
    """Militants killed three soldiers in an ambush near Diffa on Monday, an army officer who asked not to be named told
    Reuters.
    """
    ambush = told.incident("Armed clash", place="Diffa")
    assert ambush.killed == (3, 3)
    assert ambush.speaker == ("an army officer", "military")


@story(published="2024-05-29")
def test_quoted_words(told: Told) -> None:
    """"The soldiers came into our street at noon and took away my two brothers," said Mariam Koné, a resident of Niono
    in central Mali, on Tuesday.
    """
    taken = told.incident("Abduction/forced disappearance", place="Niono")
    assert taken.abducted == (2, 2)
    assert taken.who == {"soldiers"}
    assert taken.speaker == ("Mariam Koné", "resident")
