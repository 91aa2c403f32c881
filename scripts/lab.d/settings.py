"""Prints LAVA_JSON_SETTINGS for a lab: Django settings as base64 of JSON, read last by LAVA's prod.py.

Reads KEY=VALUE lines on stdin (secrets stay off the command line): port, password, secret_key, events,
event_port, event_socket. Paths are as LAVA sees them: /lab is the lab's lava folder.
"""

import base64
import json
import sys

given = dict(line.rstrip("\n").split("=", 1) for line in sys.stdin)
settings = {
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "lavaserver",
            "USER": "lavaserver",
            "PASSWORD": given["password"],
            "HOST": "127.0.0.1",
            "PORT": int(given["port"]),
        }
    },
    "SECRET_KEY": given["secret_key"],
    "INSTANCE_NAME": "boardcast-lab",
    "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "DEVICES_PATH": "/lab/devices",
    "DEVICE_TYPES_PATHS": ["/lab/device-types", "/usr/share/lava-server/device-types"],
    "HEALTH_CHECKS_PATH": "/lab/health-checks",
    "DISPATCHER_CONFIG_PATH": "/lab/dispatcher.d",
    "MEDIA_ROOT": "/lab/media",
    "DJANGO_LOGFILE": "/lab/log/django.log",
    "EVENT_NOTIFICATION": given["events"] == "yes",
    "INTERNAL_EVENT_SOCKET": f"ipc://{given['event_socket']}",
    "EVENT_SOCKET": f"tcp://127.0.0.1:{given['event_port']}",
    # The lab speaks plain HTTP on loopback; with secure cookies nobody could log in.
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
    "HTTPS_XML_RPC": False,
}
print(base64.b64encode(json.dumps(settings).encode()).decode())
