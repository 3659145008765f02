/* Shows how far a file has been sent. Without it the same form sends the file the plain way. */
"use strict";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const status = form.querySelector("[data-upload]");
  if (!status) return;
  event.preventDefault();
  const [said, share] = status.querySelectorAll("p, span");
  const bar = status.querySelector("progress");
  const button = form.querySelector("[type=submit]");

  const fail = () => {
    said.textContent = status.dataset.failed;
    share.textContent = "";
    bar.hidden = true;
    button.disabled = false;
  };

  // What the server says about the form takes the place of the page's content; anything else is a page of its own.
  const show = ({ responseURL, responseText }) => {
    if (new URL(responseURL).pathname !== location.pathname) return location.assign(responseURL);
    const answer = new DOMParser().parseFromString(responseText, "text/html");
    const main = answer.querySelector("main");
    if (!main) return fail();
    document.title = answer.title;
    document.querySelector("main").replaceWith(main);
    main.querySelector("[data-focus]")?.focus();
  };

  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = Math.floor((100 * loaded) / total);
    share.textContent = `${bar.value} %`;
  });
  request.upload.addEventListener("load", () => {
    said.textContent = status.dataset.reading;
    share.textContent = "";
    bar.removeAttribute("value");
  });
  request.addEventListener("load", () => show(request));
  request.addEventListener("error", fail);

  button.disabled = true;
  status.hidden = bar.hidden = false;
  bar.value = 0;
  said.textContent = status.dataset.sending;
  request.open("POST", location.href);
  request.send(new FormData(form));
});
