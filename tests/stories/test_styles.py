"""The same rules in other clothes: a UN update, a press statement, capitals, translated copy, a radio bulletin."""

from tests.stories import Told, story


@story(published="2025-06-18", title="Darfur: Flash Update No. 4", publisher="UN relief coordination office, Port Sudan")
def test_a_un_flash_update(told: Told) -> None:
    """HIGHLIGHTS

    • On 12 June 2025 a 26-lorry convoy of the World Food Programme reached Tawila with food for close to 90,000 people.
    • The road between Zalingei and Nertiti has been cut since 9 June by fighters of the Rapid Support Forces.
    • An estimated 1.3 million people in Central Darfur require food assistance.
    • The Adré crossing remains open to humanitarian cargo.
    """
    delivery = told.condition("aid_delivery", "delivered", place="Tawila")
    assert delivery.trucks == (26, 26)
    assert delivery.reached == (90_000, 90_000)
    assert delivery.when == ("2025-06-12", "2025-06-12")
    road = told.condition("corridor", "blocked", place="Zalingei")
    assert road.when == ("2025-06-09", "2025-06-09")
    need = told.statistic("people_in_need")
    assert need.value == (1_300_000, 1_300_000)
    assert need.place == "Central Darfur"
    assert told.condition("border_crossing", "open", place="Adré").status == "ongoing"
    assert not told.incidents


@story(published="2024-05-29", publisher="Directorate of Defence Information", title="Press statement")
def test_a_press_statement(told: Told) -> None:
    """The heroes of our armed forces destroyed two pickup trucks of the terrorist militia in an ambush at Barri, in
    Somalia's Hiraan region, on Tuesday 28 May 2024 and killed eleven terrorists. Three of our soldiers were lightly
    wounded. Victory is near.
    """
    ambush = told.incident("Armed clash")
    assert ambush.count("killed", "terrorists") == (11, 11)
    assert ambush.injured == (3, 3)
    assert ambush.when == ("2024-05-28", "2024-05-28")
    assert ambush.speaker is None or ambush.speaker.role == "military"


@story(published="2024-05-06", publisher="Emergency Lawyers")
def test_a_lawyers_statement(told: Told) -> None:
    """We condemn the bombing by a warplane of the Sudanese army of the market in Kabkabiya, North Darfur, on Sunday 5
    May 2024, in which 18 civilians were killed. Emergency Lawyers calls on both parties to spare markets.
    """
    strike = told.incident("Air/drone strike", place="Kabkabiya")
    assert strike.killed == (18, 18)
    assert strike.whom == {"civilians"}
    assert strike.who == {"Sudanese army"}
    assert strike.when == ("2024-05-05", "2024-05-05")


@story(published="2024-05-06")
def test_capitals(told: Told) -> None:
    """A ROADSIDE BOMB KILLED FOUR SOLDIERS IN MAIDUGURI ON SUNDAY, THE ARMY SAID.

    GUNMEN KIDNAPPED TWO NURSES IN ZARIA ON SATURDAY, POLICE SAID.
    """
    bomb = told.incident("Remote explosive/landmine/IED", place="Maiduguri")
    assert bomb.killed == (4, 4)
    assert bomb.when == ("2024-05-05", "2024-05-05")
    assert bomb.speaker == ("THE ARMY", "military")
    taken = told.incident("Abduction/forced disappearance", place="Zaria")
    assert taken.abducted == (2, 2)


@story(published="2024-05-06", publisher="Agence Panafricaine")
def test_translated_copy(told: Told) -> None:
    """The locality of Barsalogho, in the Centre-North region of Burkina Faso, was the target Sunday of an incursion of
    unidentified armed individuals who made six dead among the civilian population, according to a security source
    joined by telephone.
    """
    attack = told.incident("Attack", place="Barsalogho")
    assert attack.killed == (6, 6)
    assert attack.whom == {"civilian"}
    assert attack.when == ("2024-05-05", "2024-05-05")
    assert attack.speaker == "a security source"


@story(published="2024-05-06", publisher="Radio Tonj")
def test_a_radio_bulletin(told: Told) -> None:
    """Good evening. Raiders drove off 400 head of cattle from Marial Bai this morning and shot two herders, who died.
    That is what the payam administrator, Deng Akol, told this station. The bridge at Kuajok has been closed since
    Saturday. Tomorrow: dry and hot.
    """
    raid = told.incident("Attack", place="Marial Bai")
    assert raid.killed == (2, 2)
    assert raid.whom == {"herders"}
    assert raid.when == ("2024-05-06", "2024-05-06")
    bridge = told.conditions.the("bridge", place="Kuajok")
    assert bridge.state == ("corridor", "blocked")
    assert bridge.when == ("2024-05-04", "2024-05-04")


@story(published="2024-05-06", title="Six killed as mortar fire hits Taiz")
def test_the_headline_is_no_second_incident(told: Told) -> None:
    """TAIZ, Yemen - Mortar bombs fell on a street in Taiz on Sunday, killing six people, a medic at the Thawra hospital
    said.
    """
    shelling = told.incident("Shelling/artillery/missile attack", place="Taiz")
    assert shelling.killed == (6, 6)
    assert shelling.weapons == {"mortar"}
    assert len(told.events) == 1


@story(published=("2024-05-06", "2024-05-06"))
def test_two_outlets_one_event(told: Told) -> None:
    """QUETTA - Gunmen on motorcycles shot dead five labourers in Turbat on Sunday, assistant commissioner Adil Baloch
    said.

    ----

    Five workers were killed by armed men in Turbat, in the Pakistani province of Balochistan, on Sunday, police
    said.
    """
    first, second = told.incident("Attack", report=1), told.incident("Attack", report=2)
    assert first.killed == second.killed == (5, 5)
    event = told.event("Attack", place="Turbat")
    assert len(event.reports) == 2
    assert event.killed == (5, 5, 5)
    assert event.disputed == ()
