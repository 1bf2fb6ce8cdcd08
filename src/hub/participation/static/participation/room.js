// The room of a session: "now" moves with the clock, and notes are saved as one types. Without script the page shows the
// moment it was loaded at, and notes have a button.

const agenda = document.querySelector("[data-room-agenda]");
if (agenda) {
  const rows = [...agenda.querySelectorAll("[data-from]")].map((row) => ({ row, from: Date.parse(row.dataset.from), to: Date.parse(row.dataset.to) }));
  const said = document.querySelector("[data-room-on]");
  let before = "";
  const move = () => {
    const at = Date.now();
    for (const { row, from, to } of rows) {
      const isOn = from <= at && at < to;
      row.toggleAttribute("data-on", isOn);
      const badge = row.querySelector("[data-room-now]");
      if (badge) badge.hidden = !isOn;
    }
    if (!said) return;
    const top = rows.filter(({ row }) => row.dataset.depth === "0");
    const on = top.find(({ from, to }) => from <= at && at < to);
    const next = top.find(({ from }) => from > at);
    const words = ({ row }) => row.querySelector("[data-room-words]").textContent.trim();
    const parts = [on && words(on), next && `then ${words(next)}, ${next.row.querySelector("time").textContent}`];
    const text = parts.filter(Boolean).join(" · ");
    if (text === before) return; // nothing is read out that did not change
    before = text;
    said.replaceChildren();
    if (on) {
      const strong = document.createElement("strong");
      strong.textContent = parts[0];
      said.append(strong);
    }
    if (next) {
      const rest = document.createElement("span");
      rest.className = "muted";
      rest.textContent = `${on ? " · " : ""}${parts[1]}`;
      said.append(rest);
    }
  };
  move();
  setInterval(move, 15_000);
}

const WAIT = 1200; // milliseconds after the last key
const LOOK = 12_000; // how often to look what others wrote
const AGAIN = 6000; // after a save that did not get through

function keepSaved(form) {
  const text = form.elements.text;
  const version = form.elements.version;
  const said = form.querySelector("[data-room-saved]");
  let stored = text.value; // what the notes of `version` say
  let timer = 0;
  let isBusy = false;
  let isRenewed = false;
  form.querySelector("[data-room-save]").hidden = true;

  const tell = (words, isWrong = false) => {
    said.textContent = words;
    said.toggleAttribute("data-wrong", isWrong);
  };
  const show = (whole) => {
    // The caret stays with the words around it, as far as the beginning and the end are the same.
    const { selectionStart, selectionEnd, scrollTop, value } = text;
    let same = 0;
    while (same < selectionStart && value[same] === whole[same]) same += 1;
    const shift = same < selectionStart ? whole.length - value.length : 0;
    text.value = whole;
    text.scrollTop = scrollTop;
    if (document.activeElement === text) text.setSelectionRange(Math.max(0, selectionStart + shift), Math.max(0, selectionEnd + shift));
  };
  const take = (facts, sent) => {
    const sentence = [facts.saved_at && `Saved at ${facts.saved_at}`, facts.said].filter(Boolean).join(". ");
    if (text.value === sent) {
      if (facts.text !== sent) show(facts.text);
      stored = facts.text;
      version.value = facts.version;
    } else {
      // Typed on meanwhile: that begins from what was sent, so that what others wrote is merged in next time.
      stored = sent;
      version.value = facts.sent;
    }
    tell(sentence);
  };
  const later = (wait = WAIT) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  // Signing in or out elsewhere ends what the form proves itself by. Who is the same person still gets it anew; what somebody
  // typed is saved in nobody else's name, and not while they see the Hub as another.
  async function renew() {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" }, redirect: "manual" });
    const facts = answer.status === 200 ? await answer.json() : {};
    if (!facts.whose || facts.whose !== form.dataset.whose) return false;
    form.elements.csrfmiddlewaretoken.value = facts.token;
    return true;
  }
  async function save() {
    if (isBusy) return later();
    const sent = text.value;
    if (sent === stored) return;
    isBusy = true;
    tell("Saving…");
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      const mayRenew = !isRenewed;
      isRenewed = false;
      if (answer.status === 200 || answer.status === 409) take(await answer.json(), sent);
      else if (answer.status === 422) tell((await answer.json()).said, true);
      else if (mayRenew && (await renew())) isRenewed = true; // and once more, below
      else {
        tell("Not saved: sign in as yourself in another tab. What you typed is still here, and is saved then.", true);
        later(AGAIN * 5);
      }
    } catch {
      tell("Not saved yet: no connection. It is tried again.", true);
      later(AGAIN);
    } finally {
      isBusy = false;
      if (text.value !== stored && !said.hasAttribute("data-wrong")) later();
    }
  }
  async function look() {
    if (document.hidden || isBusy || text.value !== stored) return;
    try {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.status !== 200) return;
      const facts = await answer.json();
      if (facts.version > Number(version.value) && !isBusy && text.value === stored) take(facts, stored);
    } catch {
      // the next look comes by itself
    }
  }
  text.addEventListener("input", () => later());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || text.value !== stored) save();
    else look();
  });
  addEventListener("beforeunload", (event) => {
    if (text.value !== stored) event.preventDefault();
  });
  setInterval(look, LOOK);
}

document.querySelectorAll("form[data-room-notes]").forEach(keepSaved);
