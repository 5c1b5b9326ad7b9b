// Takes a document that is dropped on the page into the form, with the pictures that
// come with it, and says that a long reading is under way.
"use strict";
(() => {
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const zone = form.querySelector("[data-zone]");
  const said = document.getElementById("dropped");
  const { file, beside } = form.elements;
  const quiet = (event) => { event.preventDefault(); event.stopPropagation(); };
  const isPicture = (f) => f.type.startsWith("image/");

  const tell = () => {
    const names = [...file.files, ...beside.files].map((f) => f.name);
    if (names.length) said.textContent = form.dataset.files + " " + names.join(", ");
  };
  const put = (input, files) => {
    const list = new DataTransfer();
    for (const f of files) list.items.add(f);
    input.files = list.files;
  };
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => { quiet(event); zone.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) zone.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    quiet(event);
    zone.classList.remove("over");
    const files = [...event.dataTransfer.files];
    const text = files.find((f) => !isPicture(f));
    if (text) put(file, [text]);
    if (files.some(isPicture)) put(beside, files.filter(isPicture));
    tell();
    form.querySelector("button.main").focus();
  });
  form.addEventListener("change", tell);
  form.addEventListener("submit", () => {
    said.textContent = form.dataset.reading;
    form.querySelector("button.main").disabled = true;
  });
  addEventListener("pageshow", () => { form.querySelector("button.main").disabled = false; });
})();
