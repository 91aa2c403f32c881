"""Prints the demo's table from `boardcast events show --json` and the boot times LAVA logged.

usage: report.py EVENT.json BOOTED.tsv WANTED; exits 0 only if WANTED jobs are over and all of them Complete.
"""

import json
import sys

event_file, booted_file, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(event_file, encoding="utf-8") as file:
    event = json.load(file)
booted = {}
with open(booted_file, encoding="utf-8") as file:
    for line in file:
        job, seconds = line.split("\t")
        booted[int(job)] = float(seconds)


def seconds(value):
    return "-" if value is None else f"{value:.2f} s"


rows = [("BOARD", "VERDICT", "JOB", "STATE", "HEALTH", "QUEUED", "BOOTED", "WHY NOT")]
complete = 0
for board in event["boards"]:
    job = board.get("job_id")
    complete += board.get("outcome") == "Complete"
    verdict = "later" if board["state"] == "waiting" else "yes" if job else "no"
    reasons = "; ".join(f"{reason['code']}: {reason['detail']}" for reason in board["reasons"])
    rows.append(
        (board["board"], verdict, str(job or "-"), board["state"], board.get("outcome") or "-",
         seconds(board.get("seconds_to_queued")), seconds(booted.get(job)), reasons)
    )
widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
for row in rows:
    print("  ".join([cell.ljust(width) for cell, width in zip(row, widths)] + [row[-1]]).rstrip())
print(f"\n{complete} of {wanted} jobs are Complete")
sys.exit(0 if complete == wanted else 1)
