"""Changes a lab as LAVA's own code does, one per line on stdin; answers each with one line on stdout.

  change SEED   one random change through the models, their signals, REST or queryset.update()
  sync SEED     rewrites some device dictionaries, then `lava-server manage sync`
  save HOST N   saves a device N times, its state flipping; answers with the seconds it took

An answer begins with "ok" or, where LAVA raised, with "refused". Run by `lava-server manage shell` in a LAVA whose
settings name the test's database.
"""

import os
import random
import sys
import time

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection, transaction
from lava_scheduler_app.models import (
    Alias, Device, DeviceType, GroupDevicePermission, GroupDeviceTypePermission, Tag, TestJob, Worker,
)
from rest_framework.test import APIClient

FOLDER = "/lab/devices"
admin = User.objects.get(username="admin")
client = APIClient(HTTP_HOST="localhost")
client.force_authenticate(user=admin)


def pick(dice, objects):
    count = objects.count()
    return objects.order_by("pk")[dice.randrange(count)] if count else None


def health(dice):
    device = pick(dice, Device.objects.all())
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device.pk)
        device.health = dice.randrange(6)
        device.log_admin_entry(admin, "by the test")
        device.save()


def job(dice):
    """A job's whole life on a board, as scheduler and lava-logs drive it."""
    device = Device.objects.filter(state=Device.STATE_IDLE).order_by("pk")
    device = pick(dice, device)
    if device is None:
        return
    work = TestJob.objects.create(
        submitter=admin, requested_device_type=device.device_type, definition="{}", original_definition="{}",
        health_check=dice.random() < 0.3)
    steps = dice.randrange(4)
    with transaction.atomic():
        device = Device.objects.select_for_update().get(pk=device.pk)
        work.go_state_scheduled(device)
        work.save()
    if steps > 0:
        work.go_state_running()
        work.save()
    if steps > 1:
        # In one transaction, as views.py:internal_v1_jobs has it: the device names the job before the job is saved.
        with transaction.atomic():
            health = dice.choice([TestJob.HEALTH_COMPLETE, TestJob.HEALTH_INCOMPLETE])
            work.go_state_finished(health, dice.random() < 0.3)
            work.save()


def finish(dice):
    work = pick(dice, TestJob.objects.filter(state__in=[TestJob.STATE_SCHEDULED, TestJob.STATE_RUNNING]))
    if work is not None:
        with transaction.atomic():
            work.go_state_finished(TestJob.HEALTH_COMPLETE)
            work.save()


def worker_state(dice):
    worker = pick(dice, Worker.objects.all())
    worker.go_state_offline() if dice.random() < 0.4 else worker.go_state_online()
    worker.save()


def worker_health(dice):
    worker = pick(dice, Worker.objects.all())
    with transaction.atomic():
        name = dice.choice(["go_health_active", "go_health_active", "go_health_maintenance", "go_health_retired"])
        getattr(worker, name)(admin, "by the test")
        worker.save()


def worker_rows(dice):
    name = "python-worker-%d" % dice.randrange(4)
    worker, created = Worker.objects.get_or_create(hostname=name)
    if not created and dice.random() < 0.5:
        worker.delete()
    else:
        worker.job_limit = dice.randrange(4)
        worker.save()


def move(dice):
    device = pick(dice, Device.objects.all())
    device.worker_host = dice.choice([None, pick(dice, Worker.objects.all()), pick(dice, Worker.objects.all())])
    device.device_type = pick(dice, DeviceType.objects.all())
    device.save()


def tags(dice):
    device = pick(dice, Device.objects.all())
    tag = Tag.objects.get_or_create(name="python-tag-%d" % dice.randrange(20))[0]
    dice.choice([
        lambda: device.tags.add(tag), lambda: device.tags.remove(tag), lambda: device.tags.clear(),
        lambda: device.tags.set([tag, pick(dice, Tag.objects.all())])])()


def tag_rows(dice):
    tag = pick(dice, Tag.objects.all())
    if dice.random() < 0.3:
        tag.delete()
    else:
        tag.name = "renamed-%d-%d" % (tag.pk, dice.randrange(3))
        tag.save()


def device_type(dice):
    kind = pick(dice, DeviceType.objects.all())
    kind.display = not kind.display
    kind.save()


def alias(dice):
    name = "python-alias-%d" % dice.randrange(10)
    found = Alias.objects.filter(name=name)
    if found:
        found.delete()
    else:
        Alias.objects.create(name=name, device_type=pick(dice, DeviceType.objects.all()))


def device_rows(dice):
    name = "python-board-%d" % dice.randrange(6)
    found = Device.objects.filter(hostname=name).first()
    if found is None:
        Device.objects.create(
            hostname=name, device_type=pick(dice, DeviceType.objects.all()), worker_host=pick(dice, Worker.objects.all()))
    else:
        found.delete()


def permission(dice):
    group = Group.objects.get_or_create(name="python-group-%d" % dice.randrange(3))[0]
    if dice.random() < 0.5:
        manager, target = GroupDevicePermission.objects, pick(dice, Device.objects.all())
        codename = dice.choice(["view_device", "submit_to_device", "change_device"])
    else:
        manager, target = GroupDeviceTypePermission.objects, pick(dice, DeviceType.objects.all())
        codename = dice.choice(["view_devicetype", "submit_to_devicetype", "change_devicetype"])
    (manager.assign_perm if dice.random() < 0.6 else manager.remove_perm)(codename, group, target)


def bulk(dice):
    some = Device.objects.filter(device_type=pick(dice, DeviceType.objects.all()))
    some.update(health=dice.randrange(6))


def rest(dice):
    device = pick(dice, Device.objects.all())
    path = "/api/v0.2/devices/%s/" % device.hostname
    answer = dice.choice([
        lambda: client.post(path + "set_health/", {"health": dice.choice(["GOOD", "BAD", "MAINTENANCE"])}),
        lambda: client.patch(path, {"description": "by REST %d" % dice.randrange(100)}),
        lambda: client.patch(path, {"worker_host": pick(dice, Worker.objects.all()).hostname}),
        lambda: client.patch("/api/v0.2/workers/%s/" % pick(dice, Worker.objects.all()).hostname,
                             {"job_limit": dice.randrange(5)}),
    ])()
    if answer.status_code >= 300:
        raise Exception("REST said %d" % answer.status_code)


CHANGES = [health, health, job, job, finish, worker_state, worker_health, worker_rows, move, tags, tags, tag_rows,
           device_type, alias, device_rows, permission, bulk, rest, rest]


def sync(dice):
    types = list(DeviceType.objects.order_by("pk").values_list("name", flat=True)[:40])
    for number in dice.sample(range(40), 6):
        path = "%s/synced-%02d.jinja2" % (FOLDER, number)
        if os.path.exists(path) and dice.random() < 0.3:
            os.unlink(path)
            continue
        kind = dice.choice(types)
        facts = {
            "device_type": kind, "worker": "worker-%d" % dice.randrange(12),
            "tags": ["synced-tag-%d" % dice.randrange(5) for _ in range(dice.randrange(3))],
            "aliases": ["synced-%s-%d" % (kind, dice.randrange(3))] if dice.random() < 0.2 else [],
            "group_device_permissions": [],
        }
        with open(path, "w") as file:
            file.write("{%% extends 'qemu.jinja2' %%}\n{%% set sync_to_lava = %r %%}\n" % facts)
    call_command("sync", stdout=open(os.devnull, "w"))


def save(host, count):
    device = Device.objects.get(hostname=host)
    begun = time.perf_counter()
    for number in range(count):
        device.state = number % 2
        device.save()
    return time.perf_counter() - begun


print("ready", flush=True)
for line in sys.stdin:
    words = line.split()
    try:
        if words[0] == "change":
            dice = random.Random(int(words[1]))
            change = dice.choice(CHANGES)
            answer = "ok " + change.__name__
            change(dice)
        elif words[0] == "sync":
            answer = "ok sync"
            sync(random.Random(int(words[1])))
        elif words[0] == "save":
            answer = "ok %f" % save(words[1], int(words[2]))
        else:
            answer = "refused: no such command"
    except Exception as error:
        answer = "refused %s: %s" % (words[0], " ".join(repr(error).split())[:300])
        connection.close()
        time.sleep(0.02)  # The server may be restarting.
    print(answer, flush=True)
