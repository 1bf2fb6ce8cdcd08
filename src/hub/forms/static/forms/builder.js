// The builder by keyboard: ↑ ↓ (or k j) go from question to question, Alt with them moves one, N adds one, Escape closes what is open.
// Everything is a link or a form without it.

const links = () => [...document.querySelectorAll("#builder [data-row-link]")];

document.addEventListener("keydown", (event) => {
  if (!document.getElementById("builder")) return;
  if (event.key === "Escape") {
    const close = event.target.closest("form[data-in-place]")?.querySelector("[data-close-row]");
    if (close) {
      event.preventDefault();
      close.click();
      return;
    }
    const menu = event.target.closest("details.builder-add[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const row = document.activeElement?.closest(".builder-row");
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (event.altKey && step && event.key.startsWith("Arrow") && row) {
    event.preventDefault();
    const button = row.querySelector(`[data-move="${step < 0 ? "up" : "down"}"]`);
    if (button && button.getAttribute("aria-disabled") !== "true") button.click();
    return;
  }
  if (event.altKey) return;
  if (event.key === "n" || event.key === "N") {
    const section = row?.closest(".builder-section") ?? [...document.querySelectorAll(".builder-section")].pop();
    const menu = section?.querySelector("details.builder-add");
    if (!menu) return;
    event.preventDefault();
    menu.open = true;
    menu.querySelector(".kind-choice").focus();
    return;
  }
  const link = row?.querySelector("[data-row-link]");
  if (!step || (!link && event.key.startsWith("Arrow"))) return;
  const all = links();
  const here = all.indexOf(link);
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

// A button that would do nothing does nothing.
document.addEventListener("click", (event) => {
  if (event.target.closest('#builder button[aria-disabled="true"]')) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

function ready(root) {
  for (const hint of root.querySelectorAll?.("[data-needs-script]") ?? []) hint.hidden = false;
  // Where a question was opened, its first field has the focus.
  const open = root.querySelector?.("form[data-in-place]");
  if (open && !open.contains(document.activeElement)) {
    const wrong = open.querySelector("[data-focus-me]");
    (wrong ?? open.querySelector("textarea, input:not([type=hidden]), select"))?.focus({ preventScroll: false });
  }
}

ready(document);
document.addEventListener("htmx:load", (event) => ready(event.target.id === "builder" ? event.target.parentElement : event.target));
