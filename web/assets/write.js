// The editor's comfort: keeps what is typed while it is typed, saves by Ctrl+S, adds
// a portion by Ctrl+Enter, lets fields grow, and leads to what is wrong. All of it
// can be done with the buttons of the page, too.
"use strict";
(() => {
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const said = document.getElementById("kept");
  const say = (name, more) => { said.textContent = form.dataset[name] + (more ? " " + more : ""); };
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const version = form.elements.version ? Number(form.elements.version.value) : 0;

  let dirty = false, waiting = 0, leaving = false, turn = Promise.resolve();
  const fields = () => {
    const f = new URLSearchParams(new FormData(form));
    f.set("act", "keep");
    return f;
  };
  const keep = async (last) => {
    if (!dirty || leaving) return;
    dirty = false;
    clearTimeout(waiting);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", credentials: "same-origin", redirect: "error", keepalive: last,
        headers: { "Accept": "application/json" }, body: fields(),
      });
      if (!answer.ok) throw new Error(answer.status === 413 ? "large" : "failed");
      const told = await answer.json();
      if (!dirty) say(version && told.latest > version ? "met" : "kept", version && told.latest > version ? "" : time.format(new Date(told.at)));
    } catch (e) {
      dirty = true;
      say(e.message === "large" ? "large" : "failed");
    }
  };
  const soon = (wait) => { clearTimeout(waiting); waiting = setTimeout(() => { turn = turn.then(() => keep(false)); }, wait); };

  const grow = (t) => { if (t.scrollHeight > t.clientHeight + 4) t.rows = Math.min(40, Math.ceil(t.scrollHeight / 22) + 1); };
  form.addEventListener("input", (event) => {
    if (!dirty) say("typing");
    dirty = true;
    if (event.target.tagName === "TEXTAREA") grow(event.target);
    soon(1500);
  });
  form.addEventListener("submit", () => { leaving = true; clearTimeout(waiting); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(fields().toString().length < 60000); });

  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const press = (button) => { if (button) { event.preventDefault(); button.click(); } };
    if (event.key === "s") press(form.querySelector("button.main"));
    if (event.key === "Enter") {
      const part = event.target.closest(".part");
      const add = form.querySelector('button[value^="add "]');
      if (add && part) add.value = "add " + (Number(part.id.slice(1)) + 1);
      press(add);
    }
  });
  const wrong = form.querySelector("[aria-invalid]");
  if (wrong) wrong.focus();
})();
