// Leaving loses nothing. A form with data-keep="name" keeps what is typed on this device until it was sent: asked about before one
// leaves, and put back when the session had run out in between. Passwords, files and hidden fields are never kept.

const PREFIX = "kept:";
const read = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
};
const write = (key, value) => {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // full or forbidden: the question before leaving still stands
  }
};
const keyOf = (form) => `${PREFIX}${location.pathname}#${form.dataset.keep}`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type));
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const nameOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);
const valueOf = (field) => (isTick(field) ? field.checked : field.value);
const dirty = new Set();

function keep(form) {
  write(keyOf(form), { sent: false, values: Object.fromEntries(fieldsOf(form).map((field) => [nameOf(field), valueOf(field)])) });
}

function putBack(form, values) {
  const changed = fieldsOf(form).filter((field) => nameOf(field) in values && values[nameOf(field)] !== valueOf(field));
  if (!changed.length) return;
  const before = changed.map((field) => [field, valueOf(field)]);
  const set = (field, value) => {
    if (isTick(field)) field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  for (const field of changed) set(field, values[nameOf(field)]);
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.role = "status";
  const body = document.createElement("div");
  body.className = "notice-body";
  const words = document.createElement("p");
  words.textContent = "This is what you typed before; it was not saved yet.";
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button";
  drop.dataset.size = "small";
  drop.textContent = "Throw it away";
  drop.addEventListener("click", () => {
    for (const [field, value] of before) set(field, value);
    dirty.delete(form);
    sessionStorage.removeItem(keyOf(form));
    notice.remove();
  });
  body.append(words, drop);
  notice.append(document.createElement("span"), body);
  form.prepend(notice);
}

function watch(form) {
  if (form.dataset.watched) return;
  form.dataset.watched = "true";
  const kept = read(keyOf(form));
  if (kept && !kept.sent) putBack(form, kept.values);
}

// Listened for on the whole page: a form that was only just put in may be typed into before anything knows of it.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (!form) return;
  dirty.add(form);
  keep(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form[data-keep]");
  if (!form) return;
  const entry = read(keyOf(form));
  if (entry) write(keyOf(form), { ...entry, sent: true });
  dirty.delete(form);
});

// What was sent is done with, unless we were shown the sign-in instead or came back by the browser's own button.
const wentWrong = document.querySelector("[data-signs-in]") || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(PREFIX))) {
  const entry = read(key);
  if (!entry?.sent) continue;
  if (wentWrong) write(key, { ...entry, sent: false });
  else sessionStorage.removeItem(key);
}
document.querySelectorAll("form[data-keep]").forEach(watch);
document.addEventListener("htmx:load", (event) => event.target.querySelectorAll?.("form[data-keep]").forEach(watch));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt?.closest?.("form[data-keep]"); // the answer may have taken it out of the page already
  if (!form || event.detail.requestConfig?.verb !== "post") return;
  dirty.delete(form);
  const entry = read(keyOf(form));
  if (event.detail.successful) sessionStorage.removeItem(keyOf(form));
  else if (entry) write(keyOf(form), { ...entry, sent: false });
});
// What was closed without saving stays on this device and is there again when it is opened; only what stands open is asked about.
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
