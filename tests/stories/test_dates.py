"""When: days, nights, weeks, months, and what relative dates are read against."""

from tests.stories import Told, story


@story(published="2024-05-08")
def test_overnight_is_two_dates(told: Told) -> None:
    """Overnight, artillery fire on Bakhmut killed two people, the regional administration said on Wednesday."""
    shelling = told.incident("Shelling/artillery/missile attack", place="Bakhmut")
    assert shelling.when == ("2024-05-07", "2024-05-08")
    assert shelling.time_precision == "day"


@story(published="2024-05-07")
def test_the_weekend(told: Told) -> None:
    """Clashes between two militias in Zawiya, west of the Libyan capital, killed four people over the weekend, a
    hospital said.
    """
    clash = told.incident("Armed clash", place="Zawiya")
    assert clash.when == ("2024-05-04", "2024-05-05")
    assert clash.time_precision == "week"


@story(published="2024-05-08")
def test_last_week_is_monday_to_sunday(told: Told) -> None:
    """Armed men kidnapped nine farmers near Kankara in northern Nigeria last week, the council chairman said."""
    taken = told.incident("Abduction/forced disappearance", place="Kankara")
    assert taken.when == ("2024-04-29", "2024-05-05")
    assert taken.time_precision == "week"


@story(published="2024-05-23")
def test_weeks_ago(told: Told) -> None:
    """Two weeks ago, gunmen killed seven fishermen at Baga on Lake Chad, a survivor said."""
    attack = told.incident("Attack", place="Baga")
    assert attack.when == ("2024-05-06", "2024-05-12")
    assert attack.time_precision == "week"


@story(published="2024-05-06")
def test_the_weekday_of_publication(told: Told) -> None:
    """A land mine killed a shepherd near Palmyra in Syria on Monday, a relative said."""
    mine = told.incident("Remote explosive/landmine/IED", place="Palmyra")
    assert mine.when == ("2024-05-06", "2024-05-06")


@story(published="2024-05-06")
def test_yesterday(told: Told) -> None:
    """Yesterday the army shelled Rathedaung in Myanmar's Rakhine state, killing one woman, a resident said."""
    assert told.incident(place="Rathedaung").when == ("2024-05-05", "2024-05-05")


@story(published="2024-05-22")
def test_earlier_this_month(told: Told) -> None:
    """Earlier this month, rebels killed five policemen at Chintagufa in the Indian state of Chhattisgarh, officials
    said.
    """
    clash = told.incident("Armed clash")
    assert clash.when == ("2024-05-01", "2024-05-31")
    assert clash.time_precision == "month"


@story(published="2024-02-20")
def test_late_january(told: Told) -> None:
    """In late January, soldiers arrested 16 traders at Bol, on the Chadian shore of the lake, a trade union said."""
    arrests = told.incident("Arrests", place="Bol")
    assert arrests.when == ("2024-01-21", "2024-01-31")
    assert arrests.detained == (16, 16)


@story(published="2025-01-02")
def test_a_day_of_last_year(told: Told) -> None:
    """On 30 December, a drone hit a bakery in El Fasher and killed eight people, the local resistance committee said."""
    strike = told.incident("Air/drone strike", place="El Fasher")
    assert strike.when == ("2024-12-30", "2024-12-30")


@story(published="2024-05-08")
def test_recent_days(told: Told) -> None:
    """Fighting between the army and rebels in recent days has emptied the town of Pinlebu in Myanmar, residents said."""
    fight = told.incident("Armed clash", place="Pinlebu")
    assert fight.when == ("2024-05-05", "2024-05-07")
    assert fight.time_precision == "week"


@story(published="2024-05-08")
def test_the_day_of_the_act_and_not_of_the_statement(told: Told) -> None:
    """The army said on Wednesday that a patrol had killed three rebels near Kalemie in Congo on 1 May."""
    assert told.incident("Armed clash", place="Kalemie").when == ("2024-05-01", "2024-05-01")


@story()
def test_no_anchor_leaves_relative_dates_open(told: Told) -> None:
    """A bomb killed three cattle traders in Galkayo on Tuesday, police said."""
    assert told.reports[0].anchor.basis == "none"
    bomb = told.incident("Remote explosive/landmine/IED", place="Galkayo")
    assert bomb.when == (None, None)
    assert bomb.killed == (3, 3)


@story()
def test_no_anchor_but_a_full_date(told: Told) -> None:
    """A bomb killed three cattle traders in Galkayo on 14 May 2024, police said."""
    assert told.incident("Remote explosive/landmine/IED", place="Galkayo").when == ("2024-05-14", "2024-05-14")


@story()
def test_an_inferred_anchor(told: Told) -> None:
    """Libya and Tunisia reopened the Ras Ajdir border crossing on Monday, two years after it was closed in 2022, a
    border officer said.
    """
    assert told.reports[0].anchor.basis == "inferred"
    assert (told.reports[0].anchor.date or "").startswith("2024")
    told.condition("border_crossing", "open", place="Ras Ajdir")


@story(published="2024-05-08")
def test_history_is_background(told: Told) -> None:
    """Mourners laid wreaths in Odesa on Wednesday to mark the tenth anniversary of the clashes in which dozens of
    people died there in May 2014.
    """
    assert all(claim.background for claim in told.incidents)
    assert not [e for e in told.events if not e.background]


@story(published="2024-05-08")
def test_a_trial_tells_background(told: Told) -> None:
    """A court in Koblenz sentenced a former Syrian colonel to life in prison on Wednesday for the killing of 27
    prisoners in Damascus in 2012.
    """
    assert all(claim.background for claim in told.incidents.that(killed=(27, 27)))
    assert not [e for e in told.events if e.killed[1] == 27 and not e.background]
