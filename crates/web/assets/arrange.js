// The list of statuses: rows move by the pointer, by their buttons, and with Alt and an arrow; and a picker beside a
// field for a colour. Without it the buttons are the way.
"use strict";
{
  const root = document.documentElement.dataset.root ?? "";
  const table = () => document.getElementById("statuses");
  const rows = () => [...table().tBodies[0].rows];
  const placeOf = (row) => rows().indexOf(row) + 1;

  // Sends the move, shows the new list, and announces the new position.
  const send = async (id, place, focus) => {
    const csrf = document.forms.mover.elements.csrf.value;
    const answer = await fetch(`${root}/statuses/${id}/place`, { method: "POST", body: new URLSearchParams({ csrf, place }) });
    if (!answer.ok) {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    table().replaceWith(page.getElementById("statuses"));
    const row = document.getElementById(`s${id}`);
    if (!row) return;
    const wanted = [focus, "a[data-item]"].map((choice) => row.querySelector(choice)).find((one) => one && !one.disabled);
    wanted?.focus();
    row.scrollIntoView({ block: "nearest" });
    const values = { name: row.dataset.name, place: placeOf(row), count: rows().length };
    document.getElementById("said").textContent = table().dataset.moved.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  };

  const step = (row, by, focus) => {
    const place = placeOf(row) + by;
    if (place >= 1 && place <= rows().length) send(row.dataset.id, place, focus);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[form=mover]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("tr");
    step(row, Number(button.value) - placeOf(row), `button:nth-of-type(${button.nextElementSibling ? 1 : 2})`);
  });

  document.addEventListener("keydown", (event) => {
    const row = event.altKey && event.target.closest?.("#statuses tbody tr");
    if (!row || !["ArrowUp", "ArrowDown"].includes(event.key) || !document.forms.mover) return;
    event.preventDefault();
    step(row, event.key === "ArrowUp" ? -1 : 1, "a[data-item]");
  });

  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    const row = grip.closest("tr");
    const [body, before, start] = [row.parentElement, row.nextElementSibling, placeOf(row)];
    const control = new AbortController();
    const on = (name, act) => document.addEventListener(name, act, { signal: control.signal });
    const end = () => {
      control.abort();
      row.classList.remove("dragged");
    };
    row.classList.add("dragged");
    on("pointermove", ({ clientY }) => {
      const next = rows().find((one) => {
        const box = one.getBoundingClientRect();
        return one !== row && clientY < box.top + box.height / 2;
      });
      if (next !== row.nextElementSibling) body.insertBefore(row, next ?? null);
    });
    on("pointerup", () => {
      end();
      if (placeOf(row) !== start) send(row.dataset.id, placeOf(row), "a[data-item]");
    });
    const back = () => {
      end();
      body.insertBefore(row, before);
    };
    on("pointercancel", back);
    on("keydown", ({ key }) => key === "Escape" && back());
  });

  for (const picker of document.querySelectorAll("[data-picks]")) {
    const field = document.getElementById(picker.dataset.picks);
    const follow = () => {
      if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value.toLowerCase();
    };
    picker.hidden = false;
    follow();
    field.addEventListener("input", follow);
    picker.addEventListener("input", () => {
      field.value = picker.value.toUpperCase();
    });
  }
}
