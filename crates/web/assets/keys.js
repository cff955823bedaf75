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

// On a phone, each row of a list is a card, and the names of the columns stand in its cells.
{
  const label = () => {
    for (const table of document.querySelectorAll(".card.scrolls > .list:not(.labeled)")) {
      const heads = [...table.tHead.rows[0].cells].map((head) => (head.querySelector(".vh") ? "" : head.textContent.trim()));
      for (const row of table.tBodies[0].rows) {
        for (const cell of row.cells) if (cell.tagName === "TD" && heads[cell.cellIndex]) cell.dataset.label = heads[cell.cellIndex];
      }
      table.classList.add("labeled");
    }
  };
  label();
  document.addEventListener("htmx:afterSettle", label);
}

// The positions of frames that scroll, and the focus, are kept for the way back; browsers keep those of the window alone.
{
  const here = () => `statuary at ${location.pathname}${location.search}`;
  let name = here();
  document.addEventListener("htmx:pushedIntoHistory", () => { name = here(); });
  const frames = () => [...document.querySelectorAll(".scroll, .scrolls, .lanes, .tables")];
  addEventListener("pagehide", () => {
    const focus = document.activeElement;
    const link = (focus.closest("tr")?.querySelector("th a") ?? focus).getAttribute("href");
    const kept = { frames: frames().map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]), link, cell: focus.cellIndex, at: focus.dataset?.at };
    sessionStorage.setItem(name, JSON.stringify(kept));
  });
  // After the scripts of the page have run.
  document.addEventListener("DOMContentLoaded", () => {
    const kept = JSON.parse(sessionStorage.getItem(name) ?? "null");
    const [{ type }] = performance.getEntriesByType("navigation");
    if (!kept || !["back_forward", "reload"].includes(type)) return;
    const link = [...document.querySelectorAll("main a[href]")].find((one) => one.getAttribute("href") === kept.link);
    const target = kept.cell > 0 ? link?.closest("tr")?.cells[kept.cell] : link;
    if (target) {
      if (target !== link) {
        // One cell is in the Tab order.
        target.closest("table").querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
        target.tabIndex = 0;
        if (kept.at) target.dataset.at = kept.at;
      }
      target.focus({ preventScroll: true });
    }
    for (const [index, frame] of frames().entries()) frame.scrollTo(...(kept.frames[index] ?? []));
  });
}

// Long texts are clamped by the stylesheet; where something is cut off, a button shows it.
for (const button of document.querySelectorAll("[data-unclamps]")) {
  const text = document.getElementById(button.dataset.unclamps);
  const more = button.textContent;
  const fit = () => {
    if (!text.classList.contains("whole")) button.hidden = text.scrollHeight <= text.clientHeight + 1;
  };
  button.addEventListener("click", () => {
    const isWhole = text.classList.toggle("whole");
    button.setAttribute("aria-expanded", String(isWhole));
    button.textContent = isWhole ? button.dataset.less : more;
  });
  new ResizeObserver(fit).observe(text);
}

// Buttons that copy the text before them, which stays selected. Without HTTPS browsers offer no clipboard but the old command.
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = button.previousElementSibling;
    getSelection().selectAllChildren(text);
    const isCopied = await navigator.clipboard?.writeText(text.textContent).then(() => true, () => false);
    if (!isCopied && !document.execCommand("copy")) return;
    button.textContent = button.dataset.done;
    button.setAttribute("role", "status");
  });
}

// Says on the next page that a form was saved: one that was sent, and whose answer led on to a page.
{
  const SAVED = "statuary saved";
  const flash = document.getElementById("flash");
  const [{ redirectCount, responseStatus = 200 }] = performance.getEntriesByType("navigation");
  const wasSent = sessionStorage.getItem(SAVED);
  sessionStorage.removeItem(SAVED);
  if (flash && wasSent && redirectCount > 0 && responseStatus === 200 && !document.querySelector("main [role=status]:not([hidden]):not(.vh):not(:empty)")) {
    flash.textContent = flash.dataset.saved;
    setTimeout(() => { flash.textContent = ""; }, 6000);
  }
  document.addEventListener("submit", (event) => {
    if (flash && event.target.method === "post" && event.target.closest("main")) sessionStorage.setItem(SAVED, "1");
  });
}

// The palette: arrows select, Enter opens. Enter before the results of the present text are there waits for them.
const palette = document.getElementById("palette");
if (palette) {
  const field = palette.querySelector("input");
  let isWaiting = false;
  const isCurrent = () => palette.querySelector("[data-query]")?.dataset.query === field.value;
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
  palette.addEventListener("htmx:afterSwap", () => {
    choose(0);
    if (isWaiting && isCurrent()) go(palette.querySelector("[aria-selected=true]"));
  });
  // The project of the page, whose people the palette offers.
  palette.addEventListener("htmx:configRequest", (event) => {
    const own = document.querySelector("[data-workspace]")?.dataset.workspace.split("/").pop();
    if (own) event.detail.formData.set("workspace", own);
  });
  for (const [target, name] of [[field, "input"], [palette, "close"]]) {
    target.addEventListener(name, () => { isWaiting = false; });
  }
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      // Otherwise the first press would only clear the field.
      palette.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (isCurrent()) {
        go(palette.querySelector("[aria-selected=true]"));
      } else {
        isWaiting = true;
        field.dispatchEvent(new CustomEvent("opened"));
      }
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

// The focused workspace, or else the one of the page. Pages of the past offer nothing to write.
const newReport = async () => {
  if (document.querySelector(".notice.past")) return;
  const near = document.activeElement?.closest("tr, li")?.querySelector(`a[href^='${root}/workspaces/']`);
  const path = near?.getAttribute("href") ?? document.querySelector("main [data-workspace]")?.dataset.workspace;
  if (!path) return;
  // Who may not write a report stays here.
  const { ok } = await fetch(`${path}/reports/new`, { method: "HEAD" });
  if (ok) location.href = `${path}/reports/new`;
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
