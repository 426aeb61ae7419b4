# Mastodon.py, which knows nothing of us, asks a timeline: URL page|stream LAST|ask. Prints one line of JSON, or a line
# `listening` before it.
import json
import sys

import mastodon


def page(client):
    seen = []
    statuses = client.timeline_public(limit=20, local=True)
    while statuses:
        seen += [status.id for status in statuses]
        statuses = client.fetch_next(statuses)
    newest = client.timeline_public(limit=5, min_id=seen[-1])
    back = [status.id for status in client.fetch_previous(newest)]
    return {"ids": seen, "newest": [status.id for status in newest], "back": back}


class Listener(mastodon.StreamListener):
    def __init__(self, last):
        self.last = last
        self.seen = []

    def handle_heartbeat(self):
        if not self.seen:
            print("listening", flush=True)

    def on_update(self, status):
        self.seen.append(status.id)
        if status.id == self.last:
            raise StopIteration


def stream(client, last):
    listener = Listener(last)
    try:
        client.stream_public(listener)
    except StopIteration:
        pass
    return {"ids": listener.seen}


def ask(client):
    instance = client.instance()
    git = client.account_lookup("git")
    status = client.account_statuses(git.id, limit=1)[0]
    tagged = client.timeline_hashtag("kernel", limit=3)
    found = client.search("sentence", result_type="statuses")
    info = client.instance_nodeinfo()
    refused = ""
    try:
        client.account_verify_credentials()
    except mastodon.MastodonUnauthorizedError as error:
        refused = error.args[3]
    written = ""
    try:
        client.status_post("x")
    except mastodon.MastodonAPIError as error:
        written = error.args[3]
    return {
        "title": instance.title,
        "git": git.acct,
        "bot": git.bot,
        "says": client.status(status.id).content,
        "year": status.created_at.year,
        "tagged": len(tagged),
        "found": len(found.statuses),
        "answers": len(client.status_context(status.id).descendants),
        "software": info.software.name,
        "healthy": client.stream_healthy(),
        "refused": refused,
        "written": written,
    }


client = mastodon.Mastodon(api_base_url=sys.argv[1])
command = sys.argv[2]
if command == "stream":
    print(json.dumps(stream(client, int(sys.argv[3]))))
else:
    print(json.dumps({"page": page, "ask": ask}[command](client)))
