// Answering by the way: questions appear when their condition holds, words are counted. The server decides again when it is sent.

const chosenIn = (form, key) => {
  const area = form.querySelector(`[data-question="${CSS.escape(key)}"]`);
  if (!area || area.hasAttribute("data-unmet")) return null;
  const found = [];
  for (const field of area.querySelectorAll("input, textarea, select")) {
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) found.push(field.value.replace(/^(yes|no):\d+$/, "$1"));
    } else if (field.value.trim() && field.name === key) found.push(field.value);
  }
  return found.length ? found : null;
};

const holds = (form, area) => {
  const chosen = chosenIn(form, area.dataset.if);
  if (chosen === null) return false;
  if (area.dataset.ifTest === "is-answered") return true;
  return chosen.includes(area.dataset.ifValue) === (area.dataset.ifTest === "is");
};

const words = (text) => text.split(/\s+/u).filter((word) => /[\p{L}\p{N}_]/u.test(word)).length;

function update(form) {
  for (const area of form.querySelectorAll("[data-if]")) area.toggleAttribute("data-unmet", !holds(form, area));
  for (const count of form.querySelectorAll("[data-words-of]")) {
    const field = document.getElementById(count.dataset.wordsOf);
    const number = words(field.value);
    count.textContent = ` · ${number} so far`;
    count.toggleAttribute("data-over", number > Number(count.dataset.most));
  }
}

for (const form of document.querySelectorAll("form[data-answer]")) {
  update(form);
  form.addEventListener("input", (event) => {
    // Writing what the other one is chooses it.
    if (event.target.matches(".other") && event.target.value) {
      const box = event.target.closest(".choices").querySelector('input[value="other"]');
      if (box) box.checked = true;
    }
    update(form);
  });
}

// What could not be saved by the way says so where it said before that it was.
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = event.detail.elt?.closest?.("form[data-answer]");
    const saved = form?.querySelector("#saved");
    if (!saved) return;
    const said = document.createElement("span");
    said.className = "saved-wrong";
    said.textContent = form.dataset.notSaved;
    saved.replaceChildren(...saved.querySelectorAll("input"), said);
  });
}
