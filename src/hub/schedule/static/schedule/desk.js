// The schedule by keyboard: ↑ ↓ (or k j) go from session to session, Enter opens one in its row, Escape closes it.
// Everything is a link or a form without it.

const links = () => [...document.querySelectorAll("[data-row-link]")];

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const close = event.target.closest("form[data-in-place]")?.querySelector("[data-close-row]");
    if (close) {
      event.preventDefault();
      close.click();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const onRow = document.activeElement?.matches("[data-row-link]");
  if (!step || (!onRow && event.key.startsWith("Arrow"))) return;
  const all = links();
  const here = all.indexOf(document.activeElement);
  const next = all[here < 0 ? 0 : Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
});

// Where a row was opened, its first field has the focus; where it was closed, its link has it again.
document.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest?.("tr") ?? document.getElementById(event.detail.target?.id ?? "");
  if (!row?.isConnected && !document.getElementById(event.detail.target?.id ?? "")) return;
  const now = document.getElementById(event.detail.target.id);
  if (now?.matches(".desk-editing")) {
    (now.querySelector("[data-focus-me]") ?? now.querySelector("input:not([type=hidden])"))?.focus();
  } else if (now?.matches(".desk-row")) {
    now.querySelector("[data-row-link]").focus();
  }
});
