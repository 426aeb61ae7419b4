#include "bridges/timeline/live_script.h"

#include "bridges/timeline/permanent_id.h"

namespace fedmsgbot {

namespace {

// Nothing that is being read moves: entries are put in only while the reader is at the top, has not paused, and fewer
// than five a second come; else a button counts them. The rows are the server's own HTML, escaped there.
constexpr std::string_view script = R"js("use strict";
(() => {
  const bar = document.getElementById("live");
  if (!bar || !window.EventSource) return;
  const find = name => bar.querySelector("." + name);
  const [state, fresh, pause, help] = ["state", "fresh", "pause", "help"].map(find);
  const keys = document.getElementById("keys");
  const title = document.title;
  const most = 500;
  let waiting = [], count = 0, unseen = 0, paused = false, recent = [], delay = 1000;
  let last = Number(new URL(bar.dataset.events, location).searchParams.get("since"));
  bar.hidden = false;

  const rows = () => [...document.querySelectorAll("main article")];
  const current = () => document.activeElement && document.activeElement.closest("article");
  const show = text => { state.textContent = text; };

  const feed = event => {
    let section = document.querySelector("main section");
    if (!section || section.querySelector("h2").textContent !== event.day) {
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
      const list = feed(event);
      list.setAttribute("aria-busy", "true");
      list.insertAdjacentHTML("afterbegin", event.html);
      list.setAttribute("aria-busy", "false");
    }
    const all = rows();
    all.slice(most).forEach(row => row.remove());
    all.slice(0, most).forEach((row, i) => row.setAttribute("aria-posinset", i + 1));
    document.querySelectorAll("main section").forEach(s => s.querySelector("article") || s.remove());
  };

  const tell = () => {
    fresh.hidden = count === 0;
    fresh.textContent = count + " new";
    document.title = document.hidden && unseen ? "(" + unseen + ") " + title : title;
  };

  const take = () => { insert(waiting); waiting = []; count = 0; tell(); };

  const hear = message => {
    const event = JSON.parse(message.data);
    last = event.id;
    const now = Date.now();
    recent = recent.filter(time => now - time < 1000).concat(now);
    if (document.hidden) unseen++;
    const isReading = scrollY > 40 || current() || recent.length > 5;
    waiting.push(event);
    if (waiting.length > most) waiting.shift();
    count++;
    if (!paused && !isReading) take(); else tell();
  };

  const connect = () => {
    const address = new URL(bar.dataset.events, location);
    address.searchParams.set("since", last);
    const source = new EventSource(address);
    source.onopen = () => { delay = 1000; show(paused ? "Paused" : "Live"); };
    source.onmessage = hear;
    source.addEventListener("gap", () => location.reload());
    source.onerror = () => {
      show("Connecting again");
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(connect, delay);
      delay = Math.min(2 * delay, 60000);
    };
  };

  const hold = () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    show(paused ? "Paused" : "Live");
    if (!paused && scrollY <= 40) take();
  };

  const toTop = () => { take(); scrollTo(0, 0); const first = rows()[0]; if (first) focusOn(first); };
  const focusOn = row => { row.tabIndex = -1; row.focus({preventScroll: true}); row.scrollIntoView({block: "nearest"}); };
  const move = step => {
    const all = rows(), at = all.indexOf(current());
    const next = all[at < 0 ? 0 : at + step];
    if (next) focusOn(next);
  };
  const follow = selector => current()?.querySelector(selector)?.click();
  const explain = () => { keys.hidden = !keys.hidden; help.setAttribute("aria-expanded", !keys.hidden); };

  const remembered = {
    get off() { try { return localStorage.getItem("keys") === "off"; } catch { return false; } },
    set off(value) { try { localStorage.setItem("keys", value ? "off" : "on"); } catch { /* not kept */ } },
  };
  const use = keys.querySelector("input");
  use.checked = !remembered.off;
  use.addEventListener("change", () => { remembered.off = !use.checked; });

  const actions = {
    j: () => move(1), k: () => move(-1), o: () => follow(".s a"), p: hold, t: toTop, "?": explain,
    "/": () => document.getElementById("f-contains").focus(),
  };
  document.addEventListener("keydown", event => {
    if (!use.checked || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select")) return;
    if (event.key === "Enter" && event.target.matches("article")) return follow("a.w");
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { unseen = 0; tell(); } });
  fresh.addEventListener("click", toTop);
  pause.addEventListener("click", hold);
  help.addEventListener("click", explain);
  connect();
})();
)js";

}  // namespace

std::string_view live_script() { return script; }

const std::string& live_script_version() {
    static const std::string version = digest(script).substr(0, 8);
    return version;
}

}  // namespace fedmsgbot
