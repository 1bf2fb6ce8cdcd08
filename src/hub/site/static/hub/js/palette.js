// Ctrl K or ⌘ K: every page one may enter, filtered as one types. The list is fetched when it is first wanted.

const dialog = document.getElementById("palette");
const input = dialog.querySelector("input");
const list = dialog.querySelector("[role=listbox]");
const none = dialog.querySelector(".palette-none");
const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
let places = null;
let shown = [];
let chosen = 0;

function rank(place, words) {
  const label = place.label.toLowerCase();
  const all = `${label} ${place.path.toLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return -1;
  return words.reduce((sum, word) => sum + (label.startsWith(word) ? 0 : label.includes(word) ? 1 : 2), 0);
}

function choose(index) {
  chosen = shown.length ? (index + shown.length) % shown.length : 0;
  list.querySelectorAll("[role=option]").forEach((option, at) => {
    option.setAttribute("aria-selected", String(at === chosen));
    if (at === chosen) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  });
  if (!shown.length) input.removeAttribute("aria-activedescendant");
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = (places ?? [])
    .map((place, at) => [rank(place, words), at, place])
    .filter(([score]) => score >= 0)
    .sort((one, other) => one[0] - other[0] || one[1] - other[1])
    .slice(0, 50)
    .map(([, , place]) => place);
  list.replaceChildren(
    ...shown.map((place, at) => {
      const option = document.createElement("div");
      option.role = "option";
      option.id = `palette-${at}`;
      const path = document.createElement("small");
      path.textContent = place.path;
      option.append(place.label, path);
      return option;
    }),
  );
  none.hidden = shown.length > 0 || places === null;
  choose(0);
}

async function open() {
  if (dialog.open) return;
  dialog.showModal();
  input.value = "";
  show();
  if (places === null) {
    const answer = await fetch(dialog.dataset.places, { headers: { Accept: "application/json" } });
    places = answer.ok && !answer.redirected ? (await answer.json()).places : [];
    show();
  }
}

function go(place) {
  if (place) location.assign(place.url);
}

input.addEventListener("input", show);
input.addEventListener("keydown", (event) => {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    choose(chosen + steps[event.key]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    go(shown[chosen]);
  }
});
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) go(shown[[...list.children].indexOf(option)]);
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open();
  }
});
for (const button of document.querySelectorAll("[data-open-palette]")) {
  button.hidden = false;
  button.addEventListener("click", open);
}
for (const keys of document.querySelectorAll("[data-shortcut]")) keys.textContent = isMac ? "⌘ K" : "Ctrl K";
