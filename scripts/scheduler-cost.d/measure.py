# Runs inside `lava-server manage shell`, after lines that set BOARDS, WAITING, SAMPLE, REPEAT, USER, LAVA, URL and TOKEN;
# `boardcast serve` runs on the same tables and answers at URL.
import inspect
import itertools
import json
import logging
import time
import urllib.error
import urllib.request

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from lava_scheduler_app import scheduler
from lava_scheduler_app.models import Device, DeviceType, Tag, TestJob, Worker

logging.disable(logging.CRITICAL)
KIND = "qemu"
HOSTS = ["cost-%04d" % number for number in range(1, BOARDS + 1)]
builds = itertools.count(1)
REQUESTS = any(field.name == "requested_device" for field in TestJob._meta.get_fields())


def sql(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)


def number(text, *values):
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()[0]


def until(what, holds):
    end = time.monotonic() + 300
    while not holds():
        if time.monotonic() > end:
            raise SystemExit("scheduler-cost: within 300 s never: " + what)
        time.sleep(0.05)


def send(count):
    """Builds that every board is to test, sent as a build system does."""
    for _ in range(count):
        event = {
            "source": "cost", "build_id": str(next(builds)), "status": "success", "image_family": "nano",
            "arch": "x86_64", "images": {"kernel": "https://builds.example.com/vmlinuz",
                                         "ramdisk": "https://builds.example.com/initrd"}}
        request = urllib.request.Request(
            URL, json.dumps(event).encode(),
            {"Content-Type": "application/json", "Authorization": "Token " + TOKEN})
        assert urllib.request.urlopen(request).status == 202
    until("every board has a job in the queue", lambda: number(
        "SELECT count(*) FROM boardcast.event WHERE state = 'accepted'") == 0 and queued() == BOARDS)
    analyze()


def queued():
    return TestJob.objects.filter(state=TestJob.STATE_SUBMITTED).count()


def analyze():
    sql("ANALYZE lava_scheduler_app_testjob")
    sql("ANALYZE lava_scheduler_app_testjob_tags")


def is_up():
    try:
        return urllib.request.urlopen(URL.replace("/api/v1/events", "/readyz")).status == 200
    except urllib.error.URLError:
        return False


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
    Tag.objects.bulk_create([Tag(name="board-" + host) for host in HOSTS])
    names = {tag.name: tag.pk for tag in Tag.objects.all()}
    link = Device.tags.through
    link.objects.bulk_create(
        [link(device_id=host, tag_id=names["board-" + host]) for host in HOSTS])
    return names


def forget():
    # serve may be at work on the very assignments: of two that wait for one another PostgreSQL stops one, here maybe us.
    for _ in range(10):
        try:
            return sql("DELETE FROM boardcast.event")
        except OperationalError as error:
            if "deadlock" not in str(error):
                raise
    raise SystemExit("the events cannot be deleted beside serve")


def reset(state):
    forget()
    sql("DELETE FROM lava_scheduler_app_testjob_tags")
    sql("DELETE FROM lava_scheduler_app_testjob")
    Device.objects.update(state=state, health=Device.HEALTH_GOOD)
    until("all pools are closed", lambda: not number("SELECT count(*) FROM boardcast.pool WHERE closed_at IS NULL"))


def queue(definition, names):
    """One job for each board without Boardcast, with the text of its jobs; tagged with the boards' own tags or not."""
    user = User.objects.get(username=USER)
    jobs = TestJob.objects.bulk_create([
        TestJob(
            definition=definition, original_definition=definition, submitter=user, requested_device_type_id=KIND,
            description="scheduler cost", health_check=False, priority=50, is_public=True,
            submit_time=timezone.now())
        for host in HOSTS])
    if names:
        link = TestJob.tags.through
        link.objects.bulk_create(
            [link(testjob_id=job.pk, tag_id=names["board-" + host]) for job, host in zip(jobs, HOSTS)])
    analyze()


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


def fastest(passes):
    """Such a pass takes milliseconds: the fastest of many says what it costs, one says what else the machine did, so they
    are spread over some seconds, in which `serve` has its rounds too."""
    times = []
    for _ in range(passes):
        times.append(run_pass())
        time.sleep(0.25)
    return min(times)


def check():
    """Every board has just one job; its own where the jobs name boards."""
    jobs = list(TestJob.objects.filter(state=TestJob.STATE_SCHEDULED))
    boards = {job.actual_device_id for job in jobs}
    assert len(jobs) == len(boards) == BOARDS, "%d jobs on %d boards" % (len(jobs), len(boards))
    if REQUESTS:
        assert all(job.requested_device_id in (None, job.actual_device_id) for job in jobs)


def way():
    """How the queued jobs find their boards."""
    job = TestJob.objects.filter(state=TestJob.STATE_SUBMITTED).first()
    if REQUESTS and job.requested_device_id:
        return "requested_device"
    return "a pool" if "pool" in job.tags.first().name else "own tags"


def say(case, seconds, base, how):
    print("%-8s %-60s %9.3f s %8.2f x  %s" % (LAVA, case, seconds, seconds / base, how), flush=True)


def main():
    names = prepare()
    until("boardcast serve is ready", is_up)
    run_pass()  # imports and caches
    repeats = REPEAT or 3
    reset(Device.STATE_RUNNING)
    base = fastest(10 * repeats)
    say("%d busy boards, nothing waits" % BOARDS, base, base, "whole passes")
    send(1 + -(-WAITING // BOARDS))
    waiting = number("SELECT count(*) FROM boardcast.assignment WHERE state = 'waiting'")
    assert waiting >= WAITING
    busy = fastest(10 * repeats)
    say("%d busy boards, each with a job by %s, %d waiting" % (BOARDS, way(), waiting), busy, base, "whole passes")
    if not REPEAT:
        return
    ours, others = [], []
    for _ in range(repeats):
        reset(Device.STATE_IDLE)
        send(1)
        found = way()
        ours.append(run_pass())
        check()
        definition = TestJob.objects.first().definition
        if found == "a pool":
            assert not number("SELECT count(*) FROM lava_scheduler_app_device_tags d JOIN boardcast.pool p USING (tag_id)")
        reset(Device.STATE_IDLE)
        queue(definition, None)
        others.append(run_pass())
        check()
    base = min(others)
    say("%d idle boards, a job for each, untagged, not ours" % BOARDS, base, base, "whole passes")
    say("%d idle boards, one event, by %s" % (BOARDS, found), min(ours), base, "whole passes, each board one job")
    reset(Device.STATE_IDLE)
    queue(definition, names)
    if SAMPLE:
        seconds, how = run_some(), "reckoned from %d boards" % min(SAMPLE, BOARDS)
    else:
        seconds, how = run_pass(), "a whole pass"
    say("%d idle boards, a job for each, by own tags" % BOARDS, seconds, base, how)


main()
