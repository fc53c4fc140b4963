"""Which region and which period a number belongs to, by clause and by nearness.

A number has a window (see `meanings.windows`); a region or period named in it is the number's own.
Without one the last that was named is in force, until a list of several leaves none; and then there
is the article's main region and its own date.
"""

from uhc_llm.scanner.binding.periods import BoundPeriods, bind_periods
from uhc_llm.scanner.binding.regions import BoundRegions, bind_regions, named_regions

__all__ = ["BoundPeriods", "BoundRegions", "bind_periods", "bind_regions", "named_regions"]
