// A field that narrows the list beside it to the items that have the typed letters.
"use strict";
{
  // The field is not a part of the form.
  for (const field of document.querySelectorAll("[data-narrows]")) {
    field.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const words = field.value.toLowerCase();
      for (const item of field.parentElement.querySelectorAll("li")) item.hidden = !item.textContent.toLowerCase().includes(words);
    });
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
  }
}
