#include "bridges/microblog/html_text.h"

#include <catch2/catch.hpp>

#include "bot/core/text.h"

namespace fedmsgbot {

TEST_CASE("a post's HTML is read as its reader sees it") {
    CHECK(html_to_text("<p>one</p><p>two<br>three<br />four</p>") == "one two three four");
    CHECK(html_to_text("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#39; &#x2014; &hellip;&nbsp;f") ==
          "a & b <c> \"d\" 'e' \u2014 \u2026 f");
    CHECK(html_to_text("<a href=\"https://x.example/a\"><span class=\"invisible\">https://</span><span>x.example/"
                       "</span><span class=\"invisible\">a</span></a>") == "https://x.example/a");
}

TEST_CASE("what is no HTML stays, and nothing hostile hurts") {
    CHECK(html_to_text("1 < 2 & 3 > 2; &unknown; &#; &#x; &#9999999; &") ==
          "1 < 2 & 3 > 2; &unknown; &#; &#x; \ufffd &");
    CHECK(html_to_text("&#0;&#xd800;&#x110000;") == "\ufffd\ufffd\ufffd");
    CHECK(html_to_text("<a href=\"never closed").empty());
    CHECK(html_to_text("").empty());
    CHECK(is_valid_utf8(html_to_text("\xff\xc3<b>\xe2\x82")));
    CHECK(html_to_text(std::string(300000, '<')).size() == 300000);
}

TEST_CASE("what was sent is recognised in what servers make of it") {
    const std::string sent = "*x* pushed \"a_b\" :-) to kernel-1.2~rc1 & <b>more</b>… https://x.example/a?b=c&d=e_f";
    const std::string address = "<a href=\"https://x.example/a?b=c&amp;d=e_f\">https://x.example/a?b=c&amp;d=e_f</a>";
    CHECK(reads_alike(sent, "<p>*x* pushed &quot;a_b&quot; :-) to kernel-1.2~rc1 &amp; &lt;b&gt;more&lt;/b&gt;… " +
                                address + "</p>"));
    // snac: smileys, emphasis, our tags taken for its own, bare ampersands
    CHECK(reads_alike(sent,
                      "<i>x</i> pushed \"a_b\" &#128578; to kernel-1.2~rc1 & <b>more</b>… <a "
                      "href=\"https://x.example/a?b=c&d=e_f\">https://x.example/a?b=c&d=e_f</a><br>"));
    CHECK(reads_alike("to @\u200bralph #kernel", "<p>to @ralph <a href=\"/tags/kernel\">#<span>kernel</span></a></p>"));
    CHECK(reads_alike("日本語 привет é", "<p>日本語 привет é</p>"));
}

TEST_CASE("another post is not taken for what was sent") {
    CHECK_FALSE(reads_alike("build 1 failed", "<p>build 2 failed</p>"));
    CHECK_FALSE(reads_alike("build 1 failed", "<p>build 1 failed again</p>"));
    CHECK_FALSE(reads_alike("build 1 failed again", "<p>build 1 failed</p>"));
    CHECK_FALSE(reads_alike("привет", "<p>другое</p>"));
    CHECK_FALSE(reads_alike("text", ""));
    CHECK_FALSE(reads_alike("👍", "<p>👎</p>"));
    CHECK(reads_alike("👍", "<p>👍</p>"));
}

TEST_CASE("a text as HTML is read back as the text, and its addresses are links") {
    const std::string text =
        GENERATE(as<std::string>{}, "", "<b>&amp;</b> \"x\" 'y'", "see https://a.example/?x=1&y=<z>.",
                 "(http://a.example/x)", "http:// https://", "a https://a.example/1 b http://b/2");
    CHECK(html_to_text(escape_html(text)) == text);
    CHECK(html_to_text(text_to_html(text)) == text);
    CHECK(text_to_html(text).find("<b>") == std::string::npos);
}

TEST_CASE("a link ends before the punctuation of the sentence around it") {
    CHECK(text_to_html("(http://a.example/x), and") == "(<a href=\"http://a.example/x\">http://a.example/x</a>), and");
    CHECK(text_to_html("http://a.example/\"onclick=x") ==
          "<a href=\"http://a.example/\">http://a.example/</a>&quot;onclick=x");
    CHECK(text_to_html("javascript:x") == "javascript:x");
}

}  // namespace fedmsgbot
