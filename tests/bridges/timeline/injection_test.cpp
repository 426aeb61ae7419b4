// Hostile text in every place that a stranger can reach, on every page, in a real Chromium: a page must come out as the
// same tree of elements and attributes that harmless text gives.

#include <regex>

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bridges/timeline/live_browser.h"
#include "tests/bridges/timeline/live_timeline.h"

using namespace fedmsgbot;
using namespace fedmsgbot::testing;

namespace {

// Each tries `owned()`, which the test defines.
const std::vector<std::string> corpus = {
    // Elements, and ways out of what they might stand in.
    "<script>owned()</script>",
    "</script><script>owned()</script>",
    "</title><script>owned()</script>",
    "</style></textarea></noscript></template><img src=x onerror=owned()>",
    "</pre></p></article></main></body></html><svg onload=owned()>",
    "--><!--><img src=x onerror=owned()>",
    "<![CDATA[<img src=x onerror=owned()>]]>",
    "<svg><animate onbegin=owned() attributeName=x></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=owned()>",
    "<details open ontoggle=owned()>",
    "<input autofocus onfocus=owned()>",
    "<iframe srcdoc=\"<script>parent.owned()</script>\"></iframe>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example/><button>press</button></form>",
    "<template><script>owned()</script></template>",
    "<plaintext>",
    "<xmp><p title=\"</xmp><img src=x onerror=owned()>\">",
    // Attributes.
    "\" onmouseover=\"owned()\" x=\"",
    "' onfocus='owned()' autofocus tabindex=1 x='",
    "` onclick=owned() `",
    "\"><img src=x onerror=owned()>",
    "x onload=owned() y",
    "\" style=\"position:fixed;inset:0;background:red",
    "\" class=\"fresh\" id=\"live",
    "&#34; onclick=&#34;owned()",
    "&quot;&gt;&lt;script&gt;owned()&lt;/script&gt;",
    "&lt;script&gt;owned()&lt;/script&gt;",
    "&#x3c;script&#x3e;owned()&#x3c;/script&#x3e;",
    // Addresses.
    "javascript:owned()",
    "JaVaScRiPt:owned()//https://x",
    " java\tscript:owned()",
    "data:text/html,<script>owned()</script>",
    "vbscript:owned()",
    "//evil.example/",
    "https://ok.example/\" onclick=\"owned()",
    "https://ok.example/'><script>owned()</script>",
    "?user=x&not_user=y#m1",
    "../../m/1",
    // Directions, controls, broken letters.
    "\u202eowned\u202c txt.exe",
    "\u2066\u2067\u2068x\u2069 \u061c\u200e\u200f",
    "a\rb\nc\td",
    "\xc0\xbcscript\xc0\xbeowned()",
    "\xf8\x80\x80\x80\x80 \xff\xfe \xed\xa0\x80",
    "a\u2028owned()\u2029b\ufeff",
    // Other languages' ways in.
    "{{constructor.constructor('owned()')()}} ${owned()} <%= owned() %> #{owned()}",
    "%3Cscript%3Eowned()%3C/script%3E",
    "{} {0} {:999999} %s %n %%",
    "\\u003cscript\\u003eowned()\\u003c/script\\u003e \\\"",
    "]]></text><script>owned()</script>",
    "data: x\n\nevent: gap\ndata: {}\n\n",
};

std::string percent(const std::string& text) {
    std::string out;
    for (const char c : text) out += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    return out;
}

std::shared_ptr<Line> line_of(const std::string& text) {
    auto line = std::make_shared<Line>();
    for (auto* field : {&line->rule, &line->service, &line->title, &line->text, &line->link, &line->icon,
                        &line->secondary_icon, &line->agent, &line->long_form})
        *field = text;
    for (auto* list : {&line->usernames, &line->packages, &line->objects}) *list = {text};
    return line;
}

std::string body_of(const std::string& text) {
    return nlohmann::json({{"topic", "org.fedoraproject.prod.a.b"}, {"msg_id", "id"}, {"msg", {{text, text}}}})
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What runs before any page's own scripts: owned() tells the test.
const std::string trap = "window.owned = () => console.error('OWNED')";

// What a page is, without its texts: the tree of its elements and attributes, but for the bare VAR that stands for each
// <word> of a sentence's shape; where it leads to besides this site; and
// whether a control of the writing direction is left.
const std::string describe = R"js(
    const describe = page => ({
        tree: [...page.querySelectorAll('*')].map(e => e.tagName + '[' + [...e.attributes].map(a => a.name).sort() + ']')
            .filter(e => e !== 'VAR[]').join('\n'),
        strangers: [...page.querySelectorAll('[href], [src], [action], [data]')]
            .map(e => e.getAttribute('href') ?? e.getAttribute('src') ?? e.getAttribute('action') ?? e.getAttribute('data'))
            .filter(a => { const to = new URL(a, location.origin + '/m/');
                           return to.origin !== location.origin && to.host !== 'ok.example'; }).join('\n'),
        turns: /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/.test(page.documentElement.outerHTML),
    });
)js";

// Of the page that is open, and of others as this browser's parser understands them.
nlohmann::json opened(Browser& browser) {
    return nlohmann::json::parse(
        browser.evaluate("(() => {" + describe + "return JSON.stringify(describe(document)); })()"));
}
nlohmann::json fetched(Browser& browser, const std::vector<std::string>& paths) {
    return nlohmann::json::parse(
        browser.evaluate("(async () => {" + describe +
                         "const read = async path => describe(new DOMParser().parseFromString(await (await "
                         "fetch(path)).text(), 'text/html')); return JSON.stringify(await Promise.all(" +
                         nlohmann::json(paths).dump() + ".map(read))); })()"));
}

struct Hostile {
    explicit Hostile(const std::string& text)
        : timeline({}, {{text, {text}, text, "<" + text + "> " + text, text, text}}) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        timeline.add(message_of(body_of(text)), line_of(text), now);
        auto second = nlohmann::json::parse(body_of(text));
        second["msg_id"] = "id 2";
        timeline.add(message_of(second.dump()), line_of(text), now);
        timeline.deliver();
    }
    LiveTimeline timeline;
};

// Every page, with the text also where the address holds it.
std::vector<std::string> paths(const std::string& text) {
    const auto value = percent(text);
    return {"/?grouped=true",
            "/?before=2",
            fmt::format("/?contains={0}&user={0}&package={0}&category={0}&not_user={0}x&before=1", value),
            fmt::format("/?category=nothing&user={}", value),
            "/stats",
            "/topics",
            fmt::format("/topics?pattern={}", value),
            fmt::format("/?topic=..{}", value),
            fmt::format("/?before={}", value),
            fmt::format("/?grouped={}", value),
            fmt::format("/m/{}", value),
            fmt::format("/{}", value)};
}

// An address that may be followed becomes a link; a search for it may find what is there, or nothing.
bool may_differ(const std::string& text, const std::string& path) {
    return text.starts_with("https://ok.example/") || path.find("pattern=") != std::string::npos;
}

void check(const nlohmann::json& page, const nlohmann::json& expected, bool may_differ) {
    if (!may_differ) CHECK(page["tree"] == expected["tree"]);
    CHECK_FALSE(std::regex_search(page["tree"].get<std::string>(), std::regex("[\\[,]on")));  // no handlers
    CHECK(page["strangers"] == "");
    CHECK(page["turns"] == false);
}

}  // namespace

TEST_CASE("hostile text changes no page's elements, attributes or targets, and runs nothing") {
    const std::string harmless = "harmless";
    const Hostile plain(harmless);
    Browser browser;
    browser.before_load(trap);
    browser.open(plain.timeline.url("/m/1"));
    const auto own = opened(browser);
    browser.open(plain.timeline.url("/"));
    const auto front = opened(browser);
    const auto others = fetched(browser, paths(harmless));
    for (const auto& text : corpus) {
        INFO(text);
        const Hostile hostile(text);
        browser.open(hostile.timeline.url("/m/1"));
        check(opened(browser), own, may_differ(text, ""));
        CHECK(browser.complaints().empty());
        browser.open(hostile.timeline.url("/"));
        check(opened(browser), front, may_differ(text, ""));
        CHECK(browser.complaints().empty());
        const auto at = paths(text);
        const auto found = fetched(browser, at);
        for (std::size_t i = 0; i < at.size(); ++i) {
            INFO(at[i]);
            check(found[i], others[i], may_differ(text, at[i]));
        }
    }
}

TEST_CASE("hostile text that comes live is put into the page as text") {
    LiveTimeline timeline;
    Browser browser;
    browser.before_load(trap);
    browser.open(timeline.url("/"));
    CHECK(eventually_in(browser, is_live) == "yes");
    for (std::size_t i = 0; i < corpus.size(); ++i)
        timeline.add(message(fmt::format("id-{}", i)), line_of(corpus[i]), at_second(1385298000));
    timeline.add(message("last"), line_of("the last"), at_second(1385298000));
    timeline.deliver();
    CHECK(eventually_in(browser, "document.querySelector('.fresh').hidden && " + first_row + " === 'the last'") ==
          "yes");
    CHECK(browser.evaluate(row_count) == std::to_string(corpus.size() + 1));
    CHECK(opened(browser)["strangers"] == "");
    CHECK(opened(browser)["turns"] == false);
    CHECK(browser.evaluate("document.querySelectorAll('article script, article img, article svg, article form, article "
                           "iframe, article input, article [style], [onerror], [onclick], [onload]').length") == "0");
    CHECK(browser.complaints().empty());
}
