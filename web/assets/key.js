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

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => {
    let s = "";
    for (const b of new Uint8Array(buffer)) s += String.fromCharCode(b);
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = (list) => (list || []).map((c) => ({ ...c, id: bytes(c.id) }));

  const secret = location.hash.slice(1);
  if (secret) history.replaceState(null, "", location.pathname);

  const post = async (path, body) => {
    const answer = await fetch(path, {
      method: "POST", credentials: "same-origin", redirect: "error",
      headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error("refused"), { told: told.text });
    return told;
  };

  const create = (o) => navigator.credentials.create({ publicKey: {
    ...o, challenge: bytes(o.challenge), user: { ...o.user, id: bytes(o.user.id) }, excludeCredentials: named(o.excludeCredentials),
  } });
  const get = (o) => navigator.credentials.get({ publicKey: {
    ...o, challenge: bytes(o.challenge), allowCredentials: named(o.allowCredentials),
  } });
  const plain = (c) => {
    const r = c.response, out = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (r[part]) out[part] = text(r[part]);
    }
    if (r.getTransports) out.transports = r.getTransports();
    return { id: c.id, rawId: text(c.rawId), type: c.type, response: out,
      authenticatorAttachment: c.authenticatorAttachment || undefined, clientExtensionResults: c.getClientExtensionResults() };
  };

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
