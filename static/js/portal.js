/* Comfort on top of pages that work without it. What each attribute means: docs/design.md. */
"use strict";

(() => {
  const all = (selector) => document.querySelectorAll(selector);

  for (const details of all("details[data-narrow-closed]")) {
    if (matchMedia("(max-width: 52rem)").matches) details.open = false;
  }

  document.querySelector("[data-focus]")?.focus();

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  });

  // What was left empty is no part of the address.
  document.addEventListener("formdata", ({ target, formData }) => {
    if (target.method !== "get") return;
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
      search.select();
    }
    if (event.key === "Escape") {
      for (const menu of all("details[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  for (const form of all("form[data-unsaved]")) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => {
      if (changed) event.preventDefault();
    });
  }

  // The link of the section in view is marked in the tabs.
  const tabs = new Map([...all(".tabs a")].map((link) => [link.hash.slice(1), link]));
  const mark = (id) => tabs.forEach((link, key) => {
    if (key === id) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  const seen = new IntersectionObserver((entries) => {
    const first = entries.find((entry) => entry.isIntersecting);
    if (first) mark(first.target.id);
  }, { rootMargin: "0px 0px -70% 0px" });
  tabs.forEach((_, id) => {
    const section = document.getElementById(id);
    if (section) seen.observe(section);
  });
})();
