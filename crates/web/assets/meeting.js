// The meeting: arrows and page keys go from project to project. Links do the same without this script.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, .lanes, [contenteditable]")) return;
  const [left, right] = document.dir === "rtl" ? ["next", "prev"] : ["prev", "next"];
  const steps = { ArrowRight: right, PageDown: "next", ArrowLeft: left, PageUp: "prev" };
  const link = document.querySelector(`.slides a[rel="${steps[event.key]}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
