#include "tests/support/snac.h"

#include <cstdlib>
#include <regex>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/support/http_call.h"
#include "tests/support/process.h"
#include "tests/support/world.h"

namespace fedmsgbot::testing {

namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

const std::string no_redirect = "urn:ietf:wg:oauth:2.0:oob";

// Two tests that start at once must not unpack over each other: flock lets the second one wait.
std::string program() {
    const auto folder = std::filesystem::path(binary()).parent_path() / "snac";
    std::filesystem::create_directories(folder);
    const auto script = source_folder() / "tests/support/fetch_snac.sh";
    const auto fetched =
        run({"flock", (folder / "lock").string(), "sh", script.string(), folder.string()}, {}, std::chrono::minutes(5));
    if (fetched.status != 0)
        throw std::runtime_error("snac2 cannot be fetched from Debian's bookworm-backports:\n" + fetched.errors);
    return (folder / "usr/bin/snac").string();
}

void check(const Finished& finished, const std::string& what) {
    if (finished.status != 0) throw std::runtime_error(what + ": " + finished.output + finished.errors);
}

}  // namespace

struct Snac::State {
    std::string data() const { return (folder / "data").string(); }
    void make_server();
    std::string make_user();  // its password
    void start();
    void make_token();
    std::string allow(const std::string& target) const;
    std::string call(const std::string& method, const std::string& target, const std::string& form) const;

    const std::string snac = program();
    const std::uint16_t port = free_port();
    TempFolder folder;
    std::unique_ptr<Process> server;
    std::string password;
    std::string token;
};

void Snac::State::make_server() {
    Process::Options options;
    options.input = "127.0.0.1\n" + std::to_string(port) + "\nlocalhost:" + std::to_string(port) + "\n\n\n";
    check(run({snac, "init", data()}, options), "snac init");
    const auto settings_file = folder / "data/server.json";
    auto settings = Json::parse(read_file(settings_file));
    settings["protocol"] = "http";
    // It sends every post to itself as well; with few threads they all wait for each other until a time-out.
    settings["num_threads"] = 32;
    write_file(settings_file, settings.dump(4));
}

std::string Snac::State::make_user() {
    const auto added = run({snac, "adduser", data(), "bus"});
    check(added, "snac adduser");
    std::smatch found;
    const std::string said = added.output + added.errors;
    if (!std::regex_search(said, found, std::regex("password is ([^ \n]+)")))
        throw std::runtime_error("snac adduser gave no password: " + said);
    return found[1];
}

void Snac::State::start() {
    server = std::make_unique<Process>(std::vector<std::string>{snac, "httpd", data()});
    if (!eventually([&] { return accepts_connections(port); })) throw std::runtime_error("snac: " + server->errors());
}

std::string Snac::State::call(const std::string& method, const std::string& target, const std::string& form) const {
    std::map<std::string, std::string> headers;
    if (!form.empty()) headers["Content-Type"] = "application/x-www-form-urlencoded";
    if (!token.empty()) headers["Authorization"] = "Bearer " + token;
    const auto answer = http_call(port, method, target, headers, form);
    if (answer.status != 200)
        throw std::runtime_error("snac: " + target + ": " + std::to_string(answer.status) + " " + answer.body);
    return answer.body;
}

void Snac::State::make_token() {
    const auto app =
        Json::parse(call("POST", "/api/v1/apps", "client_name=test&scopes=read+write&redirect_uris=" + no_redirect));
    const std::string id = app.at("client_id");
    const std::string code =
        allow("/oauth/authorize?response_type=code&scope=read+write&redirect_uri=" + no_redirect + "&client_id=" + id);
    const std::string secret = app.at("client_secret");
    const auto granted = Json::parse(call("POST", "/oauth/token",
                                          "grant_type=authorization_code&client_id=" + id + "&client_secret=" + secret +
                                              "&redirect_uri=" + no_redirect + "&code=" + code));
    token = granted.at("access_token");
}

// Fills in the page's form and sends it, with what it hides.
std::string Snac::State::allow(const std::string& target) const {
    const std::string page = call("GET", target, "");
    static const std::regex action("<form method=\"post\" action=\"http://[^/\"]*([^\"]*)\"");
    static const std::regex hidden("<input type=\"hidden\" name=\"([a-z]+)\" value=\"([^\"]*)\"");
    std::smatch form;
    if (!std::regex_search(page, form, action)) throw std::runtime_error("snac shows no form: " + page);
    std::string escaped;  // base64
    for (const char c : password) escaped += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
    std::string fields = "login=bus&passwd=" + escaped;
    for (std::sregex_iterator field(page.begin(), page.end(), hidden), end; field != end; ++field)
        fields += "&" + (*field)[1].str() + "=" + (*field)[2].str();
    return call("POST", form[1], fields);
}

Snac::Snac() : state_(std::make_unique<State>()) {
    ::setenv("no_proxy", "127.0.0.1,localhost", 1);  // as in HttpScript
    state_->make_server();
    state_->password = state_->make_user();
    state_->start();
    state_->make_token();
}
Snac::~Snac() = default;

std::string Snac::url() const { return "http://localhost:" + std::to_string(state_->port); }
const std::string& Snac::token() const { return state_->token; }

std::string Snac::allow(const std::string& url) const { return state_->allow(url.substr(Snac::url().size())); }

void Snac::go_down() { state_->server.reset(); }
void Snac::come_up() { state_->start(); }

std::vector<std::string> Snac::posts() const {
    const auto me = Json::parse(state_->call("GET", "/api/v1/accounts/verify_credentials", ""));
    const auto list = Json::parse(
        state_->call("GET", "/api/v1/accounts/" + me.at("id").get<std::string>() + "/statuses?limit=256", ""));
    std::vector<std::string> posts;
    for (const auto& status : list) posts.push_back(status.at("content"));
    return posts;
}

}  // namespace fedmsgbot::testing
