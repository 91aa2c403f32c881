# Runs inside `lava-server manage shell`, after a line that sets BOARDS, WAITING, SAMPLE, REPEAT, USER and LAVA.
import inspect
import logging
import time

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from lava_scheduler_app import scheduler
from lava_scheduler_app.models import Device, DeviceType, Tag, TestJob, Worker

logging.disable(logging.CRITICAL)
KIND = "qemu"
HOSTS = ["cost-%04d" % number for number in range(1, BOARDS + 1)]
DEFINITION = """job_name: scheduler cost
device_type: qemu
visibility: public
priority: medium
timeouts:
  job: {minutes: 10}
  action: {minutes: 5}
  connection: {minutes: 2}
metadata: {boardcast.event: '1', build_url: 'https://builds.example.com/job/1'}
context: {arch: amd64}
actions:
- deploy:
    to: tmpfs
    images:
      kernel: {image_arg: '-kernel {kernel} -append "console=ttyS0"', url: 'https://builds.example.com/vmlinuz'}
      ramdisk: {image_arg: '-initrd {ramdisk}', url: 'https://builds.example.com/initrd'}
- boot: {method: qemu, media: tmpfs, prompts: ['/ #']}
- test:
    interactive:
    - name: smoke
      prompts: ['/ #']
      script:
      - {command: uname -a, name: uname}
      - {command: cat /proc/cpuinfo, name: cpuinfo}
"""
REQUESTS = any(field.name == "requested_device" for field in TestJob._meta.get_fields())


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def prepare():
    DeviceType.objects.get_or_create(name=KIND)
    worker, _ = Worker.objects.get_or_create(hostname="cost")
    Worker.objects.filter(pk="cost").update(state=Worker.STATE_ONLINE, health=Worker.HEALTH_ACTIVE, job_limit=0)
    with connection.cursor() as cursor:
        rows = "".join("%s\t%s\t0\t0\tcost\tf\n" % (host, KIND) for host in HOSTS)
        import io
        columns = "hostname, device_type_id, state, health, worker_host_id, is_synced"
        order = "COPY lava_scheduler_app_device (%s) FROM STDIN" % columns
        if hasattr(cursor, "copy_expert"):
            cursor.copy_expert(order, io.StringIO(rows))
        else:
            with cursor.copy(order) as copy:
                copy.write(rows)
    Tag.objects.bulk_create([Tag(name="board-" + host) for host in HOSTS] + [Tag(name="pool")])
    names = {tag.name: tag.pk for tag in Tag.objects.all()}
    link = Device.tags.through
    link.objects.bulk_create(
        [link(device_id=host, tag_id=names["board-" + host]) for host in HOSTS]
        + [link(device_id=host, tag_id=names["pool"]) for host in HOSTS])
    return names


def reset(state):
    sql("DELETE FROM lava_scheduler_app_testjob_tags")
    sql("DELETE FROM lava_scheduler_app_testjob")
    Device.objects.update(state=state, health=Device.HEALTH_GOOD)


def queue(way, names):
    """One job for each board, as Boardcast's rows are."""
    user = User.objects.get(username=USER)
    jobs = []
    for host in HOSTS:
        job = TestJob(
            definition=DEFINITION, original_definition=DEFINITION, submitter=user, requested_device_type_id=KIND,
            description="scheduler cost", health_check=False, priority=50, is_public=True,
            submit_time=timezone.now())
        if way == "requested_device":
            job.requested_device_id, job.requested_worker_id = host, "cost"
        jobs.append(job)
    jobs = TestJob.objects.bulk_create(jobs)
    link = TestJob.tags.through
    if way == "own tags":
        link.objects.bulk_create(
            [link(testjob_id=job.pk, tag_id=names["board-" + host]) for job, host in zip(jobs, HOSTS)])
    if way == "one shared tag":
        link.objects.bulk_create([link(testjob_id=job.pk, tag_id=names["pool"]) for job in jobs])
    sql("ANALYZE lava_scheduler_app_testjob")
    sql("ANALYZE lava_scheduler_app_testjob_tags")


def run_pass():
    start = time.perf_counter()
    if len(inspect.signature(scheduler.schedule).parameters) == 1:
        scheduler.schedule(["cost"])
    else:
        scheduler.schedule(logging.getLogger("cost"), None, ["cost"])
    return time.perf_counter() - start


def run_some():
    """LAVA's own search for some idle boards, as within a pass; undone after."""
    spent = 0.0
    with transaction.atomic():
        devices = list(Device.objects.select_for_update().filter(hostname__startswith="cost-").order_by("?")[:SAMPLE])
        for device in devices:
            start = time.perf_counter()
            device.is_valid()
            if LAVA < "2024":
                found = scheduler.schedule_jobs_for_device(logging.getLogger("cost"), device, False)
            else:
                found = scheduler.schedule_jobs_for_device(device, False)
            spent += time.perf_counter() - start
            assert found is not None, device.hostname
        transaction.set_rollback(True)
    return spent / len(devices) * BOARDS


def given(way):
    """How many boards have a job, each its own where the way names boards."""
    jobs = TestJob.objects.filter(state=TestJob.STATE_SCHEDULED).select_related("actual_device")
    if way == "requested_device":
        return sum(job.requested_device_id == job.actual_device_id for job in jobs)
    if way == "own tags":
        return sum(job.tags.get().name == "board-" + job.actual_device_id for job in jobs)
    return len({job.actual_device_id for job in jobs})


def say(case, seconds, base, how):
    print("%-8s %-52s %9.3f s %8.2f x  %s" % (LAVA, case, seconds, seconds / base, how), flush=True)


def assignments(count):
    sql("DELETE FROM boardcast.event")
    if not count:
        return
    sql("""
        WITH e AS (
          INSERT INTO boardcast.event (source, build_id, fingerprint, status, door, sender_id, sender_name, record, raw,
                                       state)
          SELECT 'cost', n::text, '', 'success', 'cost', 1, 'cost', '{}', '', 'decided'
            FROM generate_series(0, %s / %s) n RETURNING id
        ), s AS (
          INSERT INTO boardcast.shape (event_id, rule, device_type, template, definition, job_name, visibility, priority)
          SELECT id, 'cost', %s, 'cost', %s, 'cost', 'public', 50 FROM e RETURNING id, event_id
        )
        INSERT INTO boardcast.assignment (event_id, rule, board, device_type, shape_id, submitter_id, submitter, priority)
        SELECT s.event_id, 'cost', b.board, %s, s.id, 1, 'cost', 50 FROM s, unnest(%s) AS b (board) LIMIT %s
        """, count, BOARDS, KIND, DEFINITION, KIND, HOSTS, count)


def main():
    names = prepare()
    run_pass()  # imports and caches
    repeats = max(REPEAT, 1)
    reset(Device.STATE_RUNNING)
    # Such a pass takes milliseconds: the fastest of many says what it costs, one says what else the machine did.
    base = min(run_pass() for _ in range(10 * repeats))
    say("%d busy boards, nothing waits" % BOARDS, base, base, "whole passes")
    queue("requested_device" if REQUESTS else "own tags", names)
    assignments(WAITING)
    busy = min(run_pass() for _ in range(10 * repeats))
    say("%d busy boards, a job queued for each, %d waiting" % (BOARDS, WAITING), busy, base, "whole passes")
    assignments(0)
    base = None
    ways = ["untagged"] + (["requested_device"] if REQUESTS else []) + ["one shared tag", "own tags"]
    for way in ways:
        if way == "own tags" and SAMPLE:
            reset(Device.STATE_IDLE)
            queue(way, names)
            seconds, how = run_some(), "reckoned from %d boards" % min(SAMPLE, BOARDS)
        else:
            times = []
            for _ in range(repeats):
                reset(Device.STATE_IDLE)
                queue(way, names)
                times.append(run_pass())
                assert given(way) == BOARDS, "%s: %d boards have their job" % (way, given(way))
            seconds, how = min(times), "whole passes, every board has its job"
        base = base or seconds
        say("%d idle boards, a job for each, %s" % (BOARDS, way), seconds, base, how)


main()
