// The meeting: arrows and page keys go from project to project. Links do the same without this script.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.closest?.("input, textarea, select, dialog, .lanes, [contenteditable]")) return;
  const steps = { ArrowRight: "next", PageDown: "next", ArrowLeft: "prev", PageUp: "prev" };
  const link = document.querySelector(`.slides a[rel="${steps[event.key]}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
