"""The panel: for each region, time and indicator one figure out of all that was said, and why it.

Facts of all articles are read as observations (`observations`). Articles that carry one release are
told from those that report independently (`releases`). Of the values that are said for one cell
named rules choose one (`choosing`), and what the others are is told: roundings, other days, other
denominators, revised, or in conflict (`conflicts`). Targets stand in a table of their own.
"""

from uhc_llm.panel.building import Panel, PanelOptions, build_panel
from uhc_llm.panel.choosing import RULES, ChoiceRule
from uhc_llm.panel.observations import Observation
from uhc_llm.panel.periods import By
from uhc_llm.panel.storing import store_panel
from uhc_llm.panel.writing import load_panel, load_targets, write_panel

__all__ = [
    "RULES",
    "By",
    "ChoiceRule",
    "Observation",
    "Panel",
    "PanelOptions",
    "build_panel",
    "load_panel",
    "load_targets",
    "store_panel",
    "write_panel",
]
