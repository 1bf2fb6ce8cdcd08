"""One process of a crowd that signs in at once, on a Hub of its own: `python -m tests.attacks.crowd WORD FOLDER`.

make    the scene, and a browser that waits for its code; its cookie and a wrong code go into FOLDER
code    with threads, try wrong codes in that one browser
ask     with threads, ask for codes for one address
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

THREADS, EACH = 5, 6


def main(word: str, folder: str) -> None:
    from hub.cli.manage import set_up_django

    set_up_django()
    from django.conf import settings
    from django.core import mail
    from django.db import connections
    from django.test import Client

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    mail.outbox = []
    from tests.people.test_sign_in import MARA, another, code_sent
    from tests.scene import a_scene

    kept = Path(folder) / "kept.json"
    if word == "make":
        a_scene()
        client = Client(HTTP_HOST="localhost")
        client.post("/sign-in/", {"email": MARA})
        client.get("/sign-in/code/")
        kept.write_text(
            json.dumps({"cookies": {name: each.value for name, each in client.cookies.items()}, "code": another(code_sent())})
        )
        from django.core.cache import cache

        cache.clear()
        return
    given = json.loads(kept.read_text())

    def once(_: int) -> tuple[int, int, int]:
        client = Client(HTTP_HOST="localhost", raise_request_exception=False)
        if word == "code":
            for name, value in given["cookies"].items():
                client.cookies[name] = value
            answer = client.post("/sign-in/code/", {"code": given["code"]})
            wrong = int(b"That is not the code" in answer.content)
        else:
            answer, wrong = client.post("/sign-in/", {"email": MARA}), 0
        connections.close_all()
        return 1, wrong, int(answer.status_code >= 500)

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as crowd:
        told = list(crowd.map(once, range(THREADS * EACH)))
    everything, wrong, broken = (sum(each) for each in zip(*told, strict=True))
    print(json.dumps({"all": everything, "wrong": wrong, "broken": broken, "sent": len(mail.outbox)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
