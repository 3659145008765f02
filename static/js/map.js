/* The map of zones on plain ground: marks by state, boundaries, names of units, a legend that filters.
   Of very many records the server answers clusters, and again whenever the map has moved (data.moving).
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
  const RADII = [[100, 12], [10000, 17], [Infinity, 22]]; // of a cluster, by how many stand in it
  const [REST, CLOSE] = [150, 17]; // milliseconds that a map lies still before it asks; the zoom of one place

  const stateOf = (feature) => (feature.properties.state in MARKS ? feature.properties.state : "unknown");
  const isLoose = (feature) => feature.properties.precision === "unit_centre";

  const element = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  const make = (tag, attributes) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    return node;
  };

  const drawing = (shape, letter, dy) => {
    const svg = make("svg", { viewBox: "-12 -12 24 24", width: 24, height: 24, "aria-hidden": "true" });
    const text = make("text", { y: dy });
    text.textContent = letter;
    svg.append(make("path", { d: SHAPES[shape] }), text);
    return svg;
  };

  /* A number in a ring that the states share. */
  const ring = (words, radius, shares) => {
    const size = 2 * radius + 6;
    const svg = make("svg", { viewBox: `${-size / 2} ${-size / 2} ${size} ${size}`, width: size, height: size, "aria-hidden": "true" });
    svg.append(make("circle", { r: radius }));
    let before = 0;
    for (const [state, share] of shares) {
      const part = { r: radius, pathLength: 100, "stroke-dasharray": `${share} 100`, "stroke-dashoffset": -before };
      svg.append(make("circle", { class: `share ${state}`, ...part }));
      before += share;
    }
    const text = make("text", { y: 3.5 });
    text.textContent = words;
    svg.append(text);
    return svg;
  };

  /* By mouse, finger or Enter. */
  const chosen = (marker, act) => marker.on("click", act).on("keypress", (event) => { if (event.originalEvent.key === "Enter") act(); });

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
      this.moving = data.moving;
      this.take(data);
      this.counts = data.legend || this.counted();
      this.hidden = new Set();
      this.layerOf = new Map();
      this.rowOf = new Map();
      this.numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
      this.list = document.querySelector("[data-map-list]");
      this.map = this.ground(data);
      this.zones = L.layerGroup().addTo(this.map);
      this.labels = L.layerGroup().addTo(this.map);
      this.legend(data.absent ?? this.features.filter((feature) => !feature.geometry).length);
      this.connectList();
      this.map.on("zoomend", () => this.draw());
      this.map.on("popupopen", ({ popup }) => this.opened(popup));
      this.map.on("popupclose", () => { this.light(null); this.opener?.focus(); this.opener = null; });
      if (this.moving) this.follow();
      this.draw();
    }

    take({ features, clusters = [], labels = [] }) {
      this.features = features;
      this.clusters = clusters;
      this.units = [...labels].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
    }

    /* State → [in words, how many], of everything that the map holds. */
    counted() {
      const found = {};
      for (const feature of this.features) {
        const before = found[stateOf(feature)] || [feature.properties.state_label, 0];
        found[stateOf(feature)] = [before[0], before[1] + 1];
      }
      return found;
    }

    /* Asks anew when the map has moved and lies still; not while a card is read or the page is printed. */
    follow() {
      this.said = element("p", { class: "unseen", role: "status" });
      this.container.after(this.said);
      const soon = () => {
        clearTimeout(this.waiting);
        this.waiting = setTimeout(() => { if (!this.reading && !this.printing) this.look(); }, REST);
      };
      this.map.on("moveend", soon);
      this.map.on("popupopen", () => { this.reading = true; });
      this.map.on("popupclose", () => { this.reading = false; soon(); });
    }

    async look() {
      clearTimeout(this.waiting);
      this.asking?.abort();
      this.asking = new AbortController();
      const bounds = this.map.getBounds();
      const edges = [Math.max(bounds.getWest(), -180), Math.max(bounds.getSouth(), -90),
        Math.min(bounds.getEast(), 180), Math.min(bounds.getNorth(), 90)].map((edge) => edge.toFixed(5));
      const address = `${this.words.features}&bbox=${edges.join(",")}&zoom=${Math.floor(this.map.getZoom())}`;
      try {
        this.take(await asked(address, this.asking.signal));
        this.draw();
        const shown = this.features.length + this.clusters.reduce((sum, cluster) => sum + cluster[2], 0);
        this.said.textContent = `${this.words.shown}: ${this.numbers.format(shown)}`;
      } catch (error) {
        if (error.name !== "AbortError") this.said.textContent = this.words.failed;
      }
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
      window.addEventListener("beforeprint", () => { this.printing = true; resize(...paper); });
      window.addEventListener("afterprint", () => { resize("", ""); this.printing = false; });
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
      for (const crowd of this.crowds()) this.drawCrowd(crowd);
      this.drawNames();
    }

    /* The clusters without the hidden states; those that would touch are one. */
    crowds() {
      const found = [];
      const radiusOf = (count) => RADII.find(([most]) => count < most)[1];
      for (const [lon, lat, , states] of [...this.clusters].sort((a, b) => b[2] - a[2])) {
        const seen = Object.entries(states).filter(([state]) => !this.hidden.has(state));
        const count = seen.reduce((sum, [, n]) => sum + n, 0);
        if (!count) continue;
        const at = this.map.latLngToLayerPoint([lat, lon]);
        const near = found.find((crowd) => crowd.at.distanceTo(at) < crowd.radius + radiusOf(count));
        const crowd = near || { at, lon, lat, count: 0, states: {} };
        for (const [state, n] of seen) crowd.states[state] = (crowd.states[state] || 0) + n;
        crowd.count += count;
        crowd.lon += ((lon - crowd.lon) * count) / crowd.count;
        crowd.lat += ((lat - crowd.lat) * count) / crowd.count;
        crowd.radius = radiusOf(crowd.count);
        if (!near) found.push(crowd);
      }
      return found;
    }

    drawCrowd({ lon, lat, count, states, radius }) {
      const parts = Object.keys(MARKS).filter((state) => states[state]);
      const words = parts.map((state) => `${this.counts[state]?.[0] || state} ${this.numbers.format(states[state])}`);
      const svg = ring(this.numbers.format(count), radius, parts.map((state) => [state, (states[state] / count) * 100]));
      const icon = L.divIcon({ html: svg, className: "mark cluster", iconSize: [2 * radius + 6, 2 * radius + 6] });
      const title = `${this.numbers.format(count)} ${this.words.many}: ${words.join(", ")}`;
      const marker = L.marker([lat, lon], { icon, title, alt: title }).addTo(this.zones);
      this.places.push({ at: this.map.latLngToLayerPoint([lat, lon]), radius: radius + 3, standing: [] });
      const last = this.map.getZoom() >= this.map.getMaxZoom();
      if (last) marker.bindPopup(() => element("p", {}, title));
      else chosen(marker, () => { this.container.focus(); this.map.setView([lat, lon], this.map.getZoom() + 2); });
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
      const marker = L.marker(centre, { icon, title, alt: title, keyboard: !this.list || this.moving }).addTo(this.zones);
      const around = L.latLngBounds(standing.map((one) => one.centre));
      const parts = !around.getSouthWest().equals(around.getNorthEast()) && this.map.getZoom() < this.map.getMaxZoom();
      const closer = () => this.map.fitBounds(around, { padding: [MARK, MARK] });
      if (standing.length > CROWD && parts) chosen(marker, closer);
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
      const marks = this.places.map(({ at, radius: r = MARK / 2 }) => [at.x - r, at.y - r, at.x + r, at.y + r]);
      for (const { name, lon, lat, level } of this.units) {
        const at = this.map.latLngToLayerPoint([lat, lon]);
        const half = name.length * (level === LEVELS[0] ? 1.6 : 1) * LETTER;
        const box = [at.x - half, at.y + LABEL_TOP, at.x + half, at.y + LABEL_BOTTOM];
        const touches = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
        if (this.moving && level === LEVELS[0]) while (marks.some(touches)) { at.y += MARK; box[1] += MARK; box[3] += MARK; }
        if (taken.some(touches) || (level !== LEVELS[0] && marks.some(touches))) continue;
        taken.push(box);
        const icon = L.divIcon({ html: element("span", {}, name), className: `place-label ${level}`, iconSize: null });
        const where = this.map.layerPointToLatLng(at); // the name of a city stands below its clusters
        L.marker(where, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(this.labels);
      }
    }

    legend(absent) {
      const box = element("fieldset", { class: "legend" }, element("legend", { class: "unseen" }, this.words.legend));
      for (const [state, mark] of Object.entries(MARKS)) {
        if (!this.counts[state]) continue;
        const [words, count] = this.counts[state];
        const tick = element("input", { type: "checkbox", checked: "" });
        tick.addEventListener("change", () => {
          if (tick.checked) this.hidden.delete(state);
          else this.hidden.add(state);
          this.draw();
        });
        const picture = element("span", { class: `mark ${state}` }, drawing(...mark));
        box.append(element("label", {}, tick, picture, `${words} (${this.numbers.format(count)})`));
      }
      if (this.moving) box.append(element("span", { class: "note" }, this.words.together));
      if (this.moving || this.features.some(isLoose)) box.append(element("span", { class: "note" }, this.words.loose));
      if (absent) box.append(element("span", { class: "note" }, `${this.words.absent}: ${this.numbers.format(absent)}`));
      this.container.after(box);
    }

    connectList() {
      for (const row of this.list?.querySelectorAll("[data-code]") || []) {
        const { code, at } = row.dataset;
        const drawn = this.features.some((feature) => feature.properties.code === code && feature.geometry);
        if (!drawn && !(this.moving && at)) continue;
        this.rowOf.set(code, row);
        const label = `${this.words.locate}: ${row.querySelector("a").textContent}`;
        const button = element("button", { type: "button", class: "plain locate", "aria-label": label }, "◎");
        button.addEventListener("click", () => this.locate(code, button, this.moving && at));
        row.addEventListener("mouseenter", () => this.light(code));
        row.addEventListener("mouseleave", () => this.light(null));
        row.append(button);
      }
    }

    async locate(code, button, at) {
      if (at && !this.layerOf.has(code)) {
        this.map.setView(at.split(","), CLOSE, { animate: false });
        await this.look();
      }
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

  const asked = async (address, signal) => {
    const answer = await fetch(address, { headers: { Accept: "application/geo+json, application/json" }, signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const show = async (container) => {
    const say = (words) => container.append(element("p", { class: "map-note", role: "status" }, words));
    try {
      const data = await asked(container.dataset.features);
      if (data.clusters?.length || data.features.some((feature) => feature.geometry)) new ZoneMap(container, data);
      else say(container.dataset.empty);
    } catch (error) {
      console.error(error);
      say(container.dataset.failed);
    }
  };

  document.querySelectorAll(".map[data-features]").forEach(show);
})();
