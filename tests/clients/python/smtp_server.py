"""A mail server that does with each mail what a script says, and prints it as a line of JSON.

smtp_server.py PORT SCRIPT [--tls smtps|starttls --cert FILE --key FILE] [--login USER:PASSWORD]

PORT 0 is any free port; the first line of the output is `listening PORT`. SCRIPT has a step for each mail, separated by commas;
after the last one, mails are accepted:

accept    takes the mail
CODE      answers with this code, and a text that repeats the mail
drop      takes the mail and ends the connection without an answer
break     ends the connection before the mail
hold      never answers
"""

import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def contents(raw):
    """What a reader sees of a mail."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    defects = [str(defect) for part in message.walk() for defect in part.defects]
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    return {
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "text": parts.get("text/plain"),
        "html": parts.get("text/html"),
        "defects": defects,
    }


class Handler:
    def __init__(self, script):
        self.steps = [step for step in script.split(",") if step]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.steps and self.steps[0] == "break":
            print(json.dumps({"did": self.steps.pop(0), "to": [address]}), flush=True)
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        step = self.steps.pop(0) if self.steps else "accept"
        tls = server.transport.get_extra_info("ssl_object") is not None
        said = {"did": step, "from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": tls}
        said |= contents(envelope.content)
        print(json.dumps(said), flush=True)
        if step == "accept":
            return "250 2.0.0 OK"
        if step == "drop":
            server.transport.abort()
            return "250 2.0.0 OK"
        if step == "hold":
            await asyncio.Event().wait()
        return f"{step} {envelope.content.decode(errors='replace').splitlines()[0]} {said['text'].splitlines()[0]}"


async def run(arguments):
    context = None
    if arguments.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.cert, arguments.key)
    options = {}
    if arguments.tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if arguments.login:
        def authenticate(server, session, envelope, mechanism, data):
            given = f"{data.login.decode()}:{data.password.decode()}"
            return AuthResult(success=given == arguments.login, handled=False)
        options |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": arguments.tls == "starttls"}
    handler = Handler(arguments.script)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="mail.test", enable_SMTPUTF8=True, **options),
        "127.0.0.1",
        arguments.port,
        ssl=context if arguments.tls == "smtps" else None,
    )
    print("listening", server.sockets[0].getsockname()[1], flush=True)
    # Ends with the test that started it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


parser = argparse.ArgumentParser()
parser.add_argument("port", type=int)
parser.add_argument("script")
parser.add_argument("--tls", choices=["smtps", "starttls"])
parser.add_argument("--cert")
parser.add_argument("--key")
parser.add_argument("--login")
asyncio.run(run(parser.parse_args()))
