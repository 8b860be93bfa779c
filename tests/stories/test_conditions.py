"""One story for each subject and state of a condition, and the rules about conditions."""

from tests.stories import Told, story


@story(published="2025-06-03")
def test_crossing_open(told: Told) -> None:
    """AMMAN - Jordan reopened the Jaber crossing with Syria to passengers and freight on Monday, nine days after
    shutting it, the Jordanian interior ministry said.
    """
    crossing = told.condition("border_crossing", "open", place="Jaber")
    assert crossing.when == ("2025-06-02", "2025-06-02")
    assert crossing.status == "happened"
    assert crossing.speaker == ("Jordanian interior ministry", "official")
    assert not told.incidents


@story(published="2025-02-23")
def test_crossing_closed(told: Told) -> None:
    """PESHAWAR - Pakistan closed the Torkham border crossing with Afghanistan on Friday after a quarrel over a new
    guard post, a customs official said. More than 900 loaded lorries were waiting on the Pakistani side on Sunday,
    he said.
    """
    crossing = told.condition("border_crossing", "closed", place="Torkham")
    assert crossing.when == ("2025-02-21", "2025-02-21")
    assert crossing.speaker == ("a customs official", "official")
    lorries = told.statistic("trucks")
    assert lorries.value == (901, None)
    assert not told.incidents


@story(published="2024-09-25")
def test_crossing_restricted(told: Told) -> None:
    """The Arar crossing between Iraq and Saudi Arabia is open to pilgrims only, and for four hours a day, the border
    authority in Baghdad said on Wednesday.
    """
    crossing = told.condition("border_crossing", "restricted", place="Arar")
    assert crossing.when == (None, None)
    assert crossing.status == "ongoing"
    assert not told.incidents


@story(published="2023-11-14")
def test_besieged(told: Told) -> None:
    """OUAGADOUGOU - Jihadist fighters have besieged Djibo, in the north of Burkina Faso, since February 2022, and the
    last supply convoy came in seven weeks ago, a trader in the town said.
    """
    siege = told.condition("siege", "besieged", place="Djibo")
    assert siege.who == {"jihadist fighters"}
    assert siege.when == ("2022-02-01", "2022-02-28")
    assert siege.time_precision == "month"
    assert siege.status == "ongoing"


@story(published="2026-02-03")
def test_siege_lifted(told: Told) -> None:
    """PORT SUDAN - The Sudanese army broke the Rapid Support Forces' siege of Dilling on Monday after two years, an
    army spokesman said.
    """
    siege = told.condition("siege", "lifted", place="Dilling")
    assert siege.who == {"Rapid Support Forces"}
    assert siege.when == ("2026-02-02", "2026-02-02")
    assert siege.status == "happened"
    assert siege.speaker == ("an army spokesman", "military")


@story(published="2024-09-25")
def test_territory_held(told: Told) -> None:
    """The town of Kauda, in Sudan's Nuba Mountains, is held by the Sudan People's Liberation Movement-North."""
    held = told.condition("territory", "held", place="Kauda")
    assert held.who == {"Sudan People's Liberation Movement-North"}
    assert held.when == (None, None)
    assert held.status == "ongoing"
    assert held.speaker is None
    assert not told.incidents


@story(published="2024-11-15")
def test_territory_lost(told: Told) -> None:
    """YANGON - Myanmar's army has lost control of the town of Falam, a spokesman for the junta acknowledged on
    Thursday.
    """
    lost = told.condition("territory", "lost", place="Falam")
    assert lost.speaker == ("a spokesman for the junta", "military")
    assert lost.stance == "asserts"


@story(published="2025-04-04")
def test_territory_contested(told: Told) -> None:
    """Control of the town of Walikale was contested on Thursday, with M23 rebels in the centre and the Congolese army
    at the airstrip, the UN mission said.
    """
    contested = told.condition("territory", "contested", place="Walikale")
    assert contested.speaker == ("the UN mission", "un")
    assert contested.country == "COD"


@story(published="2024-07-12")
def test_corridor_open(told: Told) -> None:
    """ADEN - The main road between Taiz and Lahj reopened to all traffic on Thursday after nine years, the governor's
    office said.
    """
    road = told.condition("corridor", "open")
    assert road.places == {"Taiz", "Lahj"}
    assert road.when == ("2024-07-11", "2024-07-11")
    assert road.status == "happened"


@story(published="2024-12-05")
def test_corridor_restricted(told: Told) -> None:
    """The road from Kassala to Gedaref may be used only by day and only in escorted convoys, the state police said on
    Wednesday.
    """
    road = told.condition("corridor", "restricted", place="Kassala")
    assert "Gedaref" in road.places
    assert road.status == "ongoing"


@story(published="2025-03-04")
def test_corridor_blocked(told: Told) -> None:
    """BANGUI - Fighters of the Coalition of Patriots for Change have blocked the road between Bouar and Beloko since
    Saturday, and no lorry from Cameroon has got through, a driver said.
    """
    road = told.condition("corridor", "blocked", place="Bouar")
    assert road.who == {"Coalition of Patriots for Change"}
    assert road.when == ("2025-03-01", "2025-03-01")
    assert road.status == "ongoing"
    assert not told.incidents


@story(published="2024-10-30")
def test_aid_delivered(told: Told) -> None:
    """NAIROBI - A World Food Programme convoy of 17 lorries reached Kadugli on Tuesday with food for more than 50,000
    people, the agency said.
    """
    delivery = told.condition("aid_delivery", "delivered", place="Kadugli")
    assert delivery.trucks == (17, 17)
    assert delivery.reached == (50001, None)
    assert delivery.who == {"World Food Programme"}
    assert delivery.when == ("2024-10-29", "2024-10-29")
    assert not told.incidents
    assert not told.statistics


@story(published="2022-03-31")
def test_aid_blocked(told: Told) -> None:
    """ADDIS ABABA - Soldiers at a checkpoint outside Abala turned back a Red Cross convoy of nine lorries on Wednesday,
    the International Committee of the Red Cross said.
    """
    convoy = told.condition("aid_delivery", "blocked", place="Abala")
    assert convoy.who == {"Red Cross"}
    assert convoy.trucks == (9, 9)
    assert convoy.when == ("2022-03-30", "2022-03-30")
    assert convoy.speaker == ("International Committee of the Red Cross", "aid")


@story(published="2024-08-26")
def test_aid_attacked(told: Told) -> None:
    """BANGUI - Gunmen fired on a Médecins Sans Frontières convoy carrying vaccines near Bambari on Sunday, killing a
    driver, the charity said.
    """
    convoy = told.condition("aid_delivery", "attacked", place="Bambari")
    assert convoy.who == {"Médecins Sans Frontières"}
    ambush = told.incident("Attack", place="Bambari")
    assert ambush.who == {"gunmen"}
    assert ambush.killed == (1, 1)
    assert ambush.when == ("2024-08-25", "2024-08-25")
    assert ambush.shares_evidence_with(convoy)


@story(published="2024-11-27")
def test_ceasefire_in_force(told: Told) -> None:
    """BEIRUT - A ceasefire between Israel and Hezbollah took effect in Lebanon at four o'clock on Wednesday morning."""
    truce = told.condition("ceasefire", "in_force")
    assert truce.when == ("2024-11-27", "2024-11-27")
    assert "Hezbollah" in truce.parties
    assert truce.speaker is None


@story(published="2024-12-04")
def test_ceasefire_broken(told: Told) -> None:
    """An Israeli drone struck a motorcycle in Marjayoun on Tuesday, killing its rider and breaking the truce that began
    a week ago, the Lebanese army said.
    """
    strike = told.incident("Air/drone strike", place="Marjayoun")
    assert strike.killed == (1, 1)
    broken = told.condition("ceasefire", "broken")
    assert broken.when == ("2024-12-03", "2024-12-03")
    assert broken.shares_evidence_with(strike)


@story(published="2024-08-06")
def test_ceasefire_ended(told: Told) -> None:
    """BOGOTA - The year-long ceasefire between the Colombian government and the National Liberation Army ended at
    midnight on Saturday, the defence ministry said.
    """
    truce = told.condition("ceasefire", "ended")
    assert truce.when == ("2024-08-03", "2024-08-03")
    assert "National Liberation Army" in truce.parties
    assert not told.incidents


@story(published="2025-02-12")
def test_a_siege_is_one_claim_a_town(told: Told) -> None:
    """The Rapid Support Forces are besieging El Fasher and Babanusa, the United Nations said on Tuesday."""
    for town in ("El Fasher", "Babanusa"):
        siege = told.condition("siege", "besieged", place=town)
        assert siege.who == {"Rapid Support Forces"}
        assert siege.speaker == ("United Nations", "un")
        assert len(siege.places) == 1


@story(published="2026-02-18")
def test_a_joint_delivery_is_one_claim(told: Told) -> None:
    """A UN convoy reached Dilling and Kadugli on Tuesday with aid for at least 130,000 people, the UN resident
    coordinator said.
    """
    delivery = told.condition("aid_delivery", "delivered")
    assert delivery.places == {"Dilling", "Kadugli"}
    assert delivery.reached == (130000, None)
    assert not told.statistics


@story(published="2025-12-02")
def test_a_capture_is_an_incident_and_a_condition(told: Told) -> None:
    """The Rapid Support Forces captured the town of Babanusa on Monday after a battle with the army's 22nd division,
    the group said in a statement.
    """
    capture = told.incident("Non-state actor overtakes territory", place="Babanusa")
    held = told.condition("territory", "held", place="Babanusa")
    assert capture.who == held.who == {"Rapid Support Forces"}
    assert capture.when == held.when == ("2025-12-01", "2025-12-01")
    assert held.status == "happened"
    assert held.shares_evidence_with(capture)


@story(published="2024-06-21")
def test_opening_on_foot_is_a_restriction(told: Told) -> None:
    """The bridge crossing at Rusumo between Rwanda and Tanzania reopened on Thursday, for people on foot only, customs
    officers said.
    """
    crossing = told.condition("border_crossing", "restricted", place="Rusumo")
    assert crossing.when == ("2024-06-20", "2024-06-20")
    assert not told.conditions.that(state=("border_crossing", "open"))


@story(published="2024-01-24")
def test_an_airport_is_a_crossing(told: Told) -> None:
    """Sudan's civil aviation authority closed Port Sudan airport to all flights on Tuesday because of drones in the
    area.
    """
    airport = told.condition("border_crossing", "closed", place="Port Sudan")
    assert airport.when == ("2024-01-23", "2024-01-23")


@story(published="2026-02-18")
def test_a_condition_with_two_sides(told: Told) -> None:
    """The army said on Monday that it had broken the siege of Kadugli, in Sudan's South Kordofan. Ismail Birru, a
    resident, said the town was still encircled.
    """
    army = told.condition("siege", "lifted", place="Kadugli")
    assert army.speaker == ("the army", "military")
    resident = told.condition("siege", "besieged", place="Kadugli")
    assert resident.speaker == ("Ismail Birru", "resident")
    assert resident.status == "ongoing"


@story(published="2024-05-20")
def test_until(told: Told) -> None:
    """The militants of Islamic State held the Syrian town of Manbij until 2016."""
    held = told.condition("territory", "held", place="Manbij")
    assert held.who == {"Islamic State"}
    assert held.until == "2016-12-31"


@story(published="2024-09-13")
def test_people_brought_out_through_a_corridor(told: Told) -> None:
    """A corridor out of the besieged town of Wau Shilluk opened on Thursday, and 640 people left through it, a county
    official said.
    """
    corridor = told.condition("corridor", "open", place="Wau Shilluk")
    assert corridor.displaced == (640, 640)
    assert corridor.when == ("2024-09-12", "2024-09-12")
    assert not told.statistics
