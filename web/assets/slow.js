// Says that long work is under way, once a form was sent.
"use strict";
for (const form of document.querySelectorAll("form[data-slow]")) {
  const button = form.querySelector("button");
  const said = form.querySelector("[data-said]");
  let since = 0, tick = 0;
  form.addEventListener("submit", () => {
    button.disabled = true;
    since = Date.now();
    const tell = () => { said.textContent = form.dataset.slow + " " + Math.round((Date.now() - since) / 1000) + " s"; };
    tell();
    tick = setInterval(tell, 1000);
  });
  addEventListener("pageshow", () => { button.disabled = false; clearInterval(tick); });
}
