"""Rules on the region: that the text names it."""

import re
from collections.abc import Iterator
from typing import Final

from uhc_llm.scanner.largest import largest, most_in_a_province
from uhc_llm.scanner.regions.gazetteer import NATION
from uhc_llm.schemas import Mention, Region
from uhc_llm.verifier.claims import Claim
from uhc_llm.verifier.rulebook import Case, Message

__all__ = ["area_in_text", "region_in_text", "region_undecided", "region_unnamed"]

_HALF: Final = 0.5


def region_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """The region is named in the text, by its name, an alias or a word that points back to it.

    Kota Semarang is not Kabupaten Semarang. A threshold, a count of regions, or so many people as
    no province has, may be national without the text saying so.
    """
    region = claim.fact.region
    if region is None or region.code is None:
        return
    if _is_named(claim, case) or _is_meant(region, case):
        return
    base = _base(region)
    twins = {m.name for m in case.reading.regions if m.name.endswith(f" {base}") or m.name == base}
    names = sorted(twins or {m.name for m in case.reading.regions if m.code})
    says = f"; it names {', '.join(names)}" if names else ""
    yield f"the text does not name {region.name} ({region.code}){says}", ()


def region_unnamed(claim: Claim, case: Case) -> Iterator[Message]:
    """The region is the nation or a province that the text names a part of, or of two of one name.

    Such a one may be meant where it is not named: "Bekasi" beside "Kabupaten Bekasi".
    """
    region = claim.fact.region
    if region is None or region.code is None or _is_named(claim, case):
        return
    if _is_meant(region, case):
        yield f"the text does not name {region.name} ({region.code}), but may mean it", ()


def _is_named(claim: Claim, case: Case) -> bool:
    """Whether the text names the region of a fact, or need not."""
    region = claim.fact.region
    code = region.code if region else None
    return code in case.bindings.named_codes or (code == NATION.code and _is_national(claim, case))


def _is_meant(region: Region, case: Case) -> bool:
    """Whether a text that does not name a region may mean it."""
    if region.level == "nation":
        return True
    if region.level == "province" and any(
        mention.province == region.name for mention in case.reading.regions
    ):
        return True
    said = rf"(?<!\bkota )(?<!\bkabupaten )(?<!\bkab\. )\b{re.escape(_base(region))}\b"
    return re.search(said, case.reading.text, re.IGNORECASE) is not None


def _base(region: Region) -> str:
    return region.name.removeprefix("Kota ").removeprefix("Kabupaten ")


def _is_national(claim: Claim, case: Case) -> bool:
    """Whether a fact may be the nation's, though the text does not name it there."""
    fact, mention = claim.fact, claim.mention
    if fact.status == "target" or fact.metric == "regions_covered":
        return True
    read = case.bindings.read(mention)
    if mention is None or read is None:
        return False
    return _is_of_all(mention, case) or read.share_of_region(NATION.code) > _HALF


def _is_of_all(mention: Mention, case: Case) -> bool:
    """Whether only the whole nation can have so many, or has any: people, regions, provinces."""
    if mention.unit == "regions":
        return mention.value > most_in_a_province() or "provinsi" in mention.text.lower()
    most = largest(mention.unit, "province")
    main = next((r for r in case.reading.regions if r.id == case.reading.main_region), None)
    # In an article about a city it is rather a slip: "275.204.000 jiwa" for 275.204.
    is_small = main is not None and main.level in {"regency", "city"}
    return most is not None and mention.value > most.doubted and not is_small


def region_undecided(claim: Claim, case: Case) -> Iterator[Message]:
    """Nothing in the text decides between two regions of one name: "Semarang", without Kota."""
    region = claim.fact.region
    if region is None or region.code is None:
        return
    if region.code in case.bindings.certain_codes:
        return
    for mention in case.reading.regions:
        if any(candidate.code == region.code for candidate in mention.candidates):
            names = " or ".join(candidate.name for candidate in mention.candidates)
            yield f"{mention.text!r} may be {names}", ((mention.start, mention.end),)
            return


def area_in_text(claim: Claim, case: Case) -> Iterator[Message]:
    """A region without a code stands in the text by its last name: "BPJS Kesehatan Cabang Pati"."""
    region = claim.fact.region
    if region is None or region.code is not None:
        return
    words = region.name.split()
    if not words or words[-1].casefold() not in case.reading.text.casefold():
        yield f"the text does not name {region.name!r}", ()
