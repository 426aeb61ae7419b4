# toot's own paging, as its terminal interface does it: URL. Prints the ids as one line of JSON.
import json
import sys

from toot import App, User, api

host = sys.argv[1].split("//")[1]
app = App(host, sys.argv[1], "", "")
user = User(host, "reader", "none")
pages = api.public_timeline_generator(app, user, local=True, limit=20)
print(json.dumps([status["id"] for page in pages for status in page]))
