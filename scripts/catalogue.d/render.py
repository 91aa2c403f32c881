"""Runs inside LAVA's own folder: renders every device type with LAVA's own Jinja environment, and prints as JSON what
the templates say, with the file that says it. On stdin: devices/lookup/architectures.yaml.

Which methods: all that the template renders in actions.boot.methods and actions.deploy.methods, without judging
whether this lab has the commands they need (power, a serial number): that is a fact of a board, not of its type.
"""

import base64
import json
import os
import sys

# Only the templates that come with LAVA: what a lab keeps in /etc is the lab's own.
settings = {"DEVICE_TYPES_PATHS": ["/usr/share/lava-server/device-types"], "DEVICES_PATH": "/nonexistent"}
os.environ["LAVA_JSON_SETTINGS"] = base64.b64encode(json.dumps(settings).encode()).decode()
os.environ["DJANGO_SETTINGS_MODULE"] = "lava_server.settings.prod"

import yaml
from jinja2 import nodes
from lava_scheduler_app import environment

FOLDER = settings["DEVICE_TYPES_PATHS"][0]

# What actions.deploy.methods calls otherwise than a job's `deploy.to`:
#   image   `to: tmpfs` (lava_dispatcher/actions/deploy/image.py:DeployImages.accepts)
#   u-boot  no `to` of its own: how `to: fastboot` reaches a board whose U-Boot speaks fastboot (deploy/fastboot.py)
DEPLOY_TO = {"image": "tmpfs", "u-boot": None}

# Canonical names (Sources/Matcher/Names/Architecture.swift) by mkimage's and QEMU's words.
ARCHITECTURES = {
    "aarch64": "arm64", "amd64": "x86_64", "riscv": "riscv64",
    **{name: name for name in (
        "arc arm arm64 i386 loongarch64 m68k mips mips64 mips64el mipsel ppc ppc64 ppc64le riscv32 riscv64 s390x "
        "sh4 sparc64 x86_64").split()},
}

# A function in 2023.01, a constant in 2026.10.
jinja = environment.devices() if hasattr(environment, "devices") else environment.DEVICES_JINJA_ENV


class Template:
    """One file: what it assigns at its top level, what it extends."""

    def __init__(self, name):
        self.name = name
        self.source = jinja.loader.get_source(jinja, name)[0]
        tree = jinja.parse(self.source)
        parents = [node.template.value for node in tree.find_all(nodes.Extends)]
        self.parent = parents[0] if parents else None
        self.assigned = {}
        for node in tree.find_all(nodes.Assign):
            if isinstance(node.target, nodes.Name):
                self.assigned.setdefault(node.target.name, self.constant(node.node))

    @staticmethod
    def constant(node):
        """The value of 'x', or of y|default('x'): what holds when no dictionary says otherwise."""
        if isinstance(node, nodes.Filter) and node.name == "default" and node.args:
            node = node.args[0]
        return node.value if isinstance(node, nodes.Const) else None


def chain(name):
    templates = []
    while name:
        templates.append(Template(name))
        name = templates[-1].parent
    return templates


def first(templates, wanted):
    return next((template.name for template in templates if wanted(template)), None)


def architectures(device, templates, looked_up):
    """The architectures and where they come from; the table kept by hand wins, because it may correct a template."""
    if looked_up:
        names = looked_up["architectures"]
        return names if names == "unknown" else sorted(names), looked_up["source"]
    if device.get("available_architectures"):
        words = device["available_architectures"]
        file = first(templates, lambda t: "available_architectures:" in t.source)
        names = sorted({ARCHITECTURES[word] for word in words if word in ARCHITECTURES})
        others = len(set(words) - set(ARCHITECTURES))
        return names, f"{file}, available_architectures" + (
            f" without {others} that Boardcast has no name for" if others else "")
    # base-uboot.jinja2 falls back to arm64 when nobody says anything, so a rendered word alone says nothing.
    word = ((device["actions"].get("deploy") or {}).get("parameters") or {}).get("mkimage_arch")
    for variable in ("uboot_mkimage_arch", "mkimage_fit_arch"):
        file = first(templates, lambda t: variable in t.assigned)
        if word in ARCHITECTURES and file:
            return [ARCHITECTURES[word]], f"{file}, {variable}"
    file = first(templates, lambda t: "mkimage_arch:" in t.source and not t.name.startswith("base"))
    if word in ARCHITECTURES and file:
        return [ARCHITECTURES[word]], f"{file}, mkimage_arch"
    # booti loads the Image of arm64 (and of riscv64, whose types name it for mkimage); bootz the zImage of arm.
    # Templates copy the addresses of one to the other, so booti decides.
    parameters = device.get("parameters") or {}
    for command, name in (("booti", "arm64"), ("bootz", "arm")):
        if command in parameters:
            file = first(templates, lambda t: f"{command}_kernel_addr" in t.assigned or f"{command}:" in t.source)
            return [name], f"{file}, {command} load addresses"
    return "unknown", "neither LAVA's templates nor devices/lookup say it"


def methods(device, action, templates, names=lambda word: word):
    found = (device["actions"].get(action) or {}).get("methods") or {}
    file = first(templates, lambda t: "actions:" in t.source)
    return sorted({names(word) for word in found} - {None}), f"{file}, actions.{action}.methods"


def describe(name, lookup):
    text = jinja.from_string("{%% extends '%s.jinja2' %%}" % name).render()
    device = yaml.load(text, yaml.CSafeLoader)
    templates = chain(name + ".jinja2")
    found = {
        "architectures": architectures(device, templates, lookup.get(name)),
        "boot_methods": methods(device, "boot", templates),
        "deploy_methods": methods(device, "deploy", templates, lambda word: DEPLOY_TO.get(word, word)),
    }
    for template in templates:
        if template.assigned.get("dtb_file"):
            found["device_tree"] = (template.assigned["dtb_file"], f"{template.name}, dtb_file")
            break
    return found


lookup = yaml.load(sys.stdin, yaml.CSafeLoader)
types = sorted(
    file[: -len(".jinja2")] for file in os.listdir(FOLDER) if file.endswith(".jinja2") and not file.startswith("base"))
json.dump({name: describe(name, lookup) for name in types}, sys.stdout)
