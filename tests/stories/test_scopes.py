"""One occasion or many: incidents, statistics, plans, and stories with nothing to code."""

from tests.stories import Told, story


@story(published="2024-05-06")
def test_several_attacks_added_up(told: Told) -> None:
    """At least 77 people were killed in various attacks across Sudan's Kordofan region over two days, the doctors'
    network said on Sunday.
    """
    total = told.statistic("killed")
    assert total.value == (77, None)
    assert not told.incidents
    assert not told.events


@story(published="2025-01-20")
def test_a_years_strikes(told: Told) -> None:
    """The army carried out 83 airstrikes in Sagaing region last year, killing 568 people, according to the Myanmar
    Peace Monitor.
    """
    strikes = told.statistic("incidents")
    assert strikes.value == (83, 83)
    killed = told.statistic("killed")
    assert killed.value == (568, 568)
    assert killed.when == strikes.when == ("2024-01-01", "2024-12-31")
    assert killed.speaker == ("Myanmar Peace Monitor", "monitor")
    assert not told.incidents


@story(published="2024-05-06")
def test_a_days_strikes_over_many_towns(told: Told) -> None:
    """Israeli airstrikes across Lebanon killed 33 people on Sunday, the health ministry said."""
    total = told.statistic("killed")
    assert total.value == (33, 33)
    assert total.when == ("2024-05-05", "2024-05-05")
    assert not told.incidents


@story(published="2024-05-06")
def test_a_wars_toll_beside_an_incident(told: Told) -> None:
    """A shell killed four people in a bakery in El Fasher on Sunday, a nurse said. The war has killed tens of thousands
    of people and displaced 12 million since April 2023, according to the United Nations.
    """
    shell = told.incident("Shelling/artillery/missile attack", place="El Fasher")
    assert shell.killed == (4, 4)
    assert told.statistic("killed").value == (20000, 99999)
    displaced = told.statistic("displaced")
    assert displaced.value == (12_000_000, 12_000_000)
    assert displaced.speaker == ("United Nations", "un")
    assert len(told.incidents) == 1
    assert told.event().killed == (4, 4, 4)


@story(published="2024-05-06")
def test_people_in_need(told: Told) -> None:
    """Some 3.4 million people in Haiti's Artibonite and West departments need food aid, the World Food Programme said
    on Sunday.
    """
    need = told.statistic("people_in_need")
    assert need.value == (3_400_000, 3_400_000)
    assert need.speaker == ("World Food Programme", "un")
    assert not told.incidents


@story(published="2024-05-06")
def test_a_months_lorries(told: Told) -> None:
    """In April, 1,166 aid lorries entered Gaza through Kerem Shalom, the United Nations said, and partners gave food to
    420,000 people.
    """
    lorries = told.statistic("trucks")
    assert lorries.value == (1166, 1166)
    assert lorries.when == ("2024-04-01", "2024-04-30")
    assert told.statistic("people_reached").value == (420_000, 420_000)
    assert not told.conditions.that(state=("aid_delivery", "delivered"))


@story(published="2024-05-06")
def test_commercial_lorries(told: Told) -> None:
    """About 140 commercial lorries loaded with cement were waiting at the Beitbridge border post on Sunday, a freight
    association said.
    """
    lorries = told.statistic("trucks", place="Beitbridge")
    assert lorries.value == (140, 140)
    assert not told.conditions.that(state=("aid_delivery", "delivered"))


@story(published="2024-05-06")
def test_kidnappings_of_a_quarter(told: Told) -> None:
    """The police recorded 118 kidnappings in Port-au-Prince between January and March, and 41 of the victims are still
    held.
    """
    assert told.statistic("abducted", value=(118, 118)).when == ("2024-01-01", "2024-03-31")
    assert not told.incidents


@story(published="2024-05-06")
def test_three_incidents_in_one_paragraph(told: Told) -> None:
    """Violence went on in Iraq on Sunday. A roadside bomb killed two policemen in Baqubah, gunmen shot dead a lawyer in
    Basra, and a mortar bomb wounded three children in Tuz Khurmatu, police said.
    """
    bomb = told.incident("Remote explosive/landmine/IED", place="Baqubah")
    assert bomb.killed == (2, 2)
    murder = told.incident("Attack", place="Basra")
    assert murder.killed == (1, 1)
    mortar = told.incident("Shelling/artillery/missile attack", place="Tuz Khurmatu")
    assert mortar.injured == (3, 3)
    assert mortar.killed is None
    assert all(claim.when == ("2024-05-05", "2024-05-05") for claim in (bomb, murder, mortar))
    assert len(told.events) == 3


@story(published="2024-05-06")
def test_plans_make_no_event(told: Told) -> None:
    """Egypt will reopen the Rafah crossing on Thursday if both sides agree, an official in Cairo said. Aid agencies
    plan to send 60 lorries through it next week.
    """
    assert not told.events
    assert not told.incidents.that(status="happened")
    assert not told.conditions.that(status="happened")
    assert not told.conditions.that(status="ongoing")


@story(published="2024-05-06")
def test_threats_make_no_event(told: Told) -> None:
    """A commander of the Fano militia threatened on Sunday to attack the town of Lalibela unless the army leaves it
    within a week. The town's mayor fears that thousands of people would flee.
    """
    assert not told.events
    assert not told.incidents.that(status="happened")
    assert not told.statistics.that(status="happened")


@story(published="2024-05-06")
def test_a_plot_that_did_not_come_to_anything(told: Told) -> None:
    """Police in Jakarta arrested two men on Sunday who had planned to bomb a cathedral, a police spokeswoman said."""
    arrests = told.incident("Arrests", place="Jakarta")
    assert arrests.detained == (2, 2)
    assert [e.sub_event_type for e in told.events] == ["Arrests"]


@story(published="2024-05-06")
def test_a_drill_is_no_attack(told: Told) -> None:
    """Taiwan's army fired missiles and artillery at mock targets off Pingtung on Sunday in its yearly exercise."""
    assert not told.events


@story(published="2024-05-06", title="Rovers hold on after late siege")
def test_sport(told: Told) -> None:
    """Rovers survived a second-half siege to beat City 2-1 on Sunday. Striker Amadou Diallo fired twice from close
    range, and the visitors' late bombardment came to nothing. Their captain was carried off injured after a clash of
    heads.
    """
    assert told.claims == ()


@story(published="2024-05-06")
def test_weather(told: Told) -> None:
    """Heavy rain killed 14 people in Rio Grande do Sul on Sunday, the civil defence service said. Rivers burst their
    banks and 3,000 people left their homes.
    """
    assert not told.incidents
    assert not told.conditions


@story(published="2024-05-06")
def test_a_budget(told: Told) -> None:
    """Finance minister Lucy Abeni presented a budget of 41 trillion shillings to parliament in Kampala on Monday.
    Spending on roads rises by four per cent, and teachers get a pay rise in July.
    """
    assert told.claims == ()


@story(published="2024-05-06")
def test_a_road_accident(told: Told) -> None:
    """A bus ran off a mountain road near Cochabamba on Sunday, killing 19 passengers, the highway police said. The
    driver had fallen asleep.
    """
    assert told.claims == ()


@story(published="2024-05-06")
def test_an_election_battle(told: Told) -> None:
    """The battle for the mayor's office in Izmir heated up on Sunday as both candidates bombarded voters with promises.
    A blow to the ruling party was the loss of two of its strongholds in a poll.
    """
    assert told.claims == ()


@story(published="2024-05-06")
def test_a_company_story(told: Told) -> None:
    """Shares in the chip maker exploded on Monday after it struck a deal with a rival in Seoul. Analysts said the firm
    had captured a tenth of the market.
    """
    assert told.claims == ()
