// The heatmap: arrows move the focus, and the cell with the focus or under the pointer shows its report. A click keeps the
// report there, and a second one opens it.
"use strict";

{
  // The public path, with which every path begins.
  const root = document.documentElement.dataset.root ?? "";
  const peek = document.getElementById("peek");
  const reports = new Map();
  // The cell whose report is shown, or is about to be.
  let current = null;
  // The cell that was clicked: its report stays while the pointer moves.
  let pinned = null;
  let timer = 0;
  // Whether the next scroll event is that of a focus.
  let isFocusing = false;
  // The last position of the pointer.
  let pointer = { x: NaN, y: NaN };

  const isCell = (cell) => cell?.matches?.(".heat td") && cell.cellIndex >= 5 ? cell : null;
  const cells = (row) => [...row.cells].slice(1);
  const weekOf = (cell) => {
    const weeks = cell.closest("table").tHead.rows[1].cells;
    return weeks[cell.cellIndex - 5]?.dataset.week;
  };
  const addressOf = (cell) => {
    const workspace = cell.parentElement.querySelector("th a").getAttribute("href").split("/").pop();
    return `${root}/portfolio/cells/${workspace}/${weekOf(cell)}`;
  };

  // The HTML of a cell's report.
  const load = async (address) => {
    if (!reports.has(address)) {
      const report = fetch(address).then((response) => (response.ok && !response.redirected ? response.text() : Promise.reject()));
      reports.set(address, report);
      report.catch(() => reports.delete(address));
    }
    return reports.get(address);
  };

  const hide = () => {
    clearTimeout(timer);
    current = null;
    pinned = null;
    peek.hidden = true;
  };

  const place = (cell) => {
    const at = cell.getBoundingClientRect();
    const own = peek.getBoundingClientRect();
    const left = Math.max(8, Math.min(at.left + at.width / 2 - own.width / 2, innerWidth - own.width - 8));
    const below = at.bottom + 8;
    const top = below + own.height > innerHeight ? at.top - own.height - 8 : below;
    peek.style.left = `${left}px`;
    peek.style.top = `${Math.max(8, top)}px`;
  };

  const show = (cell, delay) => {
    clearTimeout(timer);
    current = cell;
    timer = setTimeout(async () => {
      const html = await load(addressOf(cell)).catch(() => null);
      if (current !== cell || html === null) return;
      peek.innerHTML = html;
      peek.hidden = false;
      place(cell);
    }, delay);
  };

  // A focus scrolls its cell into view. The event of that scroll comes before the callbacks of the next frame.
  const expectScroll = () => {
    isFocusing = true;
    requestAnimationFrame(() => { isFocusing = false; });
  };

  // After a scroll, browsers report the element that is now below a pointer that did not move.
  const hasMoved = (event) => {
    const { x, y } = pointer;
    pointer = { x: event.clientX, y: event.clientY };
    return x !== event.clientX || y !== event.clientY;
  };

  const open = async (cell) => {
    const html = await load(addressOf(cell)).catch(() => "");
    const link = new DOMParser().parseFromString(html, "text/html").querySelector(`a[href^='${root}/status_reports/']`);
    if (link) location.href = link.getAttribute("href");
  };

  const focus = (cell) => {
    cell.closest("table").querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    cell.tabIndex = 0;
    expectScroll();
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  // One cell is in the Tab order; arrows move on from it.
  const prepare = () => {
    for (const table of document.querySelectorAll("table[data-grid]")) {
      if (table.role === "grid") continue;
      table.role = "grid";
      const last = table.querySelector("tbody tr:not(.group)")?.lastElementChild;
      if (last) last.tabIndex = 0;
      const frame = table.closest("[data-scroll-end]");
      frame.scrollLeft = (document.dir === "rtl" ? -1 : 1) * frame.scrollWidth;
    }
    hide();
  };

  const move = (cell, event) => {
    const inRow = cells(cell.parentElement);
    const at = inRow.indexOf(cell);
    const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.group)")];
    const row = rows.indexOf(cell.parentElement);
    const towards = document.dir === "rtl" ? -1 : 1;
    const to = (place, column) => cells(rows[Math.min(Math.max(place, 0), rows.length - 1)])[column];
    switch (event.key) {
      case "ArrowLeft": return inRow[Math.max(4, at - towards)];
      case "ArrowRight": return inRow[Math.max(4, Math.min(at + towards, inRow.length - 1))];
      case "ArrowUp": return to(row - 1, at);
      case "ArrowDown": return to(row + 1, at);
      case "PageUp": return to(row - 10, at);
      case "PageDown": return to(row + 10, at);
      case "Home": return event.ctrlKey ? to(0, 4) : inRow[4];
      case "End": return event.ctrlKey ? to(rows.length, inRow.length - 1) : inRow.at(-1);
      default: return null;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const cell = isCell(event.target);
    if (!cell) return undefined;
    if (event.key === "Enter") return open(cell);
    const next = move(cell, event);
    if (next) {
      event.preventDefault();
      focus(next);
    }
    return undefined;
  });
  document.addEventListener("focusin", (event) => {
    const cell = isCell(event.target);
    if (cell) {
      pinned = null;
      expectScroll();
      show(cell, 0);
    } else if (!peek.contains(event.target)) hide();
  });
  document.addEventListener("pointermove", hasMoved, { passive: true });
  document.addEventListener("pointerover", (event) => {
    if (!hasMoved(event) || pinned) return;
    const cell = isCell(event.target);
    if (cell) show(cell, 120);
    else if (!peek.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const cell = isCell(event.target);
    if (!cell) {
      if (!peek.contains(event.target)) hide();
      return;
    }
    const isSecond = pinned === cell;
    focus(cell);
    show(cell, 0);
    pinned = cell;
    if (isSecond) open(cell);
  });
  // Also of the frame around the table, whose events do not bubble.
  document.addEventListener("scroll", () => {
    if (!isFocusing) hide();
    else if (current && !peek.hidden) place(current);
  }, { passive: true, capture: true });
  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
}
