"""The criteria that come with the product, in words: the deck's 22, the eight it left out, its six and six factors.

Sources: Sherman, Sperry & Reese, The Seven Keys to Managing Strategic Accounts, McGraw-Hill 2003, fig. 4-4 (the
30 criteria; the deck has 22 of them); Cheverton, Key Account Management (both tables of factors). The anchors are
our own, and editable.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """A criterion in words: its name, what scores 1, 5 and 10, and what else a new library is filled with.

    source  the ledger's measure that can suggest a score: "revenue_share", "net_margin" or "growth".
    """

    name: Any
    at_1: Any
    at_5: Any
    at_10: Any
    floor: int | None = None
    is_picked: bool = False
    source: str = ""


SELECTION = {
    "revenue_potential": Words(
        _("Revenue potential"),
        _("less than 0.5 % of our revenue over three years"),
        _("2 % of our revenue over three years"),
        _("more than 5 % of our revenue over three years"),
        is_picked=True,
        source="revenue_share",
    ),
    "profitability_potential": Words(
        _("Profitability potential"),
        _("net margin after cost to serve below zero"),
        _("net margin like our whole portfolio's"),
        _("net margin twice our whole portfolio's"),
        is_picked=True,
        source="net_margin",
    ),
    "centralized_purchasing": Words(
        _("Centralized purchasing"), _("each site buys for itself"), _("mixed"), _("one desk buys for all")
    ),
    "market_leader": Words(
        _("Market leader"), _("a follower in its market"), _("among the top five"), _("number one"), is_picked=True
    ),
    "effect_on_competitors": Words(
        _("Effect on major competitors of gaining this customer"),
        _("they would not notice"),
        _("it would cost one of them an important reference"),
        _("it would change how the market sees them and us"),
    ),
    "executive_relationships": Words(
        _("Existing executive relationships"),
        _("no executive of ours knows one of theirs"),
        _("one pair of executives meets regularly"),
        _("several executives on both sides call each other"),
    ),
    "complementary_technologies": Words(
        _("Complementary technologies"),
        _("theirs and ours have nothing to do with each other"),
        _("one of their products needs ours"),
        _("their road map and ours depend on each other"),
    ),
    "supplier_certification": Words(
        _("Rigorous supplier certification program"),
        _("anybody may quote"),
        _("a questionnaire and an audit"),
        _("a long certification that keeps others out, and we hold it"),
    ),
    "buying_orientation": Words(
        _("Buying orientation (strategic or transactional)"),
        _("transactional: every order goes to the lowest price"),
        _("consultative: price counts, advice too"),
        _("strategic: plans with a few suppliers for years"),
        is_picked=True,
    ),
    "cultural_fit": Words(
        _("Cultural fit"),
        _("they decide, communicate and treat people in ways that clash with ours"),
        _("different, but workable"),
        _("we work like one company"),
        floor=4,
    ),
    "compatible_systems": Words(
        _("Compatible or complementary systems"),
        _("orders on paper, no data exchanged"),
        _("data exchanged with some work by hand"),
        _("systems connected in both directions"),
    ),
    "solvency": Words(
        _("Company's solvency"),
        _("payment at risk; credit insurers refuse"),
        _("average rating of its industry"),
        _("first-class rating for years"),
        floor=4,
        is_picked=True,
    ),
    "quick_pay": Words(
        _("Quick pay"),
        _("pays after more than 90 days"),
        _("pays after 45 days"),
        _("pays within 30 days"),
    ),
    "product_fit": Words(
        _("Product fit"),
        _("needs what we do not make"),
        _("half of what we offer fits"),
        _("needs our whole line, now and as planned"),
        is_picked=True,
    ),
    "flexibility": Words(
        _("Flexibility"),
        _("insists on its own terms, always"),
        _("adapts where it gains from it"),
        _("looks for the best way for both"),
    ),
    "raw_materials_base": Words(
        _("Common raw materials base"),
        _("no common materials"),
        _("some common materials"),
        _("the same main materials, bought together"),
    ),
    "acquisition_cost": Words(
        _("Acceptable acquisition cost (workable decision group)"),
        _("years of work with many decision-makers before the first order"),
        _("a year with a known decision group"),
        _("a small decision group that we know; little more to spend"),
    ),
    "innovative_practices": Words(
        _("Innovative, state-of-the-art practices (R&D, production and others)"),
        _("behind its industry"),
        _("like its industry"),
        _("leads its industry; we learn by working with them"),
    ),
    "willingness_to_outsource": Words(
        _("Repeated willingness to outsource"),
        _("makes everything itself and means to go on"),
        _("has outsourced some work"),
        _("asks us again and again to take work over"),
    ),
    "needed_expertise": Words(
        _("Expertise in competencies we need (inventory management, logistics and others)"),
        _("nothing that we lack"),
        _("one competency we could use"),
        _("several competencies we need, and they would share them"),
    ),
    "honest_dealings": Words(
        _("Honest in its dealings"),
        _("has broken agreements"),
        _("keeps to the letter of agreements"),
        _("open with us even when it costs them"),
        floor=4,
    ),
    "channel_partner": Words(
        _("Can be a channel partner for our offering"),
        _("could not sell or service what we make"),
        _("could service it for its own use"),
        _("could bring our offering to markets we do not reach"),
    ),
}

OPTIONAL = {
    "marquee_value": Words(
        _("Marquee value"),
        _("nobody knows the name"),
        _("known in its industry"),
        _("a name that opens doors everywhere"),
    ),
    "many_locations": Words(
        _("Many opportunities or locations"),
        _("one site, one product"),
        _("a few sites"),
        _("many sites, many lands"),
    ),
    "supplier_loyalty": Words(
        _("Loyalty to suppliers"),
        _("changes suppliers every tender"),
        _("changes when something goes wrong"),
        _("has stayed with its suppliers for ten years"),
    ),
    "new_technology": Words(
        _("Leverage into new technology"),
        _("nothing new to be learned"),
        _("an application that is new to us"),
        _("the lead user of a technology we must master"),
    ),
    "new_region": Words(
        _("Leverage into a new region"),
        _("where we are already"),
        _("a neighbouring region"),
        _("takes us into a region we want and cannot enter alone"),
    ),
    "strategic_alliances": Words(
        _("Existing strategic alliances with suppliers"),
        _("none, and wants none"),
        _("one, in another field"),
        _("several that work, and we could be the next"),
    ),
    "value_added_marketing": Words(
        _("Value-added marketing strategy"),
        _("sells by price alone"),
        _("sells some value beside the price"),
        _("sells what our value makes better"),
    ),
    "process_synergy": Words(
        _("Process synergy"),
        _("no processes in common"),
        _("some steps fit together"),
        _("one process from our line to theirs"),
    ),
}

ATTRACTIVENESS = {
    "size": Words(
        _("Size"),
        _("less than 0.5 % of our revenue"),
        _("2 % of our revenue"),
        _("more than 5 % of our revenue"),
        is_picked=True,
        source="revenue_share",
    ),
    "growth_potential": Words(
        _("Growth potential"),
        _("shrinks by a tenth a year or more"),
        _("grows by 5 % a year"),
        _("grows by 20 % a year or more"),
        is_picked=True,
        source="growth",
    ),
    "financial_stability": Words(
        _("Financial stability"),
        _("payment at risk"),
        _("average of its industry"),
        _("first-class for years"),
        is_picked=True,
    ),
    "ease_of_access": Words(
        _("Ease of access"),
        _("we do not know who decides"),
        _("we reach buyers and users"),
        _("every door is open to us"),
        is_picked=True,
    ),
    "closeness": Words(
        _("Closeness of relationships"),
        _("one buyer knows us"),
        _("some functions know each other"),
        _("people of both firms work together on every level"),
        is_picked=True,
    ),
    "strategic_fit": Words(
        _("Strategic fit"),
        _("goes where we do not go"),
        _("fits one of our aims"),
        _("goes where we go, and needs us there"),
        is_picked=True,
    ),
    "level_of_competition": Words(
        _("Level of competition"),
        _("every supplier fights for them"),
        _("two or three serious competitors"),
        _("hardly any competition for them"),
    ),
    "market_standing": Words(
        _("Market standing"), _("a follower in its market"), _("among the top five"), _("number one")
    ),
}

STRENGTH = {
    "price": Words(
        _("Price"), _("by far the dearest"), _("the usual price"), _("the best value for the money"), is_picked=True
    ),
    "service": Words(
        _("Service"),
        _("leaves problems to the customer"),
        _("solves what is reported"),
        _("prevents problems"),
        is_picked=True,
    ),
    "speed_of_response": Words(
        _("Speed of response"),
        _("answers after days"),
        _("answers the same day"),
        _("answers at once"),
        is_picked=True,
    ),
    "relationship": Words(
        _("Relationship"),
        _("unknown to the customer"),
        _("a good working contact"),
        _("trusted on every level"),
        is_picked=True,
    ),
    "major_supplier": Words(
        _("Major supplier"),
        _("delivers next to nothing"),
        _("one of several suppliers"),
        _("the main supplier"),
        is_picked=True,
    ),
    "technical_innovation": Words(
        _("Technical innovation"), _("years behind"), _("like the others"), _("sets the pace"), is_picked=True
    ),
}

_TABLES = {"selection": SELECTION | OPTIONAL, "attractiveness": ATTRACTIVENESS, "strength": STRENGTH}
#: (kind, slug) -> words.
BUILT_IN = {(kind, slug): words for kind, table in _TABLES.items() for slug, words in table.items()}
DECKS = frozenset(SELECTION)
