// The plan's editor: a plain text field with line numbers, findings at their lines, a draft kept on this device, Ctrl+S.
// Without this script the page is a text field, a list of findings and a button.

const form = document.querySelector("[data-plan]");
const area = form?.querySelector("textarea[name=text]");
const DRAFT = `plan:${form?.dataset.plan ?? document.querySelector("[data-plan-draft]")?.dataset.planDraft}`;
const LONGEST = 20_000; // lines; beyond, numbers and marks cost more than they help

const draft = {
  read() {
    try {
      return JSON.parse(localStorage.getItem(DRAFT));
    } catch {
      return null;
    }
  },
  write(text, seen) {
    try {
      localStorage.setItem(DRAFT, JSON.stringify({ text, seen, at: Date.now() }));
    } catch {
      // full or forbidden: the question before leaving still stands
    }
  },
  drop() {
    try {
      localStorage.removeItem(DRAFT);
    } catch {
      // nothing was kept
    }
  },
};

// After a conflict: what was chosen is the draft from now on, until it is saved.
for (const choice of document.querySelectorAll("[data-plan-choice]")) {
  choice.addEventListener("submit", () => {
    const { text, seen } = choice.elements;
    draft.write(text.value.replaceAll("\r\n", "\n"), seen.value);
  });
}
for (const link of document.querySelectorAll("[data-drop-draft]")) link.addEventListener("click", draft.drop);

const clock = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function element(name, classes, text) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

if (form && area) {
  const editor = form.querySelector(".editor");
  const bar = form.querySelector(".editor-bar-text");
  const save = form.querySelector("[data-save]");
  const lines = element("div", "editor-lines");
  lines.setAttribute("aria-hidden", "true");
  editor.prepend(lines);
  editor.dataset.live = "";

  let shown = [];
  let findings = [];
  let saved = form.hasAttribute("data-given") ? null : area.value; // a text brought here from elsewhere is not saved yet
  let sent = null;
  let place = 0;
  let leaving = false;
  const seen = () => form.elements.seen; // it stands beside the form, where an answer puts it anew
  const isDirty = () => area.value !== saved;

  // Lines: only those that changed are drawn again.
  function line(text) {
    const node = element("div", "editor-line");
    node.append(element("span", "editor-words", text || "\u200b"));
    return node;
  }

  function draw() {
    const wanted = area.value.split("\n");
    if (wanted.length > LONGEST) {
      delete editor.dataset.live;
      lines.replaceChildren();
      shown = [];
      return;
    }
    editor.dataset.live = "";
    editor.dataset.digits = String(String(wanted.length).length);
    let head = 0;
    const most = Math.min(shown.length, wanted.length);
    while (head < most && shown[head] === wanted[head]) head += 1;
    let tail = 0;
    while (tail < most - head && shown[shown.length - 1 - tail] === wanted[wanted.length - 1 - tail]) tail += 1;
    const fresh = wanted.slice(head, wanted.length - tail).map(line);
    const gone = [...lines.children].slice(head, shown.length - tail);
    const before = lines.children[shown.length - tail] ?? null;
    for (const node of gone) node.remove();
    for (const node of fresh) lines.insertBefore(node, before);
    shown = wanted;
  }

  // Findings: read from the list the page shows, so both always say the same.
  const RANK = { error: 0, warning: 1, note: 2 };

  function readFindings() {
    findings = [...document.querySelectorAll("#plan-reading .finding[data-line]")].map((node) => ({
      node,
      line: Number(node.dataset.line),
      column: Number(node.dataset.column) || null,
      end: Number(node.dataset.end) || null,
      severity: node.dataset.severity,
      message: node.querySelector(".finding-message").textContent.trim(),
      suggestion: node.querySelector(".finding-suggestion")?.textContent.trim() ?? "",
    }));
  }

  function mark() {
    readFindings();
    for (const node of lines.querySelectorAll("[data-severity]")) {
      delete node.dataset.severity;
      node.replaceChildren(element("span", "editor-words", node.querySelector(".editor-words").textContent));
    }
    const byLine = new Map();
    for (const finding of findings) byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), finding]);
    for (const [number, found] of byLine) {
      const node = lines.children[number - 1];
      if (!node) continue;
      found.sort((one, other) => RANK[one.severity] - RANK[other.severity]);
      node.dataset.severity = found[0].severity;
      const words = node.querySelector(".editor-words");
      underline(words, found);
      const more = found.length > 1 ? ` (+${found.length - 1})` : "";
      node.append(element("span", "editor-lens", found[0].message + more));
    }
    tellPlace();
  }

  function underline(words, found) {
    const text = words.textContent;
    const spans = found.filter((each) => each.column).sort((one, other) => one.column - other.column);
    const parts = [];
    let at = 0;
    for (const { column, end, severity } of spans) {
      const from = column - 1;
      if (from < at || from >= text.length) continue;
      const to = Math.min(end ? Math.max(end - 1, from + 1) : text.length, text.length);
      parts.push(text.slice(at, from));
      const underlined = element("span", "editor-underline", text.slice(from, to));
      underlined.dataset.severity = severity;
      parts.push(underlined);
      at = to;
    }
    words.replaceChildren(...parts, text.slice(at));
  }

  // Where the caret is: its line is marked, and the bar under the text says what was found there.
  const lineAt = (place) => area.value.slice(0, place).split("\n").length;
  const startOf = (number) => area.value.split("\n").slice(0, number - 1).reduce((sum, each) => sum + each.length + 1, 0);

  function tellPlace() {
    const number = lineAt(area.selectionStart);
    lines.querySelector("[data-here]")?.removeAttribute("data-here");
    lines.children[number - 1]?.setAttribute("data-here", "");
    const here = findings.filter((finding) => finding.line === number);
    for (const { node } of findings) node.toggleAttribute("data-here", here.some((each) => each.node === node));
    const said = here.map((each) => `${each.message}${each.suggestion ? ` ${each.suggestion}` : ""}`).join(" · ");
    const told = said ? `Line ${number}: ${said}` : `Line ${number} of ${area.value.split("\n").length}`;
    if (bar.textContent !== told) bar.textContent = told;
    bar.dataset.severity = here[0]?.severity ?? "";
  }

  function goTo(number, column = 1) {
    const place = Math.min(startOf(number) + column - 1, area.value.length);
    area.focus({ preventScroll: true });
    area.setSelectionRange(place, place);
    const node = lines.children[number - 1];
    if (node) editor.scrollTo({ top: node.offsetTop - editor.clientHeight / 3 });
    editor.scrollIntoView({ block: "nearest" });
    tellPlace();
  }

  function next(step) {
    if (!findings.length) return;
    const here = lineAt(area.selectionStart);
    const ordered = [...findings].sort((one, other) => one.line - other.line);
    const found = step > 0 ? ordered.find(({ line: each }) => each > here) ?? ordered[0] : ordered.findLast(({ line: each }) => each < here) ?? ordered.at(-1);
    goTo(found.line, found.column ?? 1);
    found.node.scrollIntoView({ block: "nearest" });
  }

  // Draft and state
  const state = () => form.querySelector("#plan-state");
  function tellDirty() {
    const words = state()?.querySelector("[data-unsaved]");
    if (words) words.hidden = !isDirty();
  }

  let waiting;
  function keep() {
    clearTimeout(waiting);
    waiting = setTimeout(() => (isDirty() ? draft.write(area.value, seen().value) : draft.drop()), 250);
  }

  function restore() {
    const kept = draft.read();
    if (!kept) return;
    if (kept.text === area.value) {
      draft.drop();
      return;
    }
    if (form.hasAttribute("data-given")) return; // another text was asked for, and the draft stays until that one is saved
    const was = { text: area.value, seen: seen().value };
    area.value = kept.text;
    seen().value = kept.seen;
    const notice = document.querySelector("#plan-restored");
    notice.querySelector("[data-when]").textContent = clock(kept.at);
    notice.hidden = false;
    notice.querySelector("button").addEventListener("click", () => {
      area.value = was.text;
      seen().value = was.seen;
      draft.drop();
      notice.hidden = true;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      area.focus();
    });
  }

  const trouble = document.querySelector("#plan-trouble");
  function say(words, href) {
    trouble.querySelector("[data-words]").textContent = words;
    const link = trouble.querySelector("a");
    link.hidden = !href;
    trouble.hidden = false;
  }

  area.addEventListener("input", () => {
    draw();
    tellDirty();
    tellPlace();
    keep();
  });
  document.addEventListener("selectionchange", () => {
    if (document.activeElement === area) tellPlace();
  });

  area.addEventListener("keydown", (event) => {
    if (event.key === "F8" || (event.altKey && (event.key === "ArrowDown" || event.key === "ArrowUp"))) {
      event.preventDefault();
      next(event.key === "ArrowUp" || (event.key === "F8" && event.shiftKey) ? -1 : 1);
    }
    if (event.key === "Enter" && !event.isComposing && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
      const indent = area.value.slice(start, area.selectionStart).match(/^[ \t]*/)[0];
      if (!indent) return;
      event.preventDefault();
      document.execCommand("insertText", false, `\n${indent}`); // keeps the browser's own undo
    }
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
      event.preventDefault();
      save.click();
    }
  });
  form.addEventListener("click", (event) => {
    const target = event.target.closest("[data-go]");
    const node = event.target.closest(".editor-line");
    if (target) {
      event.preventDefault();
      goTo(Number(target.dataset.go), Number(target.dataset.column) || 1);
    } else if (node) {
      goTo([...lines.children].indexOf(node) + 1);
    }
    if (event.target.closest("[data-next]")) next(1);
    if (event.target.closest("[data-previous]")) next(-1);
  });

  // Answers. A session that ran out answers with the sign-in page: it must never land in the editor.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (!form.contains(requestConfig.elt)) return;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname !== location.pathname) {
      event.detail.shouldSwap = false;
      draft.write(area.value, seen().value);
      say("You have been signed out. Your text is kept on this device.", true);
      return;
    }
    if (xhr.status === 409) {
      event.detail.shouldSwap = false; // both texts are shown on a page of their own
      draft.write(area.value, seen().value);
      leaving = true;
      form.requestSubmit(save);
    }
    if (event.detail.target.id === "plan-reading") {
      if (area.value.replaceAll("\r\n", "\n") !== sent) event.detail.shouldSwap = false; // typed on: the next answer is on its way
      place = document.querySelector(".plan-timeline")?.scrollTop ?? 0;
    }
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (form.contains(event.detail.elt)) sent = area.value;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "plan-reading" || event.target.id === "plan-reading") {
      mark();
      const timeline = document.querySelector(".plan-timeline");
      if (timeline) timeline.scrollTop = place;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== save || !event.detail.successful) return;
    if (new URL(event.detail.xhr.responseURL).pathname !== location.pathname) return;
    saved = sent;
    trouble.hidden = true;
    document.querySelector("#plan-restored").hidden = true;
    if (isDirty()) draft.write(area.value, seen().value);
    else draft.drop();
    tellDirty();
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.elt === save) say("The Hub could not be reached. Your text is kept on this device; try again in a moment.", false);
    });
  }
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.elt !== save) return;
    const words =
      event.detail.xhr.status === 413
        ? "The text is longer than 4 MB, so it was not saved. It is kept on this device."
        : "Something broke on our side, so the text was not saved. It is kept on this device; try again in a moment.";
    say(words, false);
  });
  form.addEventListener("submit", () => {
    leaving = true;
    if (isDirty()) draft.write(area.value, seen().value);
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty() && !leaving) event.preventDefault();
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });

  restore();
  draw();
  mark();
  tellDirty();
  if (isDirty()) area.dispatchEvent(new Event("input", { bubbles: true }));
  const asked = location.hash.match(/^#L(\d+)$/);
  if (asked) goTo(Number(asked[1]));
}
