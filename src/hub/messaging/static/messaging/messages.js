// Letters: put a variable where one writes, show the letter as it is typed, find somebody in a long list. Everything works without it.

let last = null;
document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("#id_subject, #id_body")) last = event.target;
});

function offerVariables(root) {
  for (const button of root.querySelectorAll("[data-insert]")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  const field = last?.isConnected ? last : document.getElementById(button.closest("[data-into]").dataset.into);
  if (!field) return;
  field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// The preview follows what is typed: it is asked for by the button that does so without script, a moment after the last key.
function followTyping() {
  const preview = document.querySelector("[data-preview]");
  const form = preview && document.getElementById(preview.dataset.of);
  if (!form) return;
  let timer = 0;
  const ask = () => {
    window.htmx?.ajax("POST", preview.dataset.preview, {
      source: form.querySelector("#id_body"),
      target: preview,
      values: { ...valuesOf(form), do: "preview" },
    });
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 500);
  });
}

function valuesOf(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) (values[name] ??= []).push(value);
  return values;
}

// A long list of people gets a field that narrows it; who is ticked always stays in sight.
function findPeople() {
  for (const pick of document.querySelectorAll("[data-pick]")) {
    const list = pick.querySelector(".field-choices > div:last-child");
    const rows = list ? [...list.children] : [];
    if (rows.length < 8) continue;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "control";
    field.placeholder = pick.dataset.pick;
    field.setAttribute("aria-label", pick.dataset.pick);
    const narrow = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const name = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => name.includes(word)) && !row.querySelector("input").checked;
      }
    };
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      narrow();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    pick.prepend(field);
  }
}

offerVariables(document);
followTyping();
findPeople();
