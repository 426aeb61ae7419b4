#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "bot/core/receipt.h"

namespace fedmsgbot {

// Which posts a network may be refusing for what they say: a word that its filter knows, a text at which it closes the
// link or throws us out. To repeat such a post for ever would close its channel to all that come after it. But a ban, a
// mode or a dead link is no text's fault. So a post is condemned only after `most_strikes` times that it, and nothing
// else, was refused, while after each of them another post, a witness, got through; else it stays owed. Pure. It knows
// posts that are under way or come next, by channel and entry, and no others. One thread.
class Suspects {
public:
    enum class Ground {
        refused,  // and nothing more happened
        removed,  // the channel threw us out
        closed,   // the server closed the link
    };
    static constexpr int most_strikes = 3;

    // It was lost together with others, and one of them may be to blame: from now on it is said alone.
    void suspect(const std::string& channel, Entry entry);
    // It was lost, and it was about this post; `words` are the server's.
    void accuse(const std::string& channel, Entry entry, Ground ground, std::string words);
    // It was delivered.
    void acquit(const std::string& channel, Entry entry);
    // Another post got through in this channel.
    void witness(const std::string& channel);
    // It is tried once more though there was no witness; the accusation counts for nothing.
    void reprieve(const std::string& channel, Entry entry);
    // Nothing before this entry is owed any more.
    void forget_before(const std::string& channel, Entry entry);

    bool is_empty() const { return known_.empty(); }
    bool knows(const std::string& channel, Entry entry) const { return find(channel, entry) != nullptr; }
    // It cost us the channel or the link last time, and before: others go first, so that there can be a witness. Once
    // happens to anybody, and to keep the order is worth another try.
    bool awaits_witness(const std::string& channel, Entry entry) const;
    bool has_cost_link(const std::string& channel, Entry entry) const;
    int accusations(const std::string& channel, Entry entry) const;
    // Why it is to be given up; nothing while it is not.
    std::optional<std::string> verdict(const std::string& channel, Entry entry) const;

private:
    using Key = std::pair<std::string, Entry>;
    struct Suspect {
        int accusations = 0;
        int strikes = 0;
        std::optional<Ground> accusation{};  // that no witness has confirmed yet
        std::string words{};
    };

    const Suspect* find(const std::string& channel, Entry entry) const;

    std::map<Key, Suspect> known_;
};

}  // namespace fedmsgbot
