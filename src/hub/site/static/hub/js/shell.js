// What every page has: choice of colours, dialogs, the reader's own zone, copying, one press for one send. Everything works without it.

function chooseTheme() {
  const groups = document.querySelectorAll("[data-theme-choice]");
  const show = () => {
    for (const button of document.querySelectorAll("[data-theme-choice] button")) {
      button.setAttribute("aria-pressed", String(button.value === (document.documentElement.dataset.theme ?? "")));
    }
  };
  for (const group of groups) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.value) document.documentElement.dataset.theme = button.value;
      else delete document.documentElement.dataset.theme;
      try {
        if (button.value) localStorage.setItem("theme", button.value);
        else localStorage.removeItem("theme");
      } catch {
        // the choice lasts for this page
      }
      show();
    });
  }
  show();
}

// A button with data-open-dialog="id" opens that dialog, data-close-dialog closes the one it stands in.
document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-open-dialog]");
  if (open) {
    const dialog = document.getElementById(open.dataset.openDialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const close = event.target.closest("[data-close-dialog]");
  if (close) {
    event.preventDefault();
    close.closest("dialog")?.close();
  }
});

// <time datetime data-until data-zone data-local>: where the reader's clock shows something else, say so beside it.
function sayLocalTimes(root) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const clock = (moment, timeZone) =>
    new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(moment);
  const day = (moment, timeZone) => new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone }).format(moment);
  for (const time of root.querySelectorAll("time[data-local][data-zone]")) {
    const start = new Date(time.dateTime);
    if (Number.isNaN(start.valueOf()) || !time.dateTime.includes("T") || !own) continue;
    if (clock(start, own) === clock(start, time.dataset.zone) && day(start, own) === day(start, time.dataset.zone)) continue;
    const end = time.dataset.until ? `–${clock(new Date(time.dataset.until), own)}` : "";
    const said = document.createElement("span");
    said.className = "time-local";
    const other = day(start, own) === day(start, time.dataset.zone) ? "" : `${day(start, own)}, `;
    said.textContent = `${other}${clock(start, own)}${end} in ${own.split("/").pop().replaceAll("_", " ")}`;
    time.after(" ", said);
    delete time.dataset.local;
  }
}

// One press sends once: the button says what is going on and stays put.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented) return;
  if (button.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  button.setAttribute("aria-busy", "true");
  if (button.dataset.busy) {
    button.dataset.words = button.textContent;
    button.textContent = button.dataset.busy;
  }
});
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll('button[aria-busy="true"]')) {
    button.removeAttribute("aria-busy");
    if (button.dataset.words) button.textContent = button.dataset.words;
  }
});

// A button with data-copy="id" puts what stands in that field on the clipboard; it shows itself where there is one.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    const words = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(field.value);
      words.textContent = "Copied";
    } catch {
      field.select();
      words.textContent = "Press Ctrl C";
    }
    setTimeout(() => (words.textContent = "Copy"), 4000);
  });
}

chooseTheme();
sayLocalTimes(document);
document.querySelector("[data-focus-me]")?.focus();
document.addEventListener("htmx:load", (event) => {
  sayLocalTimes(event.target);
  event.target.querySelector?.("[data-focus-me]")?.focus();
});
