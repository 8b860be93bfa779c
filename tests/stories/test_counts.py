"""How many: bounds, vague words, subsets, nobody."""

from tests.stories import Told, story


@story(published="2024-05-06")
def test_at_least(told: Told) -> None:
    """At least 18 fighters were killed in an airstrike on a camp near Mayadin, in eastern Syria, on Sunday."""
    strike = told.incident("Air/drone strike", place="Mayadin")
    assert strike.killed == (18, None)


@story(published="2024-05-06")
def test_no_fewer_than(told: Told) -> None:
    """No fewer than six people were killed when gunmen attacked a church in Kaduna, Nigeria, on Sunday, a priest said."""
    assert told.incident("Attack", place="Kaduna").killed == (6, None)


@story(published="2024-05-06")
def test_more_than(told: Told) -> None:
    """More than 50 civilians were killed in an artillery barrage on Nyala on Sunday, a volunteer medic said."""
    shelling = told.incident("Shelling/artillery/missile attack", place="Nyala")
    assert shelling.killed == (51, None)
    assert shelling.whom == {"civilians"}


@story(published="2024-05-06")
def test_up_to(told: Told) -> None:
    """Up to ten soldiers died on Sunday in an ambush by militants at Tillabéri in Niger, a regional official said."""
    assert told.incident("Armed clash", place="Tillabéri").killed == (None, 10)


@story(published="2024-05-06")
def test_as_many_as(told: Told) -> None:
    """As many as 40 pupils were abducted by armed men from a school in Kagara, Nigeria, on Sunday, a teacher said."""
    taken = told.incident("Abduction/forced disappearance", place="Kagara")
    assert taken.abducted == (None, 40)
    assert taken.targets == {"school"}


@story(published="2024-05-06")
def test_about(told: Told) -> None:
    """About 30 houses burned and nearly 20 people were killed when raiders attacked Abyei town on Sunday, the mayor
    said.
    """
    attack = told.incident("Attack", place="Abyei")
    assert attack.killed == (20, 20)


@story(published="2024-05-06")
def test_dozens_and_scores(told: Told) -> None:
    """A car bomb killed dozens of shoppers and wounded scores at a market in Afgoye, Somalia, on Sunday, police said."""
    bomb = told.incident("Remote explosive/landmine/IED", place="Afgoye")
    assert bomb.killed == (24, 99)
    assert bomb.injured == (40, 199)
    assert bomb.weapons == {"car bomb"}


@story(published="2024-05-06")
def test_several_and_hundreds(told: Told) -> None:
    """Several soldiers were killed on Sunday when rebels attacked an army post at Bunagana, and hundreds of residents
    fled to Uganda, a customs clerk said.
    """
    fight = told.incident("Armed clash", place="Bunagana")
    assert fight.killed == (3, 9)
    assert fight.displaced == (200, 999)


@story(published="2024-05-06")
def test_tens_of_thousands_displaced_by_one_battle(told: Told) -> None:
    """Tens of thousands of people fled Wad Madani on Sunday as the Rapid Support Forces and the army fought in the
    city, the UN refugee agency said.
    """
    fight = told.incident("Armed clash", place="Wad Madani")
    assert fight.displaced == (20000, 99999)
    assert fight.speaker == ("the UN refugee agency", "un")


@story(published="2024-05-06")
def test_a_subset_is_a_count_of_its_own(told: Told) -> None:
    """An airstrike killed 14 people, including three children, in the town of Saada in Yemen on Sunday, a hospital
    said.
    """
    strike = told.incident("Air/drone strike", place="Saada")
    assert strike.killed == (14, 14)
    assert strike.count("killed", "children") == (3, 3)


@story(published="2024-05-06")
def test_number_words(told: Told) -> None:
    """Twenty-three miners were killed by armed men in Djugu, in Congo's Ituri province, on Sunday, and a hundred and
    five were taken away, civil society leader Jules Tsuba said.
    """
    attack = told.incident("Attack", place="Djugu")
    assert attack.killed == (23, 23)
    assert attack.abducted == (105, 105)


@story(published="2024-05-06")
def test_a_range(told: Told) -> None:
    """Between 20 and 30 people were killed in a drone strike on a wedding in Kutum, Sudan, on Sunday, witnesses said."""
    strike = told.incident("Air/drone strike", place="Kutum")
    assert strike.killed == (20, 30)
    assert strike.speaker == ("witnesses", "resident")


@story(published="2024-05-06")
def test_nobody_was_hurt(told: Told) -> None:
    """A rocket landed in a field outside Sderot in southern Israel on Sunday; nobody was hurt, the army said."""
    rocket = told.incident("Shelling/artillery/missile attack", place="Sderot", speaker="the army")
    assert rocket.killed == (0, 0)
    assert rocket.injured == (0, 0)


@story(published="2024-05-06")
def test_wounded_without_a_number(told: Told) -> None:
    """A roadside bomb killed two policemen and wounded many passers-by in Quetta on Sunday, police said."""
    bomb = told.incident("Remote explosive/landmine/IED", place="Quetta")
    assert bomb.count("killed", "policemen") == (2, 2)
    assert bomb.injured == (None, None)


@story(published="2024-05-06")
def test_one_man(told: Told) -> None:
    """A sniper shot dead a taxi driver in Port Sudan on Sunday, his brother said."""
    attack = told.incident("Attack", place="Port Sudan")
    assert attack.killed == (1, 1)
    assert attack.whom == {"taxi driver"}


@story(published="2024-05-06")
def test_numbers_that_are_no_tolls(told: Told) -> None:
    """Two soldiers were killed on Sunday when 300 rebels on 60 motorcycles attacked the 12th battalion at Ansongo, in
    Mali, at 5 a.m., Colonel Modibo Traoré said. The shooting went on for 90 minutes.
    """
    fight = told.incident("Armed clash", place="Ansongo")
    assert fight.killed == (2, 2)
    assert fight.injured is None
    assert not told.statistics
