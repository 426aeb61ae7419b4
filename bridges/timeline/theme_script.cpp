#include "bridges/timeline/theme_script.h"

#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/squeeze.h"

namespace fedmsgbot {

namespace {

// What the system wants is not remembered: who switches back to it follows it again.
constexpr std::string_view script = R"js("use strict";
(() => {
  const root = document.documentElement, key = "timeline-theme";
  const system = matchMedia("(prefers-color-scheme: dark)");
  const own = () => system.matches ? "dark" : "light";
  const current = () => root.dataset.theme || own();
  const use = theme => {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  try { use(localStorage.getItem(key)); } catch { /* not kept */ }
  addEventListener("DOMContentLoaded", () => {
    const button = document.createElement("button");
    button.id = "theme";
    button.type = "button";
    const label = () => {
      const text = current() === "dark" ? "Light theme" : "Dark theme";
      button.title = text;
      button.setAttribute("aria-label", text);
    };
    label();
    document.querySelector("header nav").append(button);
    system.addEventListener("change", label);
    addEventListener("storage", event => { if (event.key === key) { use(event.newValue); label(); } });
    button.addEventListener("click", () => {
      const next = current() === "dark" ? "light" : "dark";
      use(next === own() ? null : next);
      try {
        if (next === own()) localStorage.removeItem(key); else localStorage.setItem(key, next);
      } catch { /* not kept */ }
      label();
    });
  });
})();
)js";

}  // namespace

const std::string& theme_script() {
    static const std::string squeezed = squeezed_script(script);
    return squeezed;
}

const std::string& theme_script_version() {
    static const std::string version = digest(theme_script()).substr(0, 8);
    return version;
}

}  // namespace fedmsgbot
