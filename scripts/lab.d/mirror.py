"""Prints the Debian mirror and keyring that this machine's apt uses: "URI KEYRING".

Reads apt's sources (deb822 and one-line). Anything but Debian itself gets Debian's defaults.
"""

import glob
import re

MIRROR = "http://deb.debian.org/debian"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def deb822(text):
    for stanza in re.split(r"\n\s*\n", text):
        lines = [line for line in stanza.splitlines() if not line.startswith("#")]
        fields = dict(re.findall(r"(?m)^([A-Za-z-]+):[ \t]*(.*)$", "\n".join(lines)))
        if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes").lower() != "no":
            for uri in fields.get("URIs", "").split():
                yield uri, fields.get("Suites", "").split(), fields.get("Signed-By", "")


def one_line(text):
    pattern = r"(?m)^deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)"
    for options, uri, suite in re.findall(pattern, text):
        signed = re.search(r"signed-by=(\S+)", options)
        yield uri, [suite], signed[1] if signed else ""


def sources():
    for path in sorted(glob.glob("/etc/apt/sources.list.d/*.sources")):
        yield from deb822(open(path).read())
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*.list"))]:
        try:
            yield from one_line(open(path).read())
        except OSError:
            pass


def is_archive(uri, suites):
    # The archive proper, not security, backports or somebody's own repository.
    return re.search(r"/debian/?$", uri) and any("-" not in suite and "/" not in suite for suite in suites)


found = next(((uri, key) for uri, suites, key in sources() if is_archive(uri, suites)), (MIRROR, ""))
print(found[0].rstrip("/"), found[1] if found[1].startswith("/") else KEYRING)
