#include "bridges/timeline/live_script.h"

#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/squeeze.h"

namespace fedmsgbot {

namespace {

// Nothing that is being read moves: rows are put in only while the reader is at the top, has not paused, and no more
// than five a second come; else a button counts them, and what came in a rush is put in when it is over. The rows are
// the server's own HTML, escaped there. Where no stream gets through (old browsers, proxies that hold it back, too many
// readers), it asks every ten seconds, and tries a stream again each tenth time.
constexpr std::string_view script = R"js("use strict";
(() => {
  const bar = document.getElementById("live");
  if (!bar) return;
  bar.innerHTML = `<span class="state"></span>
<button type="button" class="pause" aria-pressed="false">Pause</button>
<button type="button" class="help" aria-expanded="false" aria-controls="keys">Keys</button>
<button type="button" class="fresh" hidden></button><span class="unseen said" role="status"></span>`;
  const key = (names, text) => `<span>${names.split(" ").map(n => `<kbd>${n}</kbd>`).join(" ")} ${text}</span>`;
  bar.parentElement.insertAdjacentHTML("afterend", `<p id="keys" class="m" hidden>
${key("j k", "next, previous")} ${key("o", "open the link")} ${key("Enter", "the message’s own page")}
${key("g g", "newest")} ${key("p", "pause")} ${key("/", "search")} ${key("?", "this")}
<label><input type="checkbox"> use these keys</label></p>`);
  const [state, fresh, pause, help, said] =
    ["state", "fresh", "pause", "help", "said"].map(name => bar.querySelector("." + name));
  const keys = document.getElementById("keys");
  const title = document.title;
  const most = 500, rush = 5, sayEvery = 10000, askEvery = 10000, patience = 10000;
  let waiting = [], lost = 0, gap = false, unseen = 0, paused = false, recent = [], calm, status = "Connecting";
  let last = Number(bar.dataset.last);

  const rows = () => [...document.querySelectorAll("main article")];
  const current = () => document.activeElement?.closest("article");
  const show = text => {
    status = text ?? status;
    state.textContent = paused ? "Paused" : status;
    state.dataset.is = state.textContent;
  };

  const feedOf = event => {
    let section = document.querySelector("main section");
    if (section?.querySelector("h2").textContent !== event.day) {
      const made = document.createElement("section");
      const heading = document.createElement("h2");
      const list = document.createElement("div");
      heading.id = "d" + event.id;
      heading.textContent = event.day;
      list.setAttribute("role", "feed");
      list.setAttribute("aria-labelledby", heading.id);
      made.append(heading, list);
      (section || document.querySelector("main > .ways:last-child")).before(made);
      document.querySelector("main > .note")?.remove();
      section = made;
    }
    return section.querySelector("[role=feed]");
  };

  const insert = events => {
    for (const event of events) {
      if (document.getElementById("m" + event.id)) continue;
      event.folds?.forEach(id => document.getElementById("m" + id)?.remove());
      const list = feedOf(event);
      list.setAttribute("aria-busy", "true");
      list.insertAdjacentHTML("afterbegin", event.html);
      list.firstElementChild.classList.add("in");
      list.setAttribute("aria-busy", "false");
    }
    const all = rows();
    all.slice(most).forEach(row => row.remove());
    all.slice(0, most).forEach((row, i) => row.setAttribute("aria-posinset", i + 1));
    document.querySelectorAll("main section").forEach(s => s.querySelector("article") || s.remove());
  };

  let news = 0, saying;
  const say = () => {
    saying ||= setTimeout(() => {
      said.textContent = news + (news === 1 ? " new message" : " new messages");
      news = saying = 0;
    }, sayEvery);
  };

  const tell = () => {
    const count = waiting.length + lost;
    fresh.hidden = !gap && count === 0;
    fresh.textContent = (gap ? "Many" : count) + " new";
    document.title = document.hidden && unseen ? "(" + unseen + ") " + title : title;
  };

  const take = () => {
    if (gap) return location.reload();
    insert(waiting);
    waiting = [];
    lost = 0;
    tell();
  };
  const isReading = () => paused || scrollY > 40 || !!current();
  const isRush = () => (recent = recent.filter(time => Date.now() - time < 1000)).length > rush;
  const settle = () => {
    clearTimeout(calm);
    if (isRush()) calm = setTimeout(settle, 500);
    else if (!isReading()) return take();
    tell();
  };

  const hear = event => {
    last = event.id;
    recent.push(Date.now());
    if (document.hidden) unseen++;
    if (event.folds) waiting = waiting.filter(other => !event.folds.includes(other.id));
    waiting.push(event);
    if (waiting.length > most) { waiting.shift(); lost++; }
    news++;
    say();
    settle();
  };

  const address = name => {
    const url = new URL(name + "?" + bar.dataset.query, location);
    url.searchParams.set("since", last);
    return url;
  };

  const ask = async (left, delay) => {
    try {
      const answer = await fetch(address("events.json"));
      if (!answer.ok) throw answer.status;
      const found = await answer.json();
      gap ||= found.gap;
      found.events.forEach(hear);
      settle();
      last = found.last;
      show("Live, every 10 seconds");
      delay = found.events.length ? 1000 : askEvery;
    } catch {
      show("Reconnecting");
      delay = Math.min(2 * delay, 60000);
    }
    setTimeout(() => left > 1 ? ask(left - 1, delay) : connect(), delay * (.75 + Math.random() / 2));
  };

  const connect = () => {
    if (!window.EventSource) return ask(Infinity, askEvery);
    const source = new EventSource(address("events"));
    const giveUp = () => { source.close(); ask(10, 1000); };
    let failures = 0, timer = setTimeout(giveUp, patience);
    source.onopen = () => { clearTimeout(timer); failures = 0; show("Live"); };
    source.onmessage = message => hear(JSON.parse(message.data));
    source.addEventListener("gap", () => { gap = true; settle(); });
    source.onerror = () => {
      show("Reconnecting");
      if (source.readyState !== EventSource.CLOSED && ++failures < 4) return;
      clearTimeout(timer);
      giveUp();
    };
  };

  const hold = () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    show();
    settle();
  };

  const focusOn = element => {
    if (!element) return;
    element.tabIndex = -1;
    element.focus({preventScroll: true});
    element.scrollIntoView({block: "nearest"});
  };
  const toTop = selector => { take(); scrollTo(0, 0); focusOn(document.querySelector(selector)); };
  const move = step => {
    const all = rows(), at = all.indexOf(current());
    focusOn(all[at < 0 ? 0 : at + step]);
  };
  const follow = selector => current()?.querySelector(selector)?.click();
  const explain = () => { keys.hidden = !keys.hidden; help.setAttribute("aria-expanded", !keys.hidden); };

  const use = keys.querySelector("input");
  try { use.checked = localStorage.getItem("timeline-keys") !== "off"; } catch { use.checked = true; }
  use.addEventListener("change", () => {
    try { localStorage.setItem("timeline-keys", use.checked ? "on" : "off"); } catch { /* not kept */ }
  });

  let before = "";
  const actions = {
    j: () => move(1), k: () => move(-1), o: () => follow(".s a"), p: hold, gg: () => toTop("main article"), "?": explain,
    "/": () => document.getElementById("f-contains").focus(),
  };
  addEventListener("keydown", event => {
    if (!use.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "Enter" && event.target.matches("article")) return follow("a.w");
    const name = before === "g" && event.key === "g" ? "gg" : event.key;
    before = name === "gg" ? "" : event.key;
    if (!Object.hasOwn(actions, name)) return;
    event.preventDefault();
    actions[name]();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { unseen = 0; tell(); } });
  fresh.addEventListener("click", () => toTop("main h2"));
  pause.addEventListener("click", hold);
  help.addEventListener("click", explain);
  bar.hidden = false;
  show();
  connect();
})();
)js";

}  // namespace

const std::string& live_script() {
    static const std::string squeezed = squeezed_script(script);
    return squeezed;
}

const std::string& live_script_version() {
    static const std::string version = digest(live_script()).substr(0, 8);
    return version;
}

}  // namespace fedmsgbot
