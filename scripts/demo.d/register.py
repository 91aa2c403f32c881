# Run by LAVA's own `manage shell`: registers the demo's boards with LAVA's own commands.
import os
from pathlib import Path

from django.core.management import call_command
from lava_scheduler_app.models import DeviceType

devices = Path(os.environ.get("DEMO_DEVICES", "/etc/lava-server/dispatcher-config/devices"))
boards = {
    "qemu-01": ("qemu", []),
    "qemu-02": ("qemu", []),
    "qemu-03": ("qemu", ["--offline"]),
    "bbb-01": ("beaglebone-black", []),
    "x86-01": ("x86", []),
    "dragon-01": ("dragonboard-410c", []),
    "kiwi-01": ("kiwi-board", []),
}
for board_type in sorted({board_type for board_type, _ in boards.values()}):
    if not DeviceType.objects.filter(name=board_type).exists():
        call_command("device-types", "add", board_type)
for hostname, (board_type, more) in boards.items():
    call_command("devices", "add", hostname, "--device-type", board_type, "--worker", "worker-1", *more)
