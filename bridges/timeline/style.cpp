#include "bridges/timeline/style.h"

#include <fmt/format.h>

#include "bridges/timeline/permanent_id.h"
#include "bridges/timeline/squeeze.h"

namespace fedmsgbot {

namespace {

// Text has a contrast of 4.5:1 or more in both themes, and what can be pressed is 24 pixels high. The service's colours
// are given in OKLCH: equally dark whatever their hue, so white letters can be read on each of them; the line before is
// for browsers that do not know it.
constexpr std::string_view dark =
    R"css( color-scheme: dark;
  --paper: #131518; --raised: #1b1e22; --ink: #e6e7ea; --quiet: #9aa2ad; --rule: #292d33; --edge: #737b86;
  --link: #8fbcf5; --live: #5fbf86; --package: #1d2a3b; --package-ink: #a9c8f0; --badge: 48%; --new: #1d2733; } }
)css";

constexpr std::string_view light =
    R"css(:root { color-scheme: light;
  --paper: #fcfcfa; --raised: #f3f3ee; --ink: #1c1f24; --quiet: #5b616b; --rule: #e3e3dc; --edge: #878c95;
  --link: #1757a6; --live: #1a7f4b; --package: #e9eef6; --package-ink: #234a7c; --badge: 50%; --new: #eaf1fa; }
)css";

constexpr std::string_view rest = R"css(* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 58rem; padding: 0 1.25rem 2rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Cantarell, "Noto Sans", "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; text-underline-offset: .15em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding: 1.5rem 0 .9rem; }
.name { margin: 0 auto 0 0; font-size: 1.3rem; font-weight: 650; letter-spacing: -.012em; line-height: 1.25; }
.name a { color: inherit; }
header nav { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.1rem; font-size: .875rem; }
header nav a { display: inline-block; min-width: 24px; padding: .15rem 0; }
.feed a + a { margin-left: .5em; }
#theme { width: 24px; height: 24px; min-height: 0; padding: 0; border-radius: 50%; border-color: var(--edge);
  background: linear-gradient(90deg, var(--edge) 50%, var(--paper) 50%); }
.feed::before { content: ""; display: inline-block; width: .5em; height: .5em; margin-right: .45em; border-radius: 50%;
  background: oklch(70% .16 55); }
footer { margin-top: 2rem; padding-top: .8rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: .8125rem; }
footer p { margin: 0; }
footer a { display: inline-block; padding: .2rem 0; }

h2 { position: sticky; top: 0; z-index: 1; margin: 0; padding: .45rem 0; background: var(--paper); color: var(--quiet);
  font-size: .8125rem; font-weight: 600; border-bottom: 1px solid var(--rule); }
section + section h2 { margin-top: 1.25rem; }

.list article { display: grid; grid-template-columns: 2rem minmax(0, 1fr) auto; column-gap: .8rem; padding: .5rem 0 .45rem;
  border-bottom: 1px solid var(--rule); scroll-margin-top: 3rem; }
.list article:last-child { border-bottom: 0; }
.list article:target { background: var(--raised); box-shadow: -.6rem 0 var(--raised), .6rem 0 var(--raised); }
.b { display: inline-grid; place-items: center; width: 2rem; height: 2rem; border-radius: .5rem; color: #fff;
  font-weight: 600; font-size: .875rem; line-height: 1; letter-spacing: -.02em; background: hsl(var(--hue) 55% 33%);
  background: oklch(var(--badge) .12 var(--hue)); }
.list .b { grid-row: 1 / span 2; margin-top: .2rem; }
.s { margin: 0; grid-column: 2; text-align: left; }
.s a { color: inherit; }
.s a:hover { color: var(--link); }
.w { grid-column: 3; grid-row: 1; min-width: 24px; height: 24px; color: var(--quiet); font-size: .875rem;
  line-height: 24px; font-variant-numeric: tabular-nums; }
.m { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5rem; margin: 0; color: var(--quiet);
  font-size: .8125rem; line-height: 24px; }
.m > a, .c { min-height: 24px; min-width: 24px; }
.in { animation: in 2.5s ease-out; }
@keyframes in { from { background: var(--new); box-shadow: -.6rem 0 var(--new), .6rem 0 var(--new); } }
.n { grid-column: 2 / span 2; color: var(--quiet); font-size: .8125rem; }
.n b { padding: 0 .45em; border-radius: 1em; background: var(--raised); color: var(--ink); font-variant-numeric: tabular-nums; }
.n ol { margin: .1rem 0 .3rem; padding: 0; list-style: none; }
.n li { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .8rem; min-height: 24px; line-height: 24px; }
.n li a { color: inherit; font-variant-numeric: tabular-nums; }
.n p { margin: 0; line-height: 24px; }
.list .m { grid-column: 2 / span 2; }
.o::after { content: " \2197"; }
.o { margin-left: auto; }
a.c:hover, a.b:hover { text-decoration: none; }
a.c:hover > bdi { box-shadow: inset 0 0 0 1px currentColor; }
a.t { display: inline-block; color: inherit; }
.c { display: inline-block; max-width: 100%; color: var(--ink); line-height: 24px; text-align: center; }
.c > bdi { display: inline-block; max-width: 100%; padding: 0 .42em; border-radius: .3em; background: var(--raised); line-height: 19px; }
.p > bdi { background: var(--package); color: var(--package-ink); }
.u { color: inherit; }
.u > bdi { padding: 0 .6em; border-radius: 1em; background: none; box-shadow: inset 0 0 0 1px var(--rule); }
.h0 { --hue: 20; } .h1 { --hue: 45; } .h2 { --hue: 75; } .h3 { --hue: 105; } .h4 { --hue: 135; } .h5 { --hue: 165; }
.h6 { --hue: 195; } .h7 { --hue: 225; } .h8 { --hue: 250; } .h9 { --hue: 275; } .h10 { --hue: 305; } .h11 { --hue: 340; }

.ways { display: flex; flex-wrap: wrap; gap: .5rem; padding: 1.1rem 0 0; font-size: .9375rem; }
.ways a { padding: .4rem .95rem; border: 1px solid var(--rule); border-radius: .5rem; }
.ways a:hover { background: var(--raised); text-decoration: none; }
.ways .first { margin-right: auto; }
.list h1 + .ways { padding: .2rem 0 1rem; }
.list .ways:last-child { padding-top: 1.4rem; }
.list .ways a[rel=next]:first-child { margin-left: auto; }
.ways:empty { display: none; }

.topics header + main h1 { margin: .4rem 0 .3rem; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.lead { margin: 0 0 1rem; color: var(--quiet); font-size: .9375rem; }
form { display: grid; grid-template-columns: minmax(0, 26rem) max-content; gap: .3rem .5rem; }
form > * { grid-column: 1; }
form > button { grid-column: 2; }
label { color: var(--quiet); font-size: .8125rem; }
input, button { min-height: 2.4rem; margin: 0; padding: .3rem .75rem; border: 1px solid var(--edge); border-radius: .5rem;
  background: var(--paper); color: var(--ink); font: inherit; }
input::placeholder { color: var(--quiet); opacity: 1; }
button { background: var(--raised); cursor: pointer; }
button:hover { border-color: var(--link); }
.filter { grid-template-columns: minmax(0, 1fr) max-content; padding: 0 0 .5rem; }
.filter > button { grid-row: 1; }
.filter > details { grid-column: 1 / -1; }
summary { display: inline-block; min-height: 24px; padding: .15rem 0; color: var(--quiet); font-size: .8125rem; cursor: pointer; }
summary::before { content: "\25B8\00a0"; }
[open] > summary::before { content: "\25BE\00a0"; }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .4rem .6rem; padding: .2rem 0 .4rem; }
.fields input { width: 100%; }
.active { display: flex; flex-wrap: wrap; gap: .35rem .5rem; align-items: center; margin: 0 0 .8rem; padding: 0; list-style: none; font-size: .8125rem; }
.active a { display: inline-block; min-width: 24px; padding: 0 .3rem; line-height: 26px; text-align: center; }
.on { display: flex; align-items: center; gap: .35em; padding: 0 .3rem 0 .7rem; border-radius: 1em; background: var(--package);
  color: var(--package-ink); }
.on > bdi { padding: 0; background: none; font-weight: 600; text-align: left; }
.on > a { color: inherit; }
.on > a + a, .on > bdi + a { box-shadow: -1px 0 var(--rule); }
[hidden] { display: none !important; }
.tools { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: .2rem 1.1rem; min-height: 24px;
  margin: -2rem 0 .3rem 6rem; color: var(--quiet); font-size: .8125rem; }
.filter:has([open]) + .tools { margin: 0 0 .5rem; }
.fold { padding: .15rem 0; }
#live { display: flex; flex-wrap: wrap; justify-content: flex-end; align-items: center; gap: .5rem; }
.state::before { content: ""; display: inline-block; width: .5em; height: .5em; margin-right: .45em; border-radius: 50%; background: var(--edge); }
.state[data-is^=Live]::before { background: var(--live); }
#live button { min-height: 24px; padding: 0 .6rem; border-color: var(--rule); font-size: .8125rem; }
#live .fresh { position: fixed; z-index: 2; top: .6rem; left: 50%; transform: translateX(-50%); min-height: 2.2rem; padding: 0 1.1rem;
  border: 0; border-radius: 1.1rem; background: var(--link); color: var(--paper); font-weight: 600; box-shadow: 0 2px 10px #0004; }
#keys { justify-content: flex-end; gap: .2rem 1rem; padding-bottom: .5rem; }
#keys label { color: inherit; font-size: inherit; } #keys input { width: 1.1rem; min-height: 1.1rem; margin: 0 .3rem; vertical-align: -.2rem; }
kbd { padding: 0 .35em; border: 1px solid var(--edge); border-radius: .3em; font: .75rem/1.5 ui-monospace, monospace; }
.topics .m { margin: .7rem 0; }
.services { display: flex; flex-wrap: wrap; gap: .3rem .4rem; margin: 0 0 1.4rem; font-size: .875rem; }
.services a { padding: .12rem .55rem; border: 1px solid var(--rule); border-radius: 1em; }
.services a:hover { background: var(--raised); text-decoration: none; }
.services small { color: var(--quiet); font-size: .75rem; }
.topics h2 { display: flex; align-items: center; gap: .55rem; font-size: .9375rem; color: var(--ink); }
.topics h2 .b { width: 1.5rem; height: 1.5rem; border-radius: .4rem; font-size: .6875rem; }
.topics .note h2 { display: block; position: static; border: 0; font-size: 1.125rem; }
.topics article { padding: .7rem 0; border-bottom: 1px solid var(--rule); }
.topics article:last-child { border-bottom: 0; }
.topics article p { margin: 0; }
.topics .t { display: flex; flex-wrap: wrap; gap: .1rem .8rem; color: var(--quiet); }
code { font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
.topics .f { margin: .15rem 0; white-space: pre-wrap; }
var { padding: 0 .35em; border-radius: .3em; background: var(--package); color: var(--package-ink); font-style: normal; font-size: .9em; }
.x { color: var(--quiet); font-size: .9375rem; }
.x a { color: inherit; }
.x a:hover { color: var(--link); }

.numbers .ways { padding: 0 0 1rem; }
.ways strong { padding: .4rem .95rem; border: 1px solid var(--edge); border-radius: .5rem; font-weight: 600; }
figure { margin: 0 0 1.4rem; }
figcaption { font-weight: 600; }
figcaption .m, .numbers li .m { display: inline; margin: 0; font-weight: 400; }
.plot { display: block; width: 100%; height: 7rem; border-bottom: 1px solid var(--rule); }
.numbers rect { fill: var(--link); }
.plot rect:hover { fill: var(--ink); }
.ends { justify-content: space-between; }
.rankings { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0 2rem; }
.rankings section { margin: 0 0 1.25rem; }
.rankings section h2 { margin: 0; position: static; }
.rankings ol { margin: 0; padding: 0; list-style: none; }
.rankings li { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 0 .6rem; padding: .1rem 0; }
.rankings li svg { grid-column: 1 / -1; width: 100%; height: 3px; }
.rankings li a { color: inherit; }

.note a, noscript a { text-decoration: underline; text-underline-offset: .15em; }
.note { padding: 3.5rem 1rem; text-align: center; color: var(--quiet); }
.note h1 { margin: 0 0 .5rem; color: var(--ink); font-size: 1.375rem; font-weight: 650; }
.note p { margin: .4rem auto; max-width: 34rem; text-wrap: balance; }

.one h1 { margin: .7rem 0 1.4rem; text-align: left; font-size: 1.5rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; }
.one .ways { padding: 0 0 1.6rem; }
.one article .b { width: 1.6rem; height: 1.6rem; font-size: .75rem; border-radius: .4rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .4rem 1.4rem; margin: 0 0 2.2rem; font-size: .9375rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
.one h2 { position: static; border: 0; padding: 0; font-size: 1rem; color: var(--ink); }
.raw .m { margin: .1rem 0 .5rem; }
.raw .m a { padding: .2rem 0; }
pre { margin: 0 0 1.5rem; padding: .9rem 1rem; overflow: auto; max-height: 44rem; border-radius: .5rem; background: var(--raised);
  white-space: pre-wrap; overflow-wrap: anywhere; font: .8125rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }

@media (max-width: 34rem) {
  body { padding: 0 .9rem 1.5rem; }
  header { position: relative; padding: 1rem 0 .7rem; }
  .name { padding-right: 2.2rem; }
  #theme { position: absolute; top: 1rem; right: 0; }
  .tools { margin-left: 0; pointer-events: none; }
  .tools > * { pointer-events: auto; }
  #live { flex-basis: 100%; justify-content: flex-start; }
  .state { margin-right: auto; }
  .list article { grid-template-columns: 1.7rem minmax(0, 1fr) auto; column-gap: .65rem; }
  .list .b { width: 1.7rem; height: 1.7rem; font-size: .75rem; border-radius: .42rem; }
  .list .o { display: none; }
  .one h1 { font-size: 1.25rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .6rem; }
  .ways a { flex: 1 0 auto; padding: .4rem .5rem; text-align: center; }
}
@media print {
  header nav, .ways, .services, form, .tools, #keys, .active a, #live, noscript { display: none !important; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { position: static; }
  .list article { padding: .3rem 0; break-inside: avoid; }
  .s a::after { content: " <" attr(href) ">"; color: var(--quiet); font-size: 8pt; }
  .b { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  pre { max-height: none; }
}
@media (prefers-reduced-motion: reduce) { .in { animation: none; } }
)css";

// Three lines of a timeline.
constexpr std::string_view icon =
    R"svg(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1757a6"/><g fill="#fff"><circle cx="8.5" cy="9" r="2.5"/><circle cx="8.5" cy="16" r="2.5"/><circle cx="8.5" cy="23" r="2.5"/><rect x="13.5" y="7.5" width="12" height="3" rx="1.5"/><rect x="13.5" y="14.5" width="12" height="3" rx="1.5"/><rect x="13.5" y="21.5" width="8" height="3" rx="1.5"/></g></svg>
)svg";

}  // namespace

// The dark theme is for the screen only: paper is white.
const std::string& style_sheet() {
    static const std::string sheet = squeezed_css(
        fmt::format("{}@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{{}"
                    "@media screen {{ :root[data-theme=dark] {{{}{}",
                    light, dark, dark, rest));
    return sheet;
}

std::string_view icon_svg() { return icon; }

const std::string& style_version() {
    static const std::string version = digest(style_sheet()).substr(0, 8);
    return version;
}

}  // namespace fedmsgbot
