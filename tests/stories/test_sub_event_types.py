"""One story for each sub-event type of the codebook."""

from tests.stories import Told, story


@story(published="2025-01-21")
def test_armed_clash(told: Told) -> None:
    """GOMA, DR Congo - M23 rebels and government troops fought on Monday at Sake, 25 kilometres west of Goma.

    Seven soldiers and four rebels were killed, a doctor at a military hospital in Goma said.
    """
    fight = told.incident("Armed clash", place="Sake", speaker=None)
    assert fight.when == ("2025-01-20", "2025-01-20")
    assert fight.parties == {"M23 rebels", "government troops"}
    toll = told.incident("Armed clash", speaker=("a doctor", "medical"))
    assert toll.place == "Sake"
    assert toll.count("killed", "soldiers") == (7, 7)
    assert toll.count("killed", "rebels") == (4, 4)
    assert len(told.events) == 1


@story(published="2024-08-23")
def test_government_regains_territory(told: Told) -> None:
    """MOGADISHU - Somali government soldiers recaptured the town of Qoryoley from al-Shabaab on Thursday after five
    hours of fighting, the defence ministry said.
    """
    capture = told.incident("Government regains territory", place="Qoryoley")
    assert capture.who == {"Somali government soldiers"}
    assert capture.whom == {"Al Shabaab"}
    assert capture.when == ("2024-08-22", "2024-08-22")
    assert capture.speaker == ("the defence ministry", "military")


@story(published="2024-12-21")
def test_non_state_actor_overtakes_territory(told: Told) -> None:
    """Fighters of the Arakan Army overran the town of Kyauktaw on Friday after a two-week assault on the Myanmar army's
    garrison there, the group said on Saturday.
    """
    capture = told.incident("Non-state actor overtakes territory", place="Kyauktaw")
    assert capture.who == {"Arakan Army"}
    assert capture.when == ("2024-12-20", "2024-12-20")
    assert capture.speaker == ("the group", "armed_group")


@story(published="2018-02-05")
def test_chemical_weapon(told: Told) -> None:
    """BEIRUT - A helicopter dropped a barrel filled with chlorine on Saraqib, in Syria's Idlib province, on Sunday
    evening, and eleven residents were treated for choking, a doctor in the town said.
    """
    attack = told.incident("Chemical weapon", place="Saraqib")
    assert attack.injured == (11, 11)
    assert attack.when == ("2018-02-04", "2018-02-04")
    assert "chemical agent" in attack.weapons
    assert attack.country == "SYR"


@story(published="2024-09-12")
def test_air_or_drone_strike(told: Told) -> None:
    """BEIRUT - An Israeli drone struck a pickup truck in Nabatieh on Wednesday morning, killing its two occupants,
    Lebanon's health ministry said. The Israeli army had no comment.
    """
    strike = told.incident("Air/drone strike", place="Nabatieh")
    assert strike.killed == (2, 2)
    assert strike.when == ("2024-09-11", "2024-09-11")
    assert strike.speaker == "Lebanon's health ministry"
    assert strike.weapons == {"drone"}
    assert strike.targets == {"vehicle"}
    assert len(told.claims) == 1


@story(published="2024-11-10")
def test_suicide_bomb(told: Told) -> None:
    """PESHAWAR, Pakistan - A suicide bomber blew himself up at the gate of a vegetable market in Bannu on Saturday
    morning, killing at least nine people and wounding 31, police chief Imran Wazir said.

    The Pakistani Taliban said the bomber was one of theirs.
    """
    blast = told.incident("Suicide bomb", place="Bannu", speaker="Imran Wazir")
    assert blast.killed == (9, None)
    assert blast.injured == (31, 31)
    assert blast.when == ("2024-11-09", "2024-11-09")
    assert blast.targets == {"market"}
    owned = told.incident("Suicide bomb", speaker=("the Pakistani Taliban", "armed_group"))
    assert owned.who == {"Pakistani Taliban"}
    assert owned.place == "Bannu"


@story(published="2024-03-15")
def test_shelling(told: Told) -> None:
    """Russian artillery shelled the centre of Kherson for an hour on Thursday evening. A 61-year-old woman was killed
    in her flat and two of her neighbours were injured, the regional governor, Oleh Marchenko, said.
    """
    shelling = told.incident("Shelling/artillery/missile attack", place="Kherson", speaker=None)
    assert shelling.who == {"Military Forces of Russia"}
    assert shelling.when == ("2024-03-14", "2024-03-14")
    toll = told.incident("Shelling/artillery/missile attack", speaker=("Oleh Marchenko", "official"))
    assert toll.killed == (1, 1)
    assert toll.injured == (2, 2)
    assert toll.place == "Kherson"


@story(published="2025-02-04", publisher="Agence des Grands Lacs")
def test_mine(told: Told) -> None:
    """A vehicle of public transport jumped on a mine Sunday close to Hombori, in the centre of Mali, causing the death
    of eight passengers and fifteen wounded, one learned Monday from hospital sources.
    """
    mine = told.incident("Remote explosive/landmine/IED", place="Hombori")
    assert mine.killed == (8, 8)
    assert mine.injured == (15, 15)
    assert mine.when == ("2025-02-02", "2025-02-02")
    assert mine.whom == {"passengers"}
    assert mine.geo_precision == 2
    assert mine.speaker == ("hospital sources", "medical")


@story(published="2023-05-15")
def test_grenade(told: Told) -> None:
    """BUJUMBURA, Burundi - Unknown men on a motorcycle threw a grenade into a bar in the Kamenge district of Bujumbura
    on Saturday evening. Three customers were killed and ten were wounded, a police spokesman said.
    """
    attack = told.incident("Grenade", speaker=None)
    assert attack.when == ("2023-05-13", "2023-05-13")
    assert attack.weapons == {"grenade"}
    assert "Bujumbura" in attack.places
    toll = told.incident("Grenade", speaker=("a police spokesman", "official"))
    assert (toll.killed, toll.injured) == ((3, 3), (10, 10))


@story(published="2024-10-29")
def test_sexual_violence(told: Told) -> None:
    """Fighters of the Rapid Support Forces raped six women in Tamboul on 22 October as families fled the town, the
    Gezira Rights Observatory said in a report.
    """
    rape = told.incident("Sexual violence", place="Tamboul")
    assert rape.who == {"Rapid Support Forces"}
    assert rape.whom == {"women"}
    assert rape.when == ("2024-10-22", "2024-10-22")
    assert rape.speaker == ("Gezira Rights Observatory", "monitor")


@story(published="2024-12-24")
def test_attack(told: Told) -> None:
    """JOS, Nigeria - Gunmen stormed the farming town of Bokkos in Plateau state on Sunday night and shot dead 15
    villagers in their homes, a community leader said.
    """
    attack = told.incident("Attack", place="Bokkos")
    assert attack.killed == (15, 15)
    assert attack.who == {"gunmen"}
    assert attack.whom == {"villagers"}
    assert attack.when == ("2024-12-22", "2024-12-22")
    assert attack.admin1 == "Plateau"
    assert told.event("Attack").civilian_targeting is True


@story(published="2024-07-04")
def test_abduction(told: Told) -> None:
    """PORT-AU-PRINCE - Armed men of the 400 Mawozo gang pulled eleven passengers off a bus at Croix-des-Bouquets on
    Tuesday and took them away, a transport union said.
    """
    taken = told.incident("Abduction/forced disappearance", place="Croix-des-Bouquets")
    assert taken.abducted == (11, 11)
    assert taken.who == {"400 Mawozo"}
    assert taken.whom == {"passengers"}
    assert taken.when == ("2024-07-02", "2024-07-02")


@story(published="2024-04-16")
def test_peaceful_protest(told: Told) -> None:
    """TBILISI, Georgia - Some 10,000 people marched through Tbilisi on Monday evening to protest against a draft law on
    foreign funding. The march ended without incident.
    """
    march = told.incident("Peaceful protest", place="Tbilisi")
    assert march.when == ("2024-04-15", "2024-04-15")
    assert march.who.kinds == {"Protesters"}
    assert march.killed in (None, (0, 0))


@story(published="2024-06-19")
def test_protest_with_intervention(told: Told) -> None:
    """NAIROBI - Kenyan police used tear gas and water cannon on Tuesday to disperse hundreds of young people who were
    protesting against tax increases outside parliament in Nairobi.

    Sixty protesters were arrested, according to the Law Society of Kenya.
    """
    protest = told.incident("Protest with intervention", place="Nairobi", speaker=None)
    assert protest.when == ("2024-06-18", "2024-06-18")
    assert "police" in protest.parties
    arrests = told.incident("Protest with intervention", speaker="Law Society of Kenya")
    assert arrests.detained == (60, 60)


@story(published="2024-11-08")
def test_excessive_force_against_protesters(told: Told) -> None:
    """NAMPULA, Mozambique - Police opened fire on unarmed demonstrators who were walking to the railway square in
    Nampula on Thursday, killing three of them and wounding 14, a doctor at the central hospital said.
    """
    shooting = told.incident("Excessive force against protesters", place="Nampula")
    assert shooting.killed == (3, 3)
    assert shooting.injured == (14, 14)
    assert shooting.who == {"police"}
    assert shooting.whom == {"demonstrators"}
    assert shooting.when == ("2024-11-07", "2024-11-07")


@story(published="2023-01-11")
def test_violent_demonstration(told: Told) -> None:
    """LIMA - Demonstrators demanding new elections hurled stones at police and set fire to a tax office in Juliaca, in
    the south of Peru, on Tuesday. Nine officers were injured, the interior ministry said.
    """
    riot = told.incident("Violent demonstration", place="Juliaca", speaker=None)
    assert riot.when == ("2023-01-10", "2023-01-10")
    toll = told.incident("Violent demonstration", speaker=("the interior ministry", "official"))
    assert toll.injured == (9, 9)
    assert toll.place == "Juliaca"


@story(published="2024-08-12")
def test_mob_violence(told: Told) -> None:
    """DHAKA - A crowd beat two men to death in Narsingdi on Sunday after accusing them of stealing a cow, police said."""
    lynching = told.incident("Mob violence", place="Narsingdi")
    assert lynching.killed == (2, 2)
    assert lynching.who.kinds == {"Rioters"}
    assert lynching.when == ("2024-08-11", "2024-08-11")
    assert lynching.speaker == ("police", "official")


@story(published="2025-03-11")
def test_agreement(told: Told) -> None:
    """DAMASCUS - The Syrian government and the Syrian Democratic Forces signed an agreement in Damascus on Monday under
    which the force is to join the national army by the end of the year, the presidency said.
    """
    deal = told.incident("Agreement", status="happened")
    assert deal.place == "Damascus"
    assert "Syrian Democratic Forces" in deal.parties
    assert deal.when == ("2025-03-10", "2025-03-10")
    assert deal.speaker == ("the presidency", "official")
    assert len(told.events) == 1


@story(published="2025-05-21")
def test_arrests(told: Told) -> None:
    """TUNIS - Security forces arrested 14 members of an opposition party in Sfax on Tuesday on charges of conspiracy,
    their lawyer, Samia Trabelsi, said.
    """
    arrests = told.incident("Arrests", place="Sfax")
    assert arrests.detained == (14, 14)
    assert arrests.who == {"security forces"}
    assert arrests.when == ("2025-05-20", "2025-05-20")
    assert arrests.speaker == ("Samia Trabelsi", "other")


@story(published="2024-05-08")
def test_change_to_group(told: Told) -> None:
    """BOGOTA - The Comuneros del Sur front broke away from the National Liberation Army on Tuesday, its commander said
    in Pasto.
    """
    split = told.incident("Change to group/activity")
    assert "Comuneros del Sur" in split.who
    assert split.when == ("2024-05-07", "2024-05-07")
    assert split.speaker == ("its commander", "armed_group")


@story(published="2024-10-16")
def test_disrupted_weapons_use(told: Told) -> None:
    """KIRKUK, Iraq - Police sappers defused a 20-kilogram bomb under a bridge in Hawija on Tuesday, and nobody was
    hurt, the provincial police said.
    """
    made_safe = told.incident("Disrupted weapons use", place="Hawija")
    assert made_safe.when == ("2024-10-15", "2024-10-15")
    assert made_safe.who == {"police sappers"}
    assert (made_safe.killed, made_safe.injured) == ((0, 0), (0, 0))


@story(published="2024-10-09")
def test_headquarters_or_base_established(told: Told) -> None:
    """BANGUI - Russian instructors set up a base beside the airstrip at Birao, in the north-east of the Central African
    Republic, last week, a local official said.
    """
    base = told.incident("Headquarters or base established", place="Birao")
    assert base.who == {"Russian instructors"}
    assert base.when == ("2024-09-30", "2024-10-06")
    assert base.time_precision == "week"
    assert base.country == "CAF"


@story(published="2024-06-10")
def test_looting(told: Told) -> None:
    """JUBA - Armed youths broke into a World Food Programme warehouse in Pibor on Saturday and carried off 80 tonnes of
    sorghum, the agency said on Monday.
    """
    looting = told.incident("Looting/property destruction", place="Pibor")
    assert looting.who == {"armed youths"}
    assert looting.when == ("2024-06-08", "2024-06-08")
    assert looting.speaker == ("World Food Programme", "un") or looting.speaker == ("the agency", "un")
    assert looting.targets == {"aid site"}
    assert not told.statistics


@story(published="2024-12-07")
def test_non_violent_transfer_of_territory(told: Told) -> None:
    """Syrian government troops entered Tal Rifaat without a fight on Friday after the Syrian Democratic Forces handed
    the town over to them, the Syrian Observatory for Human Rights said.
    """
    transfer = told.incident("Non-violent transfer of territory", place="Tal Rifaat")
    assert "Syrian government troops" in transfer.who
    assert transfer.when == ("2024-12-06", "2024-12-06")
    assert transfer.speaker == ("Syrian Observatory for Human Rights", "monitor")
    held = told.condition("territory", "held", place="Tal Rifaat")
    assert held.who == {"Syrian government troops"}
    assert held.shares_evidence_with(transfer)


@story(published="2025-04-30")
def test_other(told: Told) -> None:
    """MOSUL, Iraq - Investigators found a mass grave with the remains of 37 people behind a disused quarry near Tal
    Afar on Monday, the governor's office said.
    """
    grave = told.incident("Other", place="Tal Afar")
    assert grave.when == ("2025-04-28", "2025-04-28")
    assert grave.geo_precision == 2
