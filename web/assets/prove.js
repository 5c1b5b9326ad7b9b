// Has an officer who is in show a passkey once more, for one thing: the form says for
// what. Its buttons stay off without script, and the page says what to do instead.
"use strict";
(() => {
  const { post, create, get, plain } = passkey;
  for (const form of document.querySelectorAll("form[data-prove]")) {
    const said = form.querySelector("[data-said]");
    const say = (text) => { said.hidden = false; said.textContent = text; };
    const buttons = [...form.querySelectorAll("button")];
    if (!window.PublicKeyCredential) { say(form.dataset.unable); continue; }
    for (const b of buttons) b.disabled = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const about = Object.fromEntries(new FormData(form, event.submitter));
      for (const b of buttons) b.disabled = true;
      said.hidden = true;
      const ask = async (path, more) => post(path, { ...about, ...more });
      const of = (o) => o.publicKey || o;
      try {
        let begun = await ask(form.dataset.begin, {});
        let shown = await get(of(begun.options));
        if (form.dataset.continue) {
          begun = await ask(form.dataset.continue, { ceremony: begun.id, response: plain(shown) });
          shown = await create(of(begun.options));
        }
        const done = await ask(form.dataset.finish, { ceremony: begun.id, response: plain(shown) });
        if (done.link) {
          const out = form.querySelector("output");
          out.hidden = false;
          out.textContent = done.link;
          return;
        }
        location.assign(done.where);
      } catch (e) {
        say(e.words || (e.name === "NotAllowedError" ? form.dataset.stopped : form.dataset.failed));
        for (const b of buttons) b.disabled = false;
      }
    });
  }
})();
