#!/usr/bin/python3
"""Says whether requests are signed as OAuth 1.0a wants it: by oauthlib, which shares nothing with the program.

Reads a JSON object a line from standard input: method, uri, headers, body, clients and tokens (secrets by key).
Writes an empty line when it is ready, and a line for each: nothing where the signature is right, else what is wrong.
"""

import json
import logging
import sys

from oauthlib.oauth1 import RequestValidator, SignatureOnlyEndpoint


class Complaints(logging.Handler):
    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


class Validator(RequestValidator):
    """Keeps every nonce: one that comes twice is a request that was repeated."""

    enforce_ssl = False  # loopback
    nonce_length = 8, 64
    client_key_length = 3, 64
    safe_characters = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
    allowed_signature_methods = ["HMAC-SHA1"]
    dummy_client = "nobody"

    def __init__(self):
        super().__init__()
        self.seen = set()
        self.clients = {}
        self.tokens = {}

    def validate_timestamp_and_nonce(self, client_key, timestamp, nonce, request, **_):
        used = (client_key, timestamp, nonce)
        if used in self.seen:
            logging.getLogger("oauthlib").info("a nonce that was used before")
            return False
        self.seen.add(used)
        return True

    def validate_client_key(self, client_key, request):
        return client_key in self.clients

    def get_client_secret(self, client_key, request):
        return self.clients.get(client_key, "no secret")

    def get_access_token_secret(self, client_key, token, request):
        return self.tokens.get(token, "no secret")


def main():
    complaints = Complaints()
    logger = logging.getLogger("oauthlib")
    logger.setLevel(logging.INFO)
    logger.addHandler(complaints)
    logger.propagate = False
    validator = Validator()
    endpoint = SignatureOnlyEndpoint(validator)
    print(flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        complaints.said.clear()
        validator.clients = asked["clients"]
        validator.tokens = asked["tokens"]
        is_valid, _ = endpoint.validate_request(
            asked["uri"], http_method=asked["method"], body=asked["body"], headers=asked["headers"])
        why = "" if is_valid else " ".join(complaints.said) or "the signature is wrong"
        print(why.replace("\n", " "), flush=True)


main()
