"""Checks that an event is in the log of a Statuary account, without Statuary.

    python3 verify_proof.py PROOF HEAD

PROOF is a file that `statuary verify --proof ACCOUNT:SEQUENCE` printed ("-" is standard input). HEAD is the hash of the
account's last event at that time, in hex, from a source that you trust; `statuary verify` prints it. The script prints "yes"
and the event and exits with 0, or prints "no" and the reason and exits with 1. reference/event-log.md describes the format.
"""

import hashlib
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def refuse(reason):
    sys.exit(f"no: {reason}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        with sys.stdin if sys.argv[1] == "-" else open(sys.argv[1], encoding="utf-8") as file:
            proof = json.load(file)
        content = proof["event"]
        event = json.loads(content)
        # The hash of an event covers the previous hash and the digest of its content.
        # That of an erased event is the digest of the content as it was.
        erased = proof.get("content_sha256")
        digest = bytes.fromhex(erased) if erased else sha256(content.encode())
        running = sha256(bytes.fromhex(proof["previous_hash"]) + digest)
        for digest in proof["following"]:
            running = sha256(running + bytes.fromhex(digest))
        account, sequence, following = proof["account_id"], proof["sequence"], len(proof["following"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        refuse(f"this is no proof ({type(error).__name__}: {error})")

    if (event["account_id"], event["sequence"]) != (account, sequence):
        refuse("the event is another than the proof says")
    if running.hex() != sys.argv[2].strip().lower():
        refuse(f"it does not lead to that head, but to {running.hex()}")
    print(f"yes: event {sequence} of account {account} is in the log, and {following} events follow it")
    if erased:
        print("its content was erased since; what is left of it:")
    print(json.dumps(event, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
