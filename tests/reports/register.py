"""A small register whose sums are known by heart, for the figures, the home page and the progress report.

Hà Nội, public: two parks (100 + 50.5 ha), a cluster that operates unestablished (20 ha), a cluster of which nothing is
known. Hà Nội, internal: a cluster of 5 ha; restricted to `agency`: a cluster of 7 ha. TPHCM: a public export-processing
zone of 300 ha, an internal park of 11 ha."""

from datetime import date
from types import SimpleNamespace

from tests import factories as make

EARLY = date(2016, 1, 1)


def small_register():
    agency = make.agency(code="HN-SCT", name="Sở Công Thương thành phố Hà Nội")
    other = make.agency(code="HN-BQL", name="Ban Quản lý các khu công nghiệp", kind="board")
    south = make.agency(code="HCM-SCT", name="Sở Công Thương Thành phố Hồ Chí Minh", city="HCM")
    paper = make.document(number="4756/QĐ-UBND", year=2017)
    first = make.zone(code="HN-1", name="Khu công nghiệp Một", kind="KCN", managing_agency=other)
    make.area(first, value="100", as_of=EARLY, document=paper)
    make.area(first, value="98", as_of=EARLY, standing="reported", source="https://www.bao.vn/tin")
    make.area(first, "industrial", "70")
    make.area(first, "leased", "35")
    make.occupancy(first, "40", "80", "kcn_2022")
    make.status(first, "operating")
    make.status(first, "yes", "established", as_of=EARLY)
    make.status(first, "yes", "operating")
    make.boundary(first)
    second = make.zone(code="HN-2", name="Khu công nghiệp Hai", kind="KCN", managing_agency=other)
    make.area(second, "stated", "50.5")
    make.status(second, "in_plan")
    third = make.zone(code="HN-3", name="Cụm công nghiệp Ba", managing_agency=agency)
    make.area(third, value="20")
    make.occupancy(third, "10", "10", "ccn_2024")
    make.status(third, "operating")
    make.status(third, "yes", "operating")
    fourth = make.zone(code="HN-4", name="Cụm công nghiệp Bốn", managing_agency=agency)
    internal = make.zone(code="HN-5", name="Cụm công nghiệp Năm", managing_agency=agency, publicity="internal")
    make.area(internal, value="5")
    restricted = make.zone(code="HN-6", name="Cụm công nghiệp Sáu", managing_agency=agency, publicity="restricted")
    make.area(restricted, value="7")
    make.status(restricted, "suspended")
    export = make.zone(code="HCM-1", name="Khu chế xuất Nam", kind="KCX", city="HCM", managing_agency=south)
    make.area(export, "in_plan", "300")
    hidden = make.zone(code="HCM-2", kind="KCN", city="HCM", managing_agency=south, publicity="internal")
    make.area(hidden, value="11")
    return SimpleNamespace(
        agency=agency, other=other, south=south, paper=paper, first=first, second=second, third=third, fourth=fourth,
        internal=internal, restricted=restricted, export=export, hidden=hidden,
    )  # fmt: skip
