"""Who says what, told in small stories."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

import pytest

from marsad.coding.attribution import Attribution, carried_over, find_attributions, speaker_for
from marsad.coding.attribution_attitudes import attitudes
from marsad.coding.attribution_words import inflect, nouns_in, role_of, speaker_nouns, speech_verbs, stance_of
from marsad.language.text import load_model, parse, split
from marsad.model import ConfigError


@cache
def attributions(text: str, publisher: str | None = None, title: str | None = None) -> tuple[Attribution, ...]:
    try:
        model = load_model()
    except ConfigError as error:
        pytest.skip(str(error))
    return find_attributions(text, parse(split(text), model=model), publisher=publisher, title=title)


def who(text: str, piece: str, **about: str) -> tuple[str, str, str] | None:
    """The nearest speaker of a piece of text: name, role, stance; `None` for the report's own voice."""
    start = text.index(piece)
    found = speaker_for((start, start + len(piece)), attributions(text, **about))
    return (found[0].name, found[0].role, found[0].stance) if found else None


@pytest.mark.parametrize(
    ("text", "piece", "name", "role"),
    [
        ("The mayor said that two people had died in the fire.", "two people had died", "mayor", "official"),
        ("Two people died in the fire, the army said on Monday.", "Two people died in the fire", "army", "military"),
        ("A shell hit the school, said a nurse at the clinic.", "A shell hit the school", "nurse at the clinic", "medical"),
        ("Nine men were shot, according to the Red Cross.", "Nine men were shot", "Red Cross", "aid"),
        ("According to witnesses, the bus was burned.", "the bus was burned", "witnesses", "resident"),
        ("Colonel Idris Vaal told Radio Plain that the road was open.", "the road was open", "Idris Vaal", "military"),
        ("The rebels put the toll at 40.", "put the toll at 40", "rebels", "armed_group"),
        (
            "In a statement, the ministry confirmed that three soldiers were dead.",
            "three soldiers were dead",
            "ministry",
            "official",
        ),
        ("UNICEF estimated that 900 children had fled.", "900 children had fled", "UNICEF", "un"),
        ("The village, residents said, was looted twice.", "was looted twice", "residents", "resident"),
        (
            "The front will move soon, said Ana Melk, an analyst at a think tank.",
            "The front will move soon",
            "Ana Melk",
            "expert",
        ),
        ("Local media reported that the bridge had fallen.", "the bridge had fallen", "Local media", "media"),
    ],
)
def test_speaker_and_role(text: str, piece: str, name: str, role: str) -> None:
    found = who(text, piece)
    assert found is not None
    assert found[:2] == (name, role)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("Two people died when a drone hit the market on Monday.", "Two people died"),
        ("The governor opened the bridge and shook hands.", "opened the bridge"),
        ("Three men were reported missing.", "Three men were reported missing"),
        ("The army did not say how many had died at the ford.", "how many had died"),
        ("He was said to have fled over the river.", "fled over the river"),
    ],
)
def test_own_voice(text: str, piece: str) -> None:
    assert who(text, piece) is None


@pytest.mark.parametrize(
    ("text", "piece", "stance"),
    [
        ("The army denied that it had shelled the camp.", "it had shelled the camp", "denies"),
        ("The army rejected the accusation.", "rejected the accusation", "denies"),
        ("Analysts doubted that the town had fallen.", "the town had fallen", "doubts"),
        ("Police could not confirm the deaths.", "could not confirm the deaths", "doubts"),
        ("The group said it had nothing to do with the raid.", "it had nothing to do with the raid", "denies"),
        ("The army said it had no knowledge of any strike.", "it had no knowledge of any strike", "doubts"),
        ("The army said nobody was hurt.", "nobody was hurt", "asserts"),
    ],
)
def test_stance(text: str, piece: str, stance: str) -> None:
    found = who(text, piece)
    assert found is not None
    assert found[2] == stance


def test_each_of_two_speakers_has_their_own_part() -> None:
    text = "Seven people were killed, the hospital said, but the army said that four had died."
    assert who(text, "Seven people were killed") == ("hospital", "medical", "asserts")
    assert who(text, "four had died") == ("army", "military", "asserts")


def test_a_semicolon_parts_two_speakers() -> None:
    text = "Police say the man fired first; two shepherds deny that anybody had a gun."
    assert who(text, "the man fired first") == ("Police", "official", "asserts")
    assert who(text, "anybody had a gun") == ("two shepherds", "resident", "denies")


def test_blame_is_the_speakers() -> None:
    text = "Syria blamed Israel for a strike on an arms depot."
    assert who(text, "a strike on an arms depot") == ("Syria", "official", "asserts")


def test_a_quotation_goes_on_in_the_next_sentence() -> None:
    text = '"We buried nine of them," said Mara Ozil, a nurse. "Four of those nine were small children."'
    assert who(text, "Four of those nine were small children") == ("Mara Ozil", "medical", "asserts")


@pytest.mark.parametrize("again", ["Birru", "He", "The analyst"])
def test_a_later_mention_goes_back_to_the_full_name_and_role(again: str) -> None:
    text = f"Jalale Getachew Birru, a senior analyst, said the war had spread. {again} said that more towns would fall."
    assert who(text, "more towns would fall") == ("Jalale Getachew Birru", "expert", "asserts")
    last = attributions(text)[-1]
    assert text[last.speaker_start : last.speaker_end] == last.speaker_words
    assert last.speaker_words.split()[-1] == again.split()[-1]


def test_rank_and_post_are_no_part_of_a_name() -> None:
    text = "The base had fallen, said Brigadier General Staff Nasr Awad Karrar."
    assert who(text, "The base had fallen") == ("Nasr Awad Karrar", "military", "asserts")


def test_a_dateline_is_no_speaker() -> None:
    text = "KISUMU — Four men lost their lives when their lorry hit a mine, county commissioner Joseph Omari said."
    found = who(text, "Four men lost their lives")
    assert found is not None
    assert found[:2] == ("Joseph Omari", "official")


@pytest.mark.parametrize("line", ["CAIRO", "KHARTOUM, Sudan", "UNITED NATIONS"])
def test_a_dateline_before_a_colon_is_no_speaker(line: str) -> None:
    text = f"{line}: A drone struck the market on Tuesday, killing 14 people, a group of local doctors said."
    assert [a.name for a in attributions(text)] == ["group of local doctors"]


@pytest.mark.parametrize(
    "text",
    [
        "Ana Costa, a field manager with the Norwegian Refugee Council told reporters that the road was blocked.",
        "Much of the fighting has been in the hills, where the army wants a road, Ana Costa, a nurse at a clinic, told them.",
        "Ana Costa, a nurse at the clinic, stood at the gate. Shells fell on the town. Two people died, Costa said.",
    ],
)
def test_a_name_and_who_they_are(text: str) -> None:
    found = attributions(text)[-1]
    assert (found.name, found.role in ("aid", "medical")) == ("Ana Costa", True)


@pytest.mark.parametrize(
    ("words", "name", "role"),
    [
        ("a group of local doctors", "group of local doctors", "medical"),
        ("local authorities", "local authorities", "official"),
        ("the Kordofan Medical Circle", "Kordofan Medical Circle", "medical"),
        ("Health Minister Ana Costa", "Ana Costa", "official"),
        ("the Kachin Independence Army", "Kachin Independence Army", "armed_group"),
    ],
)
def test_names_and_roles_by_their_words(words: str, name: str, role: str) -> None:
    assert who(f"Shells fell on the town and two people died, {words} said.", "two people died") == (name, role, "asserts")


def test_a_spokesman_for_the_group_speaks_for_the_group() -> None:
    text = "The Kachin Independence Army said it held the hill. A spokesman for the group said that two men had died."
    assert who(text, "two men had died") == ("spokesman for the group", "armed_group", "asserts")


def test_two_speakers_of_one_statement() -> None:
    text = "The rebels walked into the town on Monday, residents and a priest said."
    assert [a.name for a in attributions(text)] == ["residents", "priest"]


def test_one_who_is_quoted_by_an_outlet() -> None:
    text = "The Daily Plain quoted a fire chief as saying that five had died."
    assert who(text, "five had died") == ("fire chief", "official", "asserts")
    assert attributions(text)[0].via == ("Daily Plain",)


def test_only_an_unknown_source_is_anonymous() -> None:
    assert who("The town has fallen, two sources said.", "The town has fallen") == ("two sources", "anonymous", "asserts")
    found = attributions("A military source, who asked not to be named, said that the town had fallen.")[0]
    assert (found.role, found.anonymous) == ("military", True)


SIGNED = (
    "Our forces took the hill of Marra at dawn.\nTwelve of the enemy were killed and two vehicles burned.\n"
    "Brigadier Adam Sule\nOfficial Spokesman of the Armed Forces"
)


def test_a_signed_statement_is_its_signers_from_end_to_end() -> None:
    assert who(SIGNED, "Twelve of the enemy were killed") == ("Adam Sule", "military", "asserts")


def test_a_forces_own_bulletin_is_its_word() -> None:
    text = "Gallant troops cleared the wood on Friday.\nSeven terrorists were neutralised.\nPeople are asked to stay calm."
    assert who(text, "Seven terrorists were neutralised") is None
    assert who(text, "Seven terrorists were neutralised", publisher="Army Media Directorate") == (
        "Army Media Directorate",
        "military",
        "asserts",
    )


def test_a_figure_may_be_carried_over_from_the_sentence_before() -> None:
    text = "The mission verified 61 deaths in May. Bombs accounted for 29 of them.\nThe rains have begun."
    found, sentences = attributions(text), split(text)
    start = text.index("Bombs")
    carried = carried_over((start, start + 20), found, sentences)
    assert carried is not None and carried.speaker_words == "The mission"
    assert carried_over((text.index("The rains"), len(text)), found, sentences) is None


@pytest.mark.parametrize(
    "text", [SIGNED, "The mayor, he said, was told that X reported “Y” to whom it says.", "SAID SAID SAID", "", "\n\n"]
)
def test_every_offset_stands_in_the_text(text: str) -> None:
    for one in attributions(text):
        assert text[one.speaker_start : one.speaker_end] == one.speaker_words
        assert 0 <= one.cue_start <= one.cue_end <= len(text)
        assert all(0 <= start < end <= len(text) for start, end in one.content)


def test_without_a_parse_the_words_alone_decide() -> None:
    text = "Two men died, the army said on Monday. According to witnesses, the bus was burned."
    found = find_attributions(text, split(text))
    assert [(a.name, a.role) for a in found] == [("army", "military"), ("witnesses", "resident")]


@pytest.mark.parametrize(
    "make", [lambda: "a " * 40_000, lambda: "“" * 40_000, lambda: "X said, " * 8_000, lambda: "Aa Bb " * 10_000]
)
def test_rubbish_takes_no_time(make: Callable[[], str]) -> None:
    text = make()
    begun = time.perf_counter()
    find_attributions(text, split(text))
    assert time.perf_counter() - begun < 5


def test_the_nearest_role_wins() -> None:
    assert role_of("a nurse at the army hospital") == "medical"
    assert role_of("a spokesman for the army") == "military"
    assert role_of("the police chief") == "official"
    assert role_of("a source") == "anonymous"
    assert role_of("Kinshasa") == "official"
    assert role_of("Ana Costa") is None


def every(text: str) -> list[tuple[str, str, str, bool]]:
    """Speaker, cue, kind and nestedness of all attributions, attitudes included."""
    found = find_attributions(text, parse(split(text), model=load_model()), every=True)
    return [(a.speaker_words, text[a.cue_start : a.cue_end], a.kind, a.nested) for a in found]


@pytest.mark.parametrize(
    ("text", "speaker", "cue"),
    [
        ("The mayor wants to reopen the ford before winter.", "The mayor", "wants"),
        ("The rebels praised the plan for the valley.", "The rebels", "praised"),
        ("The survey proved that half of the wells are dry.", "The survey", "proved"),
        ("Ana Costa called on both sides to spare the bridge.", "Ana Costa", "called"),
        ("The minister is opposed to the new border.", "The minister", "opposed"),
        ("Observers mistrust Ana Costa's claim that the wells are clean.", "Ana Costa", "claim"),
        ("The order was praised by the governor of the province.", "the governor of the province", "praised"),
        ("The army declined to discuss the raid.", "The army", "declined"),
    ],
)
def test_attitudes(text: str, speaker: str, cue: str) -> None:
    assert (speaker, cue, "attitude", False) in every(text)
    assert all(a.kind == "speech" for a in attributions(text))


@pytest.mark.parametrize(
    "text", ["The river fell after the rains.", "What do you want from the market?", "The wall supports a roof."]
)
def test_no_attitude(text: str) -> None:
    assert every(text) == []


def test_what_stands_in_anothers_words_is_nested() -> None:
    text = "The mayor said that the rebels want peace. The bishop praised him."
    assert [(w, nested) for w, _, _, nested in every(text)] == [("The mayor", False), ("the rebels", True), ("The bishop", False)]


def test_the_who_of_a_relative_clause_stands_in_for_its_speaker() -> None:
    text = "Reporters met Ana Costa, who said that the ford was mined."
    one = attributions(text)[-1]
    assert one.stand_in is not None
    assert (one.name, text[slice(*one.stand_in)]) == ("Ana Costa", "who")


def test_two_apostrophes_are_a_quotation_mark() -> None:
    assert who("''We buried nine of them,'' the mayor said.", "We buried nine of them") == ("mayor", "official", "asserts")
    text = "''We buried nine,'' said Mara Ozil, a nurse. ''Four of those nine were small children.''"
    assert who(text, "Four of those nine were small children") == ("Mara Ozil", "medical", "asserts")


def test_tables_are_whole() -> None:
    assert {n.kind for n in speaker_nouns().values()} == {"noun", "post", "body", "rank"}
    roles = [
        "official",
        "military",
        "armed_group",
        "medical",
        "aid",
        "un",
        "monitor",
        "media",
        "resident",
        "expert",
        "anonymous",
        "other",
    ]
    assert {n.role for n in speaker_nouns().values()} <= set(roles)
    assert {e.stance for entries in speech_verbs().values() for e in entries} == {"asserts", "denies", "doubts"}
    assert set(attitudes()) == {"act", "mind", "clause", "with", "state", "noun", "paper", "people"}
    assert inflect("deny")[2] in speech_verbs()
    assert stance_of("that no such column had passed") == "denies"
    assert [n.words for _, _, n in nouns_in("the interior ministry spokesman")] == ["interior ministry", "spokesman"]


@pytest.mark.parametrize(
    ("text", "piece", "name", "role"),
    [
        (
            "Raiders killed nine men at the ford, an army officer who asked not to be named told Radio Plain.",
            "Raiders killed nine men",
            "army officer",
            "military",
        ),
        (
            "A bus hit a mine, killing two, one learned on Monday from hospital sources.",
            "A bus hit a mine",
            "hospital sources",
            "medical",
        ),
        ("A bus hit a mine, it was learned from a nurse at the clinic.", "A bus hit a mine", "nurse at the clinic", "medical"),
        ("Oria blamed Varn for a raid on Friday that a nurse said killed 18 men.", "killed 18 men", "nurse", "medical"),
        ("The army denies the raid, which residents say killed 15.", "killed 15", "residents", "resident"),
        ("Nine men died at the ford. The hospital's director said so.", "Nine men died", "hospital's director", "medical"),
        ("Nine men died at the ford. This was confirmed by the mayor.", "Nine men died", "mayor", "official"),
        ("The police chief, in Port Ostra, told reporters that two had died.", "two had died", "police chief", "official"),
        ("A rights group, Plain Watch, counted nine dead men at the ford.", "counted nine dead men", "Plain Watch", "monitor"),
        ("The army said four men had died and added that two were held.", "two were held", "army", "military"),
        ("Nine men died at the ford, by the estimate of a nurse.", "Nine men died at the ford", "nurse", "medical"),
    ],
)
def test_speakers_in_harder_grammar(text: str, piece: str, name: str, role: str) -> None:
    found = who(text, piece)
    assert found is not None
    assert found[:2] == (name, role)


def test_an_outlet_passes_on_what_it_learned() -> None:
    assert attributions("A shell hit the ford, AFP learned from a nurse.")[0].via == ("AFP",)


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    text = (
        '"We heard two shells," said Mara Ozil, a nurse. "Then the roof fell in.\n"Nine of us died under it." The ford is shut.'
    )
    assert who(text, "Nine of us died under it") == ("Mara Ozil", "medical", "asserts")
    assert who(text, "The ford is shut") is None


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The army said on Monday that no such raid had taken place.", "denies"),
        ("The army said it had not fired at the ford since April.", "denies"),
        ("The army answered that its men were not in the town at all.", "denies"),
        ("The army said reports that it had burned the camp were false.", "denies"),
        ("The army says that no aircraft of its own was flying.", "denies"),
        ("The army said it had no hand in the raid.", "denies"),
        ("The hospital withdrew that figure.", "denies"),
        ("The mayor said there was no confirmation that a drone had come down.", "doubts"),
        ("The army said it knows nothing about the raid.", "doubts"),
        ("The ministry disputed the group's figure.", "doubts"),
        ("The mayor thought this improbable.", "doubts"),
        ("Residents were sceptical of the claim that the road was open.", "doubts"),
        ("The army said it was unable to independently confirm the report.", "doubts"),
        ("The army said no new attacks have been reported since Monday.", "asserts"),
        ("The army said nobody was hurt in the raid.", "asserts"),
        ("The mayor said the wounded were not in the hospital.", "asserts"),
    ],
)
def test_denials_and_doubts(text: str, stance: str) -> None:
    assert {a.stance for a in attributions(text)[:1]} == {stance}


def test_each_verb_of_one_speaker_has_its_own_part() -> None:
    found = attributions("The hospital withdrew that figure and said nine people had been killed.")
    assert [(a.stance, a.name) for a in found] == [("denies", "The hospital".removeprefix("The ")), ("asserts", "hospital")]
    assert found[0].content[0][1] <= found[1].cue_start


def test_a_participle_that_tells_who_people_are_says_nothing() -> None:
    assert attributions("Demonstrators demanding new elections hurled stones at the office.") == ()
    assert [a.name for a in attributions("The army struck the camp, blaming the rebels for the raid.")] == ["army"]
