"""Questions about ports and answers over HTTP that a shell cannot ask well.

free-port            print a loopback port nobody listens on
owner PORT PIDNS     print free, ours (held inside that pid namespace) or other
http URL [TOKEN]     exit 0 if the URL answers 200 to a GET (with the LAVA token)
"""

import glob
import os
import random
import socket
import sys
import urllib.request


def bindable(port):
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port():
    # Below the kernel's ephemeral range (32768 up), so that no outgoing connection takes it meanwhile.
    for _ in range(1000):
        port = random.SystemRandom().randrange(20000, 32000)
        if bindable(port):
            return port
    sys.exit("no free loopback port between 20000 and 32000")


def listening_inodes(port):
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = open(table).readlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(fields[9])
    return inodes


def owner(port, namespace):
    inodes = listening_inodes(port)
    if not inodes:
        return "free" if bindable(port) else "other"
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in glob.glob("/proc/[0-9]*"):
        try:
            if os.readlink(f"{process}/ns/pid") != namespace:
                continue
            for entry in os.listdir(f"{process}/fd"):
                if os.readlink(f"{process}/fd/{entry}") in wanted:
                    return "ours"
        except OSError:
            continue
    return "other"


def answers(url, token):
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", f"Token {token}")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as response:
            return response.status == 200
    except OSError:
        return False


match sys.argv[1:]:
    case ["free-port"]:
        print(free_port())
    case ["owner", port, namespace]:
        print(owner(int(port), namespace))
    case ["http", url, *token]:
        sys.exit(0 if answers(url, token[0] if token else None) else 1)
    case _:
        sys.exit(__doc__)
