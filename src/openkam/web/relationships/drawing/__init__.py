"""Who is in contact with whom, drawn as the deck draws the five stages: pure geometry, without a database."""

from .bowtie import bowtie
from .diamond import diamond
from .ideal import ideal
from .model import DRAWINGS, Edge, JointTeam, Network, Person
from .oval import oval
from .pyramids import pyramids
from .scene import Scene

__all__ = ["DRAWINGS", "Edge", "JointTeam", "Network", "Person", "Scene", "draw", "ideal"]

_LAYOUTS = {"pre": pyramids, "early": bowtie, "mid": pyramids, "partnership": diamond, "synergistic": oval}


def draw(network: Network, stage: int) -> Scene:
    """The network as the drawing of a stage, 0 to 5: every active contact once, whatever the stage."""
    name = DRAWINGS[stage]
    return _LAYOUTS[name](network, name)
