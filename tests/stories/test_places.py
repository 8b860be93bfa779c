"""Where: near, only a region, datelines, namesakes, and places meant by other words."""

from tests.stories import Told, story


@story(published="2024-05-06")
def test_near_a_town(told: Told) -> None:
    """Gunmen killed three lorry drivers near Gao, in northern Mali, on Sunday, a union official said."""
    attack = told.incident("Attack", place="Gao")
    assert attack.geo_precision == 2
    assert attack.country == "MLI"


@story(published="2024-05-06")
def test_only_a_region(told: Told) -> None:
    """Gunmen killed three lorry drivers in Sudan's South Kordofan on Sunday, a union official said."""
    attack = told.incident("Attack", place="South Kordofan")
    assert attack.geo_precision == 3
    assert attack.country == "SDN"


@story(published="2024-05-06")
def test_the_dateline_is_not_the_place(told: Told) -> None:
    """NAIROBI, Kenya - Gunmen killed three lorry drivers in Baidoa on Sunday, a union official said."""
    attack = told.incident("Attack")
    assert attack.place == "Baidoa"
    assert attack.country == "SOM"
    assert "Nairobi" not in attack.places


@story(published="2024-05-06")
def test_the_dateline_is_the_place_where_no_other_is_told(told: Told) -> None:
    """BAIDOA, Somalia - A suicide bomber killed four soldiers at a checkpoint on Sunday, police said."""
    assert told.incident("Suicide bomb").place == "Baidoa"


@story(published="2024-05-06")
def test_a_namesake_is_told_by_its_surroundings(told: Told) -> None:
    """BEIRUT - A hand grenade wounded two people in the Lebanese city of Tripoli on Sunday, the state news agency said."""
    attack = told.incident("Grenade", place="Tripoli")
    assert attack.country == "LBN"
    assert attack.injured == (2, 2)


@story(published="2024-05-06")
def test_these_cities(told: Told) -> None:
    """Floods and war have cut off Kadugli and Dilling, in Sudan's South Kordofan. The Rapid Support Forces are
    besieging both cities, a church leader said on Sunday.
    """
    for town in ("Kadugli", "Dilling"):
        assert told.condition("siege", "besieged", place=town).who == {"Rapid Support Forces"}


@story(published="2024-05-06")
def test_the_town_is_the_one_named_before(told: Told) -> None:
    """Army tanks reached the edge of Shendi, north of Khartoum, on Saturday. On Sunday a drone hit the town's power
    station, residents said.
    """
    strike = told.incident("Air/drone strike")
    assert strike.place == "Shendi"
    assert strike.when == ("2024-05-05", "2024-05-05")
    assert strike.targets == {"power"}


@story(published="2024-05-06")
def test_the_attackers_home_is_not_the_place(told: Told) -> None:
    """A drone that took off in Yemen hit an oil depot in Abu Dhabi on Sunday, killing one engineer, the police in Abu
    Dhabi said.
    """
    strike = told.incident("Air/drone strike")
    assert strike.place == "Abu Dhabi"
    assert strike.country == "ARE"


@story(published="2024-05-06")
def test_the_speakers_town_is_not_the_place(told: Told) -> None:
    """Militants shot dead two teachers in Kolofata on Sunday, the governor said in Maroua."""
    attack = told.incident("Attack")
    assert attack.place == "Kolofata"
    assert attack.country == "CMR"


@story(published="2024-05-06")
def test_a_quarter_of_a_city(told: Told) -> None:
    """A shell killed a baker in the Halfaya quarter of Khartoum North on Sunday, an emergency room volunteer said."""
    shelling = told.incident("Shelling/artillery/missile attack", place="Khartoum North")
    assert shelling.killed == (1, 1)


@story(published="2024-05-06", publisher="Kachin Hills Radio")
def test_a_town_that_no_gazetteer_knows(told: Told) -> None:
    """Two farmers were killed when soldiers fired mortar bombs at Nawng Hkoilen village in Myanmar's Kachin state on
    Sunday, villagers said.
    """
    shelling = told.incident("Shelling/artillery/missile attack")
    assert shelling.place == "Nawng Hkoilen"
    assert shelling.country == "MMR"
    assert shelling.whom == {"farmers"}
