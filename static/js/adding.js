/* A name chosen while typing becomes a ticked box at once. Without it the names typed are read when the form is sent. */
"use strict";

(() => {
  const form = document.querySelector("form[data-unsaved]");

  const add = (input) => {
    const typed = input.value.trim().toLowerCase();
    const named = [...input.list.options].filter(({ value }) => typed && value.toLowerCase().includes(typed));
    const known = named.find(({ value }) => value.toLowerCase() === typed) ?? (named.length === 1 ? named[0] : null);
    if (!known) return;
    const boxes = document.getElementById(input.id.replace(/_more$/, ""));
    let box = boxes.querySelector(`input[value="${known.dataset.key}"]`);
    if (!box) {
      box = document.createElement("input");
      box.type = "checkbox";
      box.name = input.name.replace(/_more$/, "");
      box.value = known.dataset.key;
      const label = document.createElement("label");
      label.className = "check";
      label.append(box, ` ${known.value}`);
      boxes.append(document.createElement("div"));
      boxes.lastElementChild.append(label);
    }
    box.checked = true;
    input.value = "";
  };

  form?.addEventListener("change", ({ target }) => {
    if (target.dataset.adds) add(target);
  });

  form?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.dataset.adds) return;
    event.preventDefault();
    add(event.target);
  });
})();
