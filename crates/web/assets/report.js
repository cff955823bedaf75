// The form of a report: keys, and a draft in the browser. The form works without this script.
"use strict";

const SENT = "statuary sent";
const writing = document.getElementById("writing");

if (writing) {
  const name = writing.dataset.draft;
  const restored = document.getElementById("restored");
  const fields = () => [...writing.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "submit");
  const read = () => fields().filter((field) => field.type !== "radio" || field.checked).map((field) => [field.name, field.value]);
  const write = (values) => {
    for (const field of fields()) {
      const own = values.find(([other]) => other === field.name);
      if (field.type === "radio") field.checked = own !== undefined && own[1] === field.value;
      else field.value = own ? own[1] : "";
    }
  };
  const first = read();
  // The field to begin with; a selected colour rather than another one, which a key would select.
  const begin = () => {
    const field = writing.querySelector("[autofocus]");
    const chosen = field?.type === "radio" ? writing.querySelector(`[name="${field.name}"]:checked`) : null;
    (chosen ?? field)?.focus();
  };
  const tell = () => {
    for (const group of writing.querySelectorAll(".category")) {
      const chosen = group.querySelector("input:checked");
      const last = group.querySelector("[data-last]") ?? group.querySelector("[value='']");
      group.classList.toggle("changed", chosen !== last);
    }
  };

  // The next report of a round: the one before it was saved.
  const sent = sessionStorage.getItem(SENT);
  if (sent && sent !== name) localStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
  const kept = localStorage.getItem(name);
  if (kept && "fresh" in writing.dataset) {
    write(JSON.parse(kept));
    restored.hidden = false;
    begin();
    restored.querySelector("button").addEventListener("click", () => {
      localStorage.removeItem(name);
      write(first);
      tell();
      restored.hidden = true;
      begin();
    });
  }
  tell();

  const sign = document.getElementById("kept");
  const keep = () => {
    localStorage.setItem(name, JSON.stringify(read()));
    sign.textContent = sign.dataset.kept;
  };
  writing.addEventListener("input", () => {
    tell();
    keep();
  });
  // A form that came back, with a preview or with sections, is what was typed last.
  if (!("fresh" in writing.dataset)) keep();

  // A restored draft has hints, too, as soon as something can ask for them.
  if (!restored.hidden) addEventListener("load", () => writing.dispatchEvent(new Event("restored")));

  // If the next page is not this form again, the report was saved.
  let isSent = false;
  writing.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
    if (event.submitter?.id.startsWith("publish")) sessionStorage.setItem(SENT, name);
  });
  addEventListener("pageshow", () => { isSent = false; });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const next = event.shiftKey ? document.getElementById("publish-next") : null;
      writing.requestSubmit(next ?? document.getElementById("publish"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !"123".includes(event.key)) return;
    if (document.documentElement.dataset.shortcuts === "off") return;
    if (event.target.closest("input:not([type=radio]), textarea, select, dialog")) return;
    // Within a category, the keys select its colour.
    const group = event.target.closest(".category") ?? writing;
    const choice = group.querySelectorAll("input[type=radio]")[Number(event.key) - 1];
    choice.focus();
    choice.click();
  });
} else {
  const sent = sessionStorage.getItem(SENT);
  if (sent) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
  }
}
