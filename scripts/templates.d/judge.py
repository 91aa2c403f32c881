"""Runs inside an installed LAVA: what LAVA itself says of jobs. On stdin a JSON object a line with `device_type` and
`definition`; on stdout an object a line: `stage` that refuses it (schema, device, dispatcher; empty when none does)
and `words`, LAVA's own; null for a device type this LAVA does not have.

The dispatcher's verdict is that of `lava-run --validate`: the same parser and the same pipeline, in one process.
"""

import base64
import fcntl
import http.server
import io
import json
import logging
import os
import socket
import struct
import sys
import threading

settings = {"DEVICE_TYPES_PATHS": ["/usr/share/lava-server/device-types"], "DEVICES_PATH": "/nonexistent"}
os.environ["LAVA_JSON_SETTINGS"] = base64.b64encode(json.dumps(settings).encode()).decode()
os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"

import yaml
from lava_common import schemas
from lava_common.exceptions import LAVAError
from lava_common.log import YAMLLogger
from lava_dispatcher import device as devices
from lava_dispatcher.parser import JobParser
from lava_scheduler_app import environment
from voluptuous import Invalid

# A function in 2023.01, a constant in 2026.10.
jinja = environment.devices() if hasattr(environment, "devices") else environment.DEVICES_JINJA_ENV

# Stand-in site facts, 2: what only a lab's own device dictionary can say.
SITE = """
{% set connection_command = 'telnet console.example 7001' %}
{% set power_on_command = '/bin/true' %}
{% set power_off_command = '/bin/true' %}
{% set hard_reset_command = '/bin/true' %}
{% set fastboot_serial_number = '0123456789' %}
{% set adb_serial_number = '0123456789' %}
{% set device_info = [{'board_id': '0123456789'}] %}
{% set no_kvm = True %}
{% set flasher_deploy_commands = ['/bin/true'] %}
"""
DISPATCHER = "dispatcher_ip: 127.0.0.1\n"


class Images(http.server.BaseHTTPRequestHandler):
    """Stand-in site facts, 3: a web server that has every image, for the dispatcher asks whether they are there."""

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Length", "1024")
        self.end_headers()

    def log_message(self, *_):
        pass


def serve_images():
    # The namespace's own loopback is down until somebody raises it; /etc/hosts has the server's name.
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh22x", b"lo", 0x41))  # SIOCSIFFLAGS, IFF_UP | IFF_RUNNING
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 80), Images)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def logger():
    # Until 2025 a class of `logging`, since then one of LAVA's own.
    if issubclass(YAMLLogger, logging.Logger):
        made = YAMLLogger("dispatcher")
        made.addHandler(logging.NullHandler())
        logging.getLogger("dispatcher").addHandler(logging.NullHandler())
        logging.getLogger("dispatcher").propagate = False
        return made
    return YAMLLogger()


LOGGER = logger()
rendered = {}


def dictionary(device_type, context):
    """The type's dictionary as lava-server renders it for a job with this context (models.py:load_configuration)."""
    key = device_type, json.dumps(context, sort_keys=True)
    if key not in rendered:
        text = "{%% extends '%s.jinja2' %%}%s" % (device_type, SITE)
        rendered[key] = jinja.from_string(text).render(
            scheduled_device_name="trial-01", scheduled_device_type=device_type, **context)
    text = rendered[key]
    if hasattr(devices, "NewDevice"):
        return devices.NewDevice(io.StringIO(text))
    return devices.DeviceDict.from_yaml_str(text)


def verdict(number, device_type, definition):
    data = yaml.load(definition, yaml.CSafeLoader)
    try:
        schemas.validate(data, strict=True)
    except Invalid as exc:
        return "schema", str(exc)
    try:
        board = dictionary(device_type, data.get("context", {}))
    except Exception as exc:
        return "device", f"{type(exc).__name__}: {exc}"
    try:
        job = JobParser().parse(definition, board, str(number), logger=LOGGER, dispatcher_config=DISPATCHER)
        job.validate()
    except LAVAError as exc:
        return "dispatcher", f"{type(exc).__name__}: {exc}"
    except Exception as exc:
        return "dispatcher", f"{type(exc).__name__} (no LAVAError): {exc}"
    job.cleanup(connection=None)
    return "", ""


serve_images()
known = {name[:-len(".jinja2")] for name in os.listdir(settings["DEVICE_TYPES_PATHS"][0])}
for number, line in enumerate(sys.stdin, 1):
    asked = json.loads(line)
    if asked["device_type"] not in known:
        print("null", flush=True)
        continue
    stage, words = verdict(number, asked["device_type"], asked["definition"])
    print(json.dumps({"stage": stage, "words": " ".join(words.split())}), flush=True)
