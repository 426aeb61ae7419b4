#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace fedmsgbot::testing {

// A real Chromium without a window, spoken to over its debugging pipe. Throws when it is not installed, does not answer
// within a minute and a half or cannot load a page. It is ended, with all its helpers, when this dies.
class Browser {
public:
    // How the page is looked at.
    struct Look {
        int width = 1280;
        int height = 900;
        bool dark = false;
        bool scripts = true;
    };

    Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;
    ~Browser();

    // Opens a page and waits until it is loaded. Forgets what complaints() and requests() told of the page before.
    void open(const std::string& url, const Look& look);
    void open(const std::string& url);

    // Runs in every page that is opened from now on, before anything of its own does.
    void before_load(const std::string& script);

    // Of the page that is open:
    std::string dom();                                    // the document as the browser understood it
    std::string evaluate(const std::string& expression);  // a JavaScript expression's value, or its promise's, as text
    void press(const std::string& key);                   // a key as the DOM names it: "j", "Enter"
    void screenshot(const std::filesystem::path& file);   // PNG of what fits the window

    // Opened for it.
    std::string dom(const std::string& url);
    void screenshot(const std::string& url, const std::filesystem::path& file, int width, bool dark = false);

    // What stood in the console since the page was opened: errors, refused resources, violations of the content
    // policy, exceptions, and whatever a script of the page wrote there.
    std::vector<std::string> complaints();

    // Addresses that were asked for since the page was opened.
    std::vector<std::string> requests();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace fedmsgbot::testing
