"""The shipped data for GIS programs: the same records and figures as over REST."""

import pytest

from tests.factories import caller

pytestmark = pytest.mark.django_db
ZONES = "/api/ogc/collections/zones/items"
SAME = (
    "name", "kind", "city", "status", "established", "operating", "area_ha", "area_kind", "industrial_ha", "leased_ha",
    "has_decision", "lat", "lon", "source_on", "note",
)  # fmt: skip


@pytest.mark.parametrize("day", ["", "2018-12-31"])
def test_every_zone_has_the_figures_of_the_rest_interface(register, day):
    client = caller()
    features = client.get(f"{ZONES}?limit=1000" + (f"&datetime={day}" if day else "")).json()["features"]
    told = {one["id"]: one["properties"] | {"geometry": one["geometry"]} for one in features}
    path = "/api/v1/zones?format=geojson&page_size=200" + (f"&as_of={day}" if day else "")
    while path:
        page = client.get(path).json()
        for feature in page["features"]:
            own, row = told.pop(feature["id"]), feature["properties"]
            assert [own[name] for name in SAME] == [None if row[name] == "" else row[name] for name in SAME]
            assert (own["occupancy"], own["geometry"]) == (row["occupancy"]["pct"], feature["geometry"])
        path = page["next"]
    assert len(features) > 50
    assert not told
