// The schedule's public pages: each session's time in the reader's own zone.
// Everything is there without it.

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const formats = new Map();

function say(moment, timeZone, options) {
  const key = `${timeZone}${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("en-GB", { timeZone, ...options }));
  return formats.get(key).format(moment);
}

const clock = (moment, zone) => say(moment, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = (moment, zone) => say(moment, zone, { weekday: "short", day: "numeric", month: "short" });
const placeOf = (zone) => zone.split("/").pop().replaceAll("_", " ");

function remembered() {
  try {
    return localStorage.getItem("zones") ?? "both";
  } catch {
    return "both";
  }
}

// Beside each time the reader's own where it differs. Gives whether any does.
function sayLocalTimes(root) {
  let differs = false;
  for (const time of root.querySelectorAll("time.entry-time[datetime*=T]")) {
    const zone = time.dataset.zone ?? time.closest("[data-zone]").dataset.zone;
    const start = new Date(time.dateTime);
    if (clock(start, own) === clock(start, zone) && day(start, own) === day(start, zone)) continue;
    differs = true;
    if (time.querySelector(".entry-local")) continue;
    const local = document.createElement("span");
    local.className = "entry-local";
    const end = time.dataset.until ? `–${clock(new Date(time.dataset.until), own)}` : "";
    const date = day(start, own) === day(start, zone) ? "" : `${day(start, own)}, `;
    local.textContent = `${date}${clock(start, own)}${end} ${placeOf(own)}`;
    time.append(" ", local);
  }
  return differs;
}

function chooseZones(choice) {
  document.documentElement.dataset.zones = choice;
  for (const button of document.querySelectorAll("[data-zone-choice] button")) {
    button.setAttribute("aria-pressed", String(button.value === choice));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-zone-choice] button");
  if (!button) return;
  chooseZones(button.value);
  try {
    localStorage.setItem("zones", button.value);
  } catch {
    // the choice lasts for this page
  }
});

function begin() {
  if (!own || !sayLocalTimes(document)) return;
  for (const group of document.querySelectorAll("[data-zone-choice]")) {
    group.hidden = false;
    group.querySelector('[value="both"]').textContent = `And ${placeOf(own)}`;
  }
  chooseZones(remembered());
}

begin();
document.addEventListener("htmx:afterSwap", begin);
