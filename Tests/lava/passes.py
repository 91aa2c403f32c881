"""LAVA's own scheduler, pass by pass, and what its daemons and people do in between; one command per line on stdin,
one line on stdout in answer, which begins with "ok".

  pass             one pass of scheduler.py:schedule over all active workers; says how many jobs it gave to boards
  start            the worker says of every Scheduled job that it runs
  finish N SEED    ends N of the jobs that have a board, 0 for all, as the worker's last message does
  foreign N        somebody submits N jobs of type qemu that have no tags and go before all others
  cancel ID        somebody cancels a job
  cancel-foreign   somebody cancels all the foreign jobs that wait
  health HOST NAME somebody sets a board's health
  sync             `lava-server manage sync`

Run by `lava-server manage shell` in a LAVA 2023.01 whose settings name the test's database.
"""

import logging
import os
import random
import sys

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from lava_scheduler_app import scheduler
from lava_scheduler_app.models import Device, TestJob, Worker

logging.disable(logging.CRITICAL)
logger = logging.getLogger("passes")
admin = User.objects.get(username="admin")
DEFINITION = "job_name: foreign\ndevice_type: qemu\n"


def run_pass():
    before = TestJob.objects.filter(actual_device__isnull=False).count()
    workers = Worker.objects.filter(state=Worker.STATE_ONLINE, health=Worker.HEALTH_ACTIVE)
    scheduler.schedule(logger, None, list(workers.values_list("hostname", flat=True)))
    return TestJob.objects.filter(actual_device__isnull=False).count() - before


def start():
    for pk in TestJob.objects.filter(state=TestJob.STATE_SCHEDULED).values_list("pk", flat=True):
        with transaction.atomic():
            job = TestJob.objects.select_for_update().get(pk=pk)
            job.go_state_running()
            job.save()


def finish(count, seed):
    given = TestJob.objects.filter(state__in=[TestJob.STATE_SCHEDULED, TestJob.STATE_RUNNING], actual_device__isnull=False)
    given = list(given.order_by("pk").values_list("pk", flat=True))
    random.Random(seed).shuffle(given)
    for pk in given[:count or None]:
        with transaction.atomic():
            job = TestJob.objects.select_for_update().get(pk=pk)
            job.go_state_finished(TestJob.HEALTH_COMPLETE)
            job.save()


def foreign(count):
    for _ in range(count):
        TestJob.objects.create(
            submitter=admin, requested_device_type_id="qemu", definition=DEFINITION, original_definition=DEFINITION,
            description="foreign", priority=100, is_public=True)


def cancel(jobs):
    for pk in jobs:
        with transaction.atomic():
            job = TestJob.objects.select_for_update().get(pk=pk)
            job.go_state_canceling()
            job.save()


def health(host, name):
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=host)
        device.health = {"good": Device.HEALTH_GOOD, "maintenance": Device.HEALTH_MAINTENANCE}[name]
        device.save()


print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    answer = "ok"
    try:
        if words[0] == "pass":
            answer = "ok %d" % run_pass()
        elif words[0] == "start":
            start()
        elif words[0] == "finish":
            finish(int(words[1]), int(words[2]))
        elif words[0] == "foreign":
            foreign(int(words[1]))
        elif words[0] == "cancel":
            cancel([int(words[1])])
        elif words[0] == "cancel-foreign":
            cancel(TestJob.objects.filter(description="foreign", state=TestJob.STATE_SUBMITTED).values_list("pk", flat=True))
        elif words[0] == "health":
            health(words[1], words[2])
        elif words[0] == "sync":
            call_command("sync", stdout=open(os.devnull, "w"))
        else:
            answer = "no such command"
    except Exception as error:
        answer = "failed %s: %s" % (line.strip(), " ".join(repr(error).split())[:300])
        connection.close()
    print(answer, flush=True)
