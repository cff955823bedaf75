// The heatmap: arrows move the focus, and the cell with the focus or under the pointer shows its report. A click keeps the
// report there, and a second one opens it.
"use strict";

{
  // The public path, with which every path begins.
  const root = document.documentElement.dataset.root ?? "";
  const peek = document.getElementById("peek");
  const reports = new Map();
  // The cell whose report is shown, or is about to be, and the address of that report.
  let current = null;
  let wanted = "";
  // What frames the week with the focus.
  const frame = document.createElement("i");
  frame.id = "week";
  frame.hidden = true;
  // The cell that was clicked: its report stays while the pointer moves.
  let pinned = null;
  let timer = 0;
  // Whether the next scroll event is that of a focus.
  let isFocusing = false;
  // The last position of the pointer.
  let pointer = { x: NaN, y: NaN };

  // A cell is a run of weeks that look alike; `data-at` is the one of them that is looked at, the last one by default.
  const isRun = (cell) => (cell?.matches?.(".heat td:not(.c)") ? cell : null);
  const runs = (row) => [...row.cells].filter(isRun);
  const at = (cell) => Math.min(Number(cell.dataset.at ?? cell.colSpan - 1), cell.colSpan - 1);
  const first = (cell) => {
    let weeks = 0;
    for (let one = cell.previousElementSibling; isRun(one); one = one.previousElementSibling) weeks += one.colSpan;
    return weeks;
  };
  const weekOf = (cell) => cell.closest("table").tHead.rows[1].cells[first(cell) + at(cell)]?.dataset.week;
  const addressOf = (cell) => {
    // On a page of the past, the query of the link has its day.
    const link = new URL(cell.parentElement.querySelector("th a").href);
    return `${root}/portfolio/cells/${link.pathname.split("/").pop()}/${weekOf(cell)}${link.search}`;
  };
  const isRtl = () => document.dir === "rtl";
  // The week of a run that is looked at, on the screen.
  const boxOf = (cell) => {
    const box = cell.getBoundingClientRect();
    const width = box.width / cell.colSpan;
    const left = isRtl() ? box.right - (at(cell) + 1) * width : box.left + at(cell) * width;
    return { left, top: box.top, bottom: box.bottom, width, height: box.height };
  };
  // Looks at the week of a run that is below the pointer.
  const aim = (cell, event) => {
    const box = cell.getBoundingClientRect();
    const along = (isRtl() ? box.right - event.clientX : event.clientX - box.left) / box.width;
    cell.dataset.at = Math.min(Math.max(Math.floor(along * cell.colSpan), 0), cell.colSpan - 1);
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
    wanted = "";
    pinned = null;
    peek.hidden = true;
    frame.hidden = !isRun(document.activeElement);
  };

  const place = (cell) => {
    const week = boxOf(cell);
    const own = peek.getBoundingClientRect();
    const left = Math.max(8, Math.min(week.left + week.width / 2 - own.width / 2, innerWidth - own.width - 8));
    const below = week.bottom + 8;
    const top = below + own.height > innerHeight ? week.top - own.height - 8 : below;
    peek.style.left = `${left}px`;
    peek.style.top = `${Math.max(8, top)}px`;
  };

  const show = (cell, delay) => {
    clearTimeout(timer);
    const address = addressOf(cell);
    [current, wanted] = [cell, address];
    timer = setTimeout(async () => {
      const html = await load(address).catch(() => null);
      if (wanted !== address || html === null) return;
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

  const outline = (cell) => {
    const scroll = cell.closest(".scroll");
    const [week, own] = [boxOf(cell), scroll.getBoundingClientRect()];
    scroll.append(frame);
    frame.style.left = `${week.left - own.left - scroll.clientLeft + scroll.scrollLeft}px`;
    frame.style.top = `${week.top - own.top - scroll.clientTop + scroll.scrollTop}px`;
    frame.style.width = `${week.width}px`;
    frame.style.height = `${week.height}px`;
    frame.hidden = false;
  };

  // The whole of a long run need not fit.
  const reveal = (cell) => {
    if (cell.colSpan === 1) return cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    outline(cell);
    return frame.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  const focus = (cell) => {
    cell.closest("table").querySelector("[tabindex='0']")?.setAttribute("tabindex", "-1");
    cell.tabIndex = 0;
    expectScroll();
    cell.focus({ preventScroll: true });
    reveal(cell);
    outline(cell);
  };

  // How far the rows are scrolled, where a group was folded.
  let kept = 0;

  // One cell is in the Tab order; arrows move on from it.
  const prepare = () => {
    for (const table of document.querySelectorAll("table[data-grid]")) {
      if (table.role === "grid") continue;
      table.role = "grid";
      const last = isRun(table.querySelector("tbody tr:not(.group)")?.lastElementChild);
      if (last) last.tabIndex = 0;
      const scroll = table.closest("[data-scroll-end]");
      scroll.scrollLeft = (isRtl() ? -1 : 1) * scroll.scrollWidth;
      scroll.scrollTop = kept;
    }
    hide();
  };

  // The cell of a row with a week, which it then looks at.
  const cellAt = (row, week) => {
    let rest = week;
    for (const cell of runs(row)) {
      if (rest < cell.colSpan) {
        cell.dataset.at = rest;
        return cell;
      }
      rest -= cell.colSpan;
    }
    return null;
  };

  const move = (cell, event) => {
    const rows = [...cell.closest("table").querySelectorAll("tbody tr:not(.group)")].filter((row) => isRun(row.lastElementChild));
    const row = rows.indexOf(cell.parentElement);
    const last = Number(cell.closest("table").dataset.grid) - 1;
    const week = first(cell) + at(cell);
    const towards = isRtl() ? -1 : 1;
    const to = (place, column) => {
      const target = rows[Math.min(Math.max(place, 0), rows.length - 1)];
      return column < 0 ? target.querySelector("th a") : cellAt(target, Math.min(column, last));
    };
    switch (event.key) {
      case "ArrowLeft": return to(row, week - towards);
      case "ArrowRight": return to(row, week + towards);
      case "ArrowUp": return to(row - 1, week);
      case "ArrowDown": return to(row + 1, week);
      case "PageUp": return to(row - 10, week);
      case "PageDown": return to(row + 10, week);
      case "Home": return event.ctrlKey ? to(0, 0) : to(row, 0);
      case "End": return event.ctrlKey ? to(rows.length, last) : to(row, last);
      default: return null;
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return hide();
    const cell = isRun(event.target);
    if (!cell) {
      // From the title of a row into its weeks.
      const row = event.target.closest?.(".heat tbody tr:not(.group)");
      const into = isRtl() ? "ArrowLeft" : "ArrowRight";
      if (row && event.key === into && runs(row).length > 0) {
        event.preventDefault();
        focus(cellAt(row, 0));
      }
      return undefined;
    }
    if (event.key === "Enter") return open(cell);
    const next = move(cell, event);
    if (next) {
      event.preventDefault();
      if (isRun(next)) {
        focus(next);
        show(next, 0);
      } else next.focus();
    }
    return undefined;
  });
  document.addEventListener("focusin", (event) => {
    const cell = isRun(event.target);
    if (cell) {
      pinned = null;
      expectScroll();
      show(cell, 0);
      outline(cell);
    } else if (!peek.contains(event.target)) hide();
  });
  // Within a run, the weeks are told apart by the pointer.
  document.addEventListener("pointermove", (event) => {
    if (!hasMoved(event) || pinned) return;
    const cell = isRun(event.target);
    if (!cell || cell.colSpan === 1) return;
    const before = at(cell);
    aim(cell, event);
    if (before !== at(cell)) show(cell, peek.hidden ? 120 : 0);
  }, { passive: true });
  document.addEventListener("pointerover", (event) => {
    if (!hasMoved(event) || pinned) return;
    const cell = isRun(event.target);
    if (cell) {
      aim(cell, event);
      show(cell, 120);
    } else if (!peek.contains(event.target)) hide();
  });
  document.addEventListener("click", (event) => {
    const cell = isRun(event.target);
    if (!cell) {
      if (!peek.contains(event.target)) hide();
      return;
    }
    const shown = wanted;
    const wasPinned = pinned === cell;
    aim(cell, event);
    const isSecond = wasPinned && shown === addressOf(cell);
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
  document.addEventListener("htmx:beforeSwap", (event) => {
    const isFold = event.detail.requestConfig?.elt?.matches("[aria-expanded]");
    kept = isFold ? document.querySelector("[data-scroll-end]")?.scrollTop ?? 0 : 0;
  });
  document.addEventListener("htmx:afterSettle", prepare);
  // The rows that were added on the way down are part of the address, so that the way back leads to them.
  document.addEventListener("htmx:afterRequest", (event) => {
    const { rows, step } = event.detail.requestConfig?.elt?.dataset ?? {};
    if (!rows || !event.detail.successful) return;
    const url = new URL(location);
    url.searchParams.set("rows", Math.min(rows - step * ((url.searchParams.get("page") ?? 1) - 1), 1000));
    history.replaceState(history.state, "", url);
    document.dispatchEvent(new Event("htmx:pushedIntoHistory"));
  });
  prepare();
}
