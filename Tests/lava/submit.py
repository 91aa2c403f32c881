"""Submits definitions through LAVA's own REST, one JSON object per line on stdin, one answer per line on stdout.

  {"keep": false, "text": TEXT}   submits and takes it back: the answer has the job's row, its tags and its groups
  {"keep": true, "text": TEXT}    submits for good: the answer has the job's id

The answer is {"id", "row"}, {"refused": WORDS} with LAVA's own words, or {"broken": WORDS} where LAVA raised what its
REST does not answer (HTTP 500). Run by `lava-server manage shell` in a LAVA whose settings name the test's database.
LAVA_SUBMITTER names the user.
"""

import json
import os
import sys

from django.contrib.auth.models import User
from django.db import connection, transaction
from rest_framework.test import APIClient

client = APIClient(HTTP_HOST="localhost")
client.force_authenticate(user=User.objects.get(username=os.environ.get("LAVA_SUBMITTER", "ci-bot")))

ROW = """
SELECT (to_jsonb(j) || jsonb_build_object(
         'tags', (SELECT coalesce(jsonb_agg(t.name ORDER BY t.name), '[]') FROM lava_scheduler_app_testjob_tags x
                    JOIN lava_scheduler_app_tag t ON t.id = x.tag_id WHERE x.testjob_id = j.id),
         'groups', (SELECT coalesce(jsonb_agg(g.name ORDER BY g.name), '[]')
                      FROM lava_scheduler_app_testjob_viewing_groups x
                      JOIN auth_group g ON g.id = x.group_id WHERE x.testjob_id = j.id)))::text
  FROM lava_scheduler_app_testjob j WHERE j.id = %s
"""


def row(job):
    with connection.cursor() as cursor:
        cursor.execute(ROW, [job])
        return json.loads(cursor.fetchone()[0])


def submit(text):
    try:
        answer = client.post("/api/v0.2/jobs/", {"definition": text}, format="json")
    except Exception as error:
        return {"broken": "%s: %s" % (type(error).__name__, error)}
    if answer.status_code == 201:
        return {"id": answer.data["job_ids"][0]}
    if answer.status_code >= 500:
        return {"broken": "HTTP %d" % answer.status_code}
    words = answer.data.get("message") or answer.data.get("definition") or answer.data
    return {"refused": words[0] if isinstance(words, list) else str(words)}


def trial(text):
    with transaction.atomic():
        answer = submit(text)
        # A multinode job's ids are texts.
        if isinstance(answer.get("id"), int):
            answer["row"] = row(answer["id"])
        transaction.set_rollback(True)
    return answer


print("ready", flush=True)
for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = (submit if question["keep"] else trial)(question["text"])
    except Exception as error:
        answer = {"broken": "%s: %s" % (type(error).__name__, error)}
    # LAVA's words may repeat half of a surrogate pair, which no JSON can hold.
    text = json.dumps(answer, default=str, ensure_ascii=False).encode("utf-8", "replace")
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()
