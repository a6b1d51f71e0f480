"""The drawing of an account's relationship: its people and active contacts as the drawing of a stage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from openkam.method import network as method
from openkam.web.accounts.models import Account
from openkam.web.interactions.models import JointTeam as Team
from openkam.web.interactions.models import Kind
from openkam.web.programme.models import Settings

from .drawing import Edge, JointTeam, Network, Person, Scene, draw, ideal
from .models import Stage
from .seen import Seen, Tie


@dataclass(frozen=True)
class Line:
    """An active contact for the table beside the drawing."""

    ours: Person
    theirs: Person
    edge: Edge
    is_stale: bool


@dataclass(frozen=True)
class Drawing:
    """What the page shows. stage: what the contacts show; shown_as: whose drawing they are poured into."""

    account: Account
    on: date
    stage: int
    shown_as: int
    network: Network
    contacts: int

    @cached_property
    def scene(self) -> Scene:
        return draw(self.network, self.shown_as)

    @cached_property
    def pattern(self) -> Scene:
        """The deck's own drawing of that stage."""
        return draw(ideal(self.shown_as), self.shown_as)

    @property
    def shown_stage(self) -> Stage:
        return Stage(self.shown_as)

    @property
    def is_own(self) -> bool:
        return self.shown_as == own(self.stage)

    @property
    def choices(self) -> list[tuple[Stage, bool]]:
        """The five drawings, and which of them is shown."""
        return [(stage, stage == self.shown_as) for stage in Stage if stage != Stage.DORMANT]

    @property
    def lines(self) -> list[Line]:
        """The same as a table, the closest contact first."""
        people, found = self.network.by_key, self.network
        heavy = sorted(found.edges, key=lambda edge: (-edge.n12, edge.key))
        return [Line(people[edge.ours], people[edge.theirs], edge, found.is_stale(edge)) for edge in heavy]

    @property
    def silent(self) -> list[tuple[str, list[Person]]]:
        """Whoever is in no active contact, side by side."""
        names = {"ours": self.network.our_name, "theirs": self.network.their_name}
        sides = (
            (names[side], [person for person in self.network.of(side) if person.key not in self.network.weights])
            for side in ("ours", "theirs")
        )
        return [(name, people) for name, people in sides if people]

    @property
    def missing(self) -> list[str]:
        """Whom the drawing shows as missing."""
        return [node.title for node in self.scene.nodes if node.look == "hole"]


def own(stage: int) -> int:
    """A dormant relationship has no drawing of its own."""
    return max(1, stage)


def drawing_of(there: Seen, metrics: method.Metrics, stage: int, asked: str = "") -> Drawing:
    """As the drawing of its own stage, or of the one that an address asks for ("1" to "5")."""
    shown_as = int(asked) if asked in ("1", "2", "3", "4", "5") else own(stage)
    return Drawing(
        account=there.account,
        on=there.on,
        stage=stage,
        shown_as=shown_as,
        network=network_of(there, metrics),
        contacts=sum(tie.n12 for tie in there.ties),
    )


def network_of(there: Seen, metrics: method.Metrics) -> Network:
    """The method's active contacts with the people's names and the evidence of each."""
    ties = {(f"u{tie.colleague}", f"c{tie.contact}"): tie for tie in there.ties}
    active = {(edge.ours, edge.theirs): edge for edge in metrics.edges}
    return Network(
        on=there.on,
        our_name=str(Settings.current()),
        their_name=there.account.name,
        people=tuple(_people(there, metrics)),
        edges=tuple(_edge(there, ties[pair], edge.weight, edge.is_direct) for pair, edge in active.items()),
        teams=tuple(_team(team) for team in there.teams),
        joint_board=there.joint_board,
        relevant=there.document.relevant_groups,
        thread=_thread(there, metrics, [tie for pair, tie in ties.items() if pair not in active]),
    )


def _people(there: Seen, metrics: method.Metrics) -> Iterable[Person]:
    for pk, colleague in there.colleagues.items():
        yield _person(f"u{pk}", colleague, is_manager=pk in there.managers)
    for pk, contact in there.contacts.items():
        yield _person(f"c{pk}", contact, is_main_contact=f"c{pk}" in metrics.main_contacts)


def _person(key: str, person: Any, **roles: bool) -> Person:
    return Person(
        key=key,
        name=person.name,
        side="ours" if key.startswith("u") else "theirs",
        title=person.title,
        function=person.function,
        level=person.level,
        url=person.get_absolute_url(),
        is_placeholder=getattr(person, "is_placeholder", False),
        **roles,
    )


def _edge(there: Seen, tie: Tie, weight: int, is_direct: bool) -> Edge:
    return Edge(
        ours=f"u{tie.colleague}",
        theirs=f"c{tie.contact}",
        n12=tie.n12,
        weight=weight,
        last_on=tie.last_on,
        is_direct=is_direct,
        kinds=" · ".join(f"{Kind(kind).label} {times}" for kind, times in tie.kinds),
        url=there.contacts[tie.contact].get_absolute_url(),
    )


def _thread(there: Seen, metrics: method.Metrics, ties: Iterable[Tie]) -> Edge | None:
    """The contact of the two hubs where it is recorded and not active."""
    mains = [tie for tie in ties if tie.n12 and f"c{tie.contact}" in metrics.main_contacts]
    hubs = [tie for tie in mains if tie.colleague in there.managers]
    most = max(hubs, key=lambda tie: tie.n12, default=None)
    return _edge(there, most, most.n12, is_direct=False) if most else None


def _team(team: Team) -> JointTeam:
    members = list(team.members.all())
    return JointTeam(
        name=team.name,
        kind=team.kind,
        ours=tuple(f"u{one.colleague_id}" for one in members if one.colleague_id),
        theirs=tuple(f"c{one.contact_id}" for one in members if one.contact_id),
    )
