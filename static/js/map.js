/* The map of zones on plain ground: marks by state, boundaries, names of units, a legend that filters.
   What its data-* attributes and the GeoJSON hold: docs/design.md. The list beside it says the same in words. */
"use strict";

(() => {
  const SHAPES = {
    circle: "M-8 0a8 8 0 1 0 16 0a8 8 0 1 0-16 0",
    triangle: "M0-11L10 7.5H-10z",
    square: "M-7.5-7.5h15v15h-15z",
    diamond: "M0-11L11 0 0 11-11 0z",
    hexagon: "M-9.5 0L-4.7-8.2H4.7L9.5 0 4.7 8.2H-4.7z",
    wedge: "M0 11L-10-7.5H10z",
    pause: "M-7-8h5v16h-5zM2-8h5v16h-5z",
    cross: "M-9-6l3-3 6 6 6-6 3 3-6 6 6 6-3 3-6-6-6 6-3-3 6-6z",
  };
  // state: [shape, letter, how far below the middle the letter sits]; in the order of the legend
  const MARKS = {
    operating: ["circle", "H", 3.5],
    under_construction: ["triangle", "X", 5],
    established: ["square", "T", 3.5],
    investment_approved: ["diamond", "C", 3.5],
    in_plan: ["hexagon", "Q", 3.5],
    proposed: ["wedge", "Đ", 1.5],
    suspended: ["pause", "", 0],
    removed: ["cross", "", 0],
    late: ["diamond", "D", 3.5],
    soon: ["triangle", "K", 5],
    "on-track": ["circle", "L", 3.5],
    unknown: ["circle", "?", 3.5],
  };
  const LEVELS = ["province", "district", "ward"];
  const [LABEL_TOP, LABEL_BOTTOM, LETTER] = [12, 28, 3.4]; // a name stands below its point
  const SMALLEST_SHAPE = 28;
  const MARK = 24;
  const CROWD = 12; // more than can be read in one card

  const stateOf = (feature) => (feature.properties.state in MARKS ? feature.properties.state : "unknown");
  const isLoose = (feature) => feature.properties.precision === "unit_centre";

  const element = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  const drawing = (shape, letter, dy) => {
    const make = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      return node;
    };
    const svg = make("svg", { viewBox: "-12 -12 24 24", width: 24, height: 24, "aria-hidden": "true" });
    const text = make("text", { y: dy });
    text.textContent = letter;
    svg.append(make("path", { d: SHAPES[shape] }), text);
    return svg;
  };

  const card = (feature, numbers) => {
    const { name, url, kind, place, area_ha: area, state_label: label } = feature.properties;
    const link = element("a", { href: url }, name);
    const facts = [kind, place, area ? `${numbers.format(area)} ha` : ""].filter(Boolean).join(" · ");
    return element("div", {}, element("strong", {}, link), element("p", {}, facts),
      element("span", { class: `state ${stateOf(feature)}` }, label));
  };

  class ZoneMap {
    constructor(container, data) {
      this.container = container;
      this.words = container.dataset;
      this.features = data.features;
      this.hidden = new Set();
      this.layerOf = new Map();
      this.rowOf = new Map();
      this.numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
      this.list = document.querySelector("[data-map-list]");
      this.map = this.ground(data);
      this.zones = L.layerGroup().addTo(this.map);
      this.labels = L.layerGroup().addTo(this.map);
      this.units = [...(data.labels || [])].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
      this.legend();
      this.connectList();
      this.map.on("zoomend", () => this.draw());
      this.map.on("popupopen", ({ popup }) => this.opened(popup));
      this.map.on("popupclose", () => { this.light(null); this.opener?.focus(); this.opener = null; });
      this.draw();
    }

    ground({ bounds }) {
      const map = L.map(this.container, {
        attributionControl: false, zoomControl: false, zoomAnimation: false, fadeAnimation: false,
        markerZoomAnimation: false, scrollWheelZoom: false, dragging: !L.Browser.mobile, zoomSnap: 0.25,
        minZoom: 5, maxZoom: 18,
      });
      const { zoomIn, zoomOut, north, tiles } = this.words;
      L.control.zoom({ zoomInTitle: zoomIn, zoomOutTitle: zoomOut }).addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      const arrow = L.control({ position: "topright" });
      arrow.onAdd = () => element("div", { class: "map-north" }, north);
      arrow.addTo(map);
      map.createPane("names").style.zIndex = 350;
      if (tiles) L.tileLayer(tiles).addTo(map);
      map.fitBounds(bounds || L.geoJSON(this.features).getBounds(), { padding: [16, 16] });
      map.on("focus", () => map.scrollWheelZoom.enable());
      map.on("blur", () => map.scrollWheelZoom.disable());
      // On paper the map fits an A4 page, lying for a list, with all that is seen; on the screen as before.
      const paper = this.container.closest(".with-filters") ? ["1000px", "350px"] : ["680px", "450px"];
      const resize = (width, height) => {
        const seen = map.getBounds();
        Object.assign(this.container.style, { width, height });
        map.invalidateSize({ animate: false });
        map.fitBounds(seen, { animate: false });
      };
      window.addEventListener("beforeprint", () => resize(...paper));
      window.addEventListener("afterprint", () => resize("", ""));
      this.container.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });
      return map;
    }

    /* Everything again: after a zoom (small boundaries become marks, other names fit), after a click in the legend. */
    draw() {
      this.zones.clearLayers();
      this.layerOf.clear();
      this.places = [];
      for (const feature of this.features) {
        if (!feature.geometry || this.hidden.has(stateOf(feature))) continue;
        const centre = feature.geometry.type === "Point" ? this.pointOf(feature) : this.drawShape(feature);
        if (!centre) continue;
        const at = this.map.latLngToLayerPoint(centre);
        const near = this.places.find((place) => place.at.distanceTo(at) < MARK);
        if (near) near.standing.push({ feature, centre });
        else this.places.push({ at, standing: [{ feature, centre }] });
      }
      for (const place of this.places) this.drawMark(place.standing);
      this.drawNames();
    }

    pointOf(feature) {
      const [lon, lat] = feature.geometry.coordinates;
      return L.latLng(lat, lon);
    }

    /* Draws the boundary; answers its centre when it is too small on the screen to be found, and so needs a mark. */
    drawShape(feature) {
      const shape = L.geoJSON(feature, { style: { className: `shape ${stateOf(feature)}` } }).addTo(this.zones);
      shape.bindPopup(() => card(feature, this.numbers));
      this.remember(feature, shape);
      const corners = [shape.getBounds().getNorthWest(), shape.getBounds().getSouthEast()];
      const [from, to] = corners.map((corner) => this.map.latLngToLayerPoint(corner));
      return from.distanceTo(to) < SMALLEST_SHAPE ? shape.getBounds().getCenter() : null;
    }

    drawMark(standing) {
      const { feature, centre } = standing[0];
      const together = standing.length > 1;
      const alike = standing.every((one) => stateOf(one.feature) === stateOf(feature));
      const state = alike ? stateOf(feature) : "group";
      const loose = standing.some((one) => isLoose(one.feature));
      const svg = together ? drawing("circle", String(standing.length), 3.5) : drawing(...MARKS[state]);
      const icon = L.divIcon({ html: svg, className: `mark ${state}${loose ? " loose" : ""}`, iconSize: [24, 24] });
      const title = standing.map((one) => one.feature.properties.name).join("; ");
      const marker = L.marker(centre, { icon, title, alt: title, keyboard: !this.list }).addTo(this.zones);
      const around = L.latLngBounds(standing.map((one) => one.centre));
      const parts = !around.getSouthWest().equals(around.getNorthEast()) && this.map.getZoom() < this.map.getMaxZoom();
      const closer = () => this.map.fitBounds(around, { padding: [MARK, MARK] });
      if (standing.length > CROWD && parts) marker.on("click", closer);
      else marker.bindPopup(() => (together ? this.cards(standing) : card(feature, this.numbers)));
      for (const one of standing) this.remember(one.feature, marker);
    }

    cards(standing) {
      const items = standing.map((one) => element("li", {}, card(one.feature, this.numbers)));
      return element("div", {}, element("p", { class: "note" }, this.words.here), element("ul", {}, ...items));
    }

    remember(feature, layer) {
      const { code } = feature.properties;
      this.layerOf.set(code, layer);
      layer.on("mouseover", () => this.light(code));
      layer.on("mouseout", () => this.light(null));
      layer.on("click", () => { this.light(code); this.rowOf.get(code)?.scrollIntoView({ block: "nearest" }); });
    }

    /* Names of units, larger units first; one that would touch another, or a mark, waits for a closer look. */
    drawNames() {
      this.labels.clearLayers();
      const taken = [];
      const marks = this.places.map(({ at }) => [at.x - MARK / 2, at.y - MARK / 2, at.x + MARK / 2, at.y + MARK / 2]);
      for (const { name, lon, lat, level } of this.units) {
        const at = this.map.latLngToLayerPoint([lat, lon]);
        const half = name.length * LETTER;
        const box = [at.x - half, at.y + LABEL_TOP, at.x + half, at.y + LABEL_BOTTOM];
        const touches = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
        if (taken.some(touches) || (level !== LEVELS[0] && marks.some(touches))) continue;
        taken.push(box);
        const icon = L.divIcon({ html: element("span", {}, name), className: `place-label ${level}`, iconSize: null });
        L.marker([lat, lon], { icon, interactive: false, keyboard: false, pane: "names" }).addTo(this.labels);
      }
    }

    legend() {
      const box = element("fieldset", { class: "legend" }, element("legend", { class: "unseen" }, this.words.legend));
      for (const [state, mark] of Object.entries(MARKS)) {
        const those = this.features.filter((feature) => stateOf(feature) === state);
        if (!those.length) continue;
        const tick = element("input", { type: "checkbox", checked: "" });
        tick.addEventListener("change", () => {
          if (tick.checked) this.hidden.delete(state);
          else this.hidden.add(state);
          this.draw();
        });
        const picture = element("span", { class: `mark ${state}` }, drawing(...mark));
        box.append(element("label", {}, tick, picture, `${those[0].properties.state_label} (${those.length})`));
      }
      if (this.features.some(isLoose)) box.append(element("span", { class: "note" }, this.words.loose));
      const absent = this.features.filter((feature) => !feature.geometry).length;
      if (absent) box.append(element("span", { class: "note" }, `${this.words.absent}: ${absent}`));
      this.container.after(box);
    }

    connectList() {
      for (const row of this.list?.querySelectorAll("[data-code]") || []) {
        const { code } = row.dataset;
        if (!this.features.some((feature) => feature.properties.code === code && feature.geometry)) continue;
        this.rowOf.set(code, row);
        const label = `${this.words.locate}: ${row.querySelector("a").textContent}`;
        const button = element("button", { type: "button", class: "plain locate", "aria-label": label }, "◎");
        button.addEventListener("click", () => this.locate(code, button));
        row.addEventListener("mouseenter", () => this.light(code));
        row.addEventListener("mouseleave", () => this.light(null));
        row.append(button);
      }
    }

    locate(code, button) {
      let layer = this.layerOf.get(code);
      if (!layer) return;
      while (!layer.getPopup()) { // in a crowd: closer, until it can be read
        this.map.setView(layer.getLatLng(), this.map.getZoom() + 2, { animate: false });
        layer = this.layerOf.get(code);
      }
      this.map.panTo(layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter(), { animate: false });
      layer.openPopup();
      this.light(code);
      this.opener = button;
      this.map.getContainer().querySelector(".leaflet-popup a[href]:not([role])")?.focus();
    }

    opened(popup) {
      popup.getElement().querySelector(".leaflet-popup-close-button").setAttribute("aria-label", this.words.close);
    }

    light(code) {
      for (const lit of document.querySelectorAll(".lit")) lit.classList.remove("lit");
      if (!code) return;
      this.rowOf.get(code)?.classList.add("lit");
      const layer = this.layerOf.get(code);
      const parts = layer?.getLayers ? layer.getLayers() : [layer];
      for (const part of parts) part?.getElement()?.classList.add("lit");
    }
  }

  const show = async (container) => {
    const say = (words) => container.append(element("p", { class: "map-note", role: "status" }, words));
    try {
      const headers = { Accept: "application/geo+json, application/json" };
      const answer = await fetch(container.dataset.features, { headers });
      if (!answer.ok) throw new Error(String(answer.status));
      const data = await answer.json();
      if (data.features.some((feature) => feature.geometry)) new ZoneMap(container, data);
      else say(container.dataset.empty);
    } catch (error) {
      console.error(error);
      say(container.dataset.failed);
    }
  };

  document.querySelectorAll(".map[data-features]").forEach(show);
})();
