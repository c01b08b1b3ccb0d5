"""Prints the demo's last table: phone, customization state, profile, time, last report."""
import json
import subprocess
import sys
import time

onhook, work, *names = sys.argv[1:]


def ask(*words):
    done = subprocess.run([onhook, *words, "--json"], capture_output=True, text=True)
    return json.loads(done.stdout) if done.returncode == 0 else None


def clock(seconds):
    return time.strftime("%H:%M:%S", time.gmtime(seconds)) if seconds else "-"


rows = [("PHONE", "MODEL", "CUSTOMIZATION", "PROFILE", "AT", "LAST REPORT")]
for name in names:
    phone = ask("phone", "status", "--state", f"{work}/{name}")
    if phone is None:
        rows.append((name, "-", "never started", "none", "-", "none"))
        continue
    device = ask("admin", "device", "show", phone["mac"], "--data", f"{work}/server")
    last = next((r for r in phone["resyncs"] if r["succeeded"]), None)
    report = device and device["report"]
    rows.append((
        phone["mac"],
        phone["model"],
        phone["customization"],
        last["url"] if last else "none",
        clock(last["at"]) if last else "-",
        f"{clock(report['received_at'])}, {report['parameters']} parameters" if report else "none",
    ))
widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
for row in rows:
    print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
