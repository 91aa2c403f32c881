# Run by LAVA's own `manage shell`: registers the demo's boards with LAVA's own commands and files.
from django.core.management import call_command

from lava_scheduler_app.models import DeviceType
from lava_server.files import File

QEMU = ["{% set no_kvm = True %}", "{% set memory = 256 %}"]
boards = {
    # hostname: (device type, template, lines of the dictionary, options of `devices add`)
    "qemu-01": ("qemu", "qemu", QEMU, []),
    "qemu-02": ("qemu", "qemu", QEMU, []),
    "qemu-03": ("qemu", "qemu", QEMU, ["--offline"]),
    "bbb-01": ("beaglebone-black", "beaglebone-black", [], []),
    # It could boot the image by iPXE, were there a machine behind it: its assignment waits for it.
    "x86-01": ("x86", "x86", [], ["--offline"]),
    "dragon-01": ("dragonboard-410c", "dragonboard-410c", [], []),
    "kiwi-01": ("kiwi-board", "panda", [], []),
}
for board_type in sorted({board[0] for board in boards.values()}):
    if not DeviceType.objects.filter(name=board_type).exists():
        call_command("device-types", "add", board_type)
for hostname, (board_type, template, lines, options) in boards.items():
    dictionary = ["{%% extends '%s.jinja2' %%}" % template, *lines, ""]
    File("device", hostname).write("\n".join(dictionary))
    call_command("devices", "add", hostname, "--device-type", board_type, "--worker", "worker-1", *options)
