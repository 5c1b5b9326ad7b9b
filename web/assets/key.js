// Passkeys: registers one with a one-time secret, or signs in with one. The
// secret stands in the fragment of the address, which no server is told; it is
// taken out of the address before anything else happens.
"use strict";
(() => {
  const form = document.querySelector("form[data-ceremony]");
  if (!form) return;
  const button = form.querySelector("button");
  const said = document.getElementById("said");
  const say = (name) => { said.hidden = false; said.textContent = form.dataset[name] || name; said.focus(); };

  const { post, create, get, plain } = passkey;

  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);

  if (!window.PublicKeyCredential) { say("unable"); return; }
  if (form.dataset.ceremony === "enter" && !secret) { say("nosecret"); return; }
  button.disabled = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.hidden = true;
    try {
      const enter = form.dataset.ceremony === "enter";
      const begun = await post(form.dataset.begin, enter ? { secret } : {});
      const options = begun.options.publicKey || begun.options;
      const credential = await (enter ? create(options) : get(options));
      await post(form.dataset.finish, { id: begun.id, response: plain(credential) });
      location.replace("/home");
    } catch (e) {
      say(e.told || (e.name === "NotAllowedError" ? "stopped" : "failed"));
      button.disabled = false;
    }
  });
})();
