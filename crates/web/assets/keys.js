// Keyboard shortcuts, dialogs, and the cookie with the browser's time zone. Pages work without this script.
"use strict";

document.documentElement.classList.add("js");

// On Apple's keyboards, Cmd takes the place of Ctrl. The stylesheet hides the name of the key until here.
if (/mac|iphone|ipad/i.test(navigator.userAgentData?.platform || navigator.platform)) {
  for (const key of document.querySelectorAll(".ctrl")) key.textContent = "Cmd";
}

// The public path, with which every path begins.
const root = document.documentElement.dataset.root ?? "";

{
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.split("; ").includes(`zone=${zone}`)) {
    document.cookie = `zone=${zone}; path=${root || "/"}; max-age=31536000; samesite=lax`;
  }
}

const opensDialog = (name) => {
  const dialog = document.getElementById(name);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const field = dialog.querySelector("input[type=search]");
  if (field) {
    field.value = "";
    field.dispatchEvent(new CustomEvent("opened"));
  }
};

for (const button of document.querySelectorAll("[data-opens]")) {
  button.hidden = false;
  button.addEventListener("click", () => opensDialog(button.dataset.opens));
}

// The palette: arrows select, Enter opens.
const palette = document.getElementById("palette");
if (palette) {
  const field = palette.querySelector("input");
  const choose = (step) => {
    const options = [...palette.querySelectorAll("[role=option]")];
    if (options.length === 0) return;
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    const next = options[step === 0 ? 0 : (at + step + options.length) % options.length];
    for (const option of options) option.setAttribute("aria-selected", String(option === next));
    field.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };
  const go = (option) => {
    if (option) location.href = option.dataset.href;
  };
  palette.addEventListener("htmx:afterSwap", () => choose(0));
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      // Otherwise the first press would only clear the field.
      palette.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(palette.querySelector("[aria-selected=true]"));
    }
  });
  palette.addEventListener("click", (event) => go(event.target.closest("[data-href]")));
}

// A click outside closes a dialog; Escape, or a loss of focus, closes a menu.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement) event.target.close();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// Empty fields are left out of URLs.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get" || event.target.closest("#palette")) return;
  for (const [name, value] of [...event.detail.formData]) {
    if (value === "") event.detail.formData.delete(name);
  }
});

const moveInList = (step) => {
  const items = [...document.querySelectorAll("main [data-item]")].filter((item) => item.offsetParent);
  if (items.length === 0) return;
  const row = document.activeElement?.closest("tr, li");
  const at = items.findIndex((item) => item === document.activeElement || (row && row.contains(item)));
  const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};

// The focused workspace, or else the one of the page.
const newReport = () => {
  const near = document.activeElement?.closest("tr, li")?.querySelector(`a[href^='${root}/workspaces/']`);
  const path = near?.getAttribute("href") ?? document.querySelector("main [data-workspace]")?.dataset.workspace;
  if (path) location.href = `${path}/reports/new`;
};

let isAfterG = false;
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    opensDialog("palette");
    return;
  }
  if (event.key === "Escape") {
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  // Single keys can be switched off (WCAG 2.2, 2.1.4).
  if (document.documentElement.dataset.shortcuts === "off") return;
  if (event.target.closest?.("input, textarea, select, dialog, [contenteditable]")) return;
  const name = isAfterG ? `g ${event.key}` : event.key;
  isAfterG = !isAfterG && event.key === "g";
  const bound = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === name);
  if (bound) {
    event.preventDefault();
    if (bound.matches("input, select, textarea")) bound.focus();
    else if (bound.dataset.opens) opensDialog(bound.dataset.opens);
    else bound.click();
  } else if (name === "j" || name === "k") {
    moveInList(name === "j" ? 1 : -1);
  } else if (name === "n") {
    newReport();
  }
});
