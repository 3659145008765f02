"""The register for GIS programs: OGC API - Features (OGC 17-069r4), parts Core, OpenAPI 3.0 and GeoJSON.

Zones and facilities as two collections under /api/ogc/. docs/ogc.md says how to open them in QGIS, GDAL and OWSLib."""
