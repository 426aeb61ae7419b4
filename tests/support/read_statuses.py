"""Prints an account's statuses, newest first, as Mastodon.py reads them: one JSON object a line.

read_statuses.py URL TOKEN
"""

import json
import sys

from mastodon import Mastodon

reader = Mastodon(api_base_url=sys.argv[1], access_token=sys.argv[2], version_check_mode="none")
me = reader.account_verify_credentials()
for status in reader.account_statuses(me["id"], limit=40):
    print(
        json.dumps(
            {
                "id": status["id"],
                "content": status["content"],
                "warning": status["spoiler_text"],
                "reply": status["in_reply_to_id"],
            }
        )
    )
