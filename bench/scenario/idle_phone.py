#!/usr/bin/env python3
"""What an idle phone costs: one extension, provisioned once over TLS, then nothing to do.

Usage: idle_phone.py ONHOOK. Prints what was measured beside its goal; status 1 when one is missed.
The provider and the registrar are threads of this script, on loopback.
"""
import http.server
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

MOST_MEMORY_KIB = 12 * 1024  # resident, less the clean pages of shared libraries
MOST_CPU_PERCENT = 0.1  # of one core
WATCHED_SECONDS = 30
SETTLE_SECONDS = 3
SYSTEM_ROOTS = "/etc/ssl/certs/ca-certificates.crt"

PROFILE = """<flat-profile>
<Display_Name_1_>Idle</Display_Name_1_><User_ID_1_>1001</User_ID_1_><Password_1_>secret</Password_1_>
<Proxy_1_>127.0.0.1:{sip}</Proxy_1_><Register_1_>Yes</Register_1_><SIP_Transport_1_>UDP</SIP_Transport_1_>
<Resync_Periodic>3600</Resync_Periodic>
</flat-profile>"""


def start_provider(directory, body):
    """An HTTPS server with one document; returns its port and the file of roots to trust."""
    certificate, key = directory + "/tls.pem", directory + "/tls.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True)

    # A phone in the field trusts as many roots as its system has.
    trusted = directory + "/roots.pem"
    with open(trusted, "w") as roots:
        for file in filter(os.path.exists, (certificate, SYSTEM_ROOTS)):
            with open(file) as more:
                roots.write(more.read())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1], trusted


class Registrar:
    """Takes every REGISTER over UDP, for an hour."""

    def __init__(self):
        self.registrations = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            request, sender = self.socket.recvfrom(65536)
            text = request.decode(errors="replace")
            if not text.startswith("REGISTER "):
                continue
            kept = [line for line in text.split("\r\n")
                    if re.match(r"(?i)(via|v|from|f|call-id|i|cseq|contact|m)\s*:", line)]
            to = re.search(r"(?im)^(?:to|t)\s*:.*$", text)
            kept.append((to.group(0).strip() if to else "To: <sip:1001@127.0.0.1>") + ";tag=idle")
            self.socket.sendto(
                "\r\n".join(["SIP/2.0 200 OK", *kept, "Expires: 3600", "Content-Length: 0", "", ""])
                .encode(), sender)
            self.registrations += 1


def counted_memory(pid):
    """KiB resident, less the clean pages of shared libraries; and of those, the anonymous ones."""
    counted = anonymous = 0
    library = False
    with open(f"/proc/{pid}/smaps") as lines:
        for line in lines:
            words = line.split()
            if not words[0].endswith(":"):  # a mapping begins
                library = len(words) > 5 and ".so" in os.path.basename(words[5])
            elif words[0] == "Rss:":
                counted += int(words[1])
            elif words[0] in ("Private_Clean:", "Shared_Clean:") and library:
                counted -= int(words[1])
            elif words[0] == "Anonymous:":
                anonymous += int(words[1])
    return counted, anonymous


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def verdict(what, measured, goal, unit, holds):
    print(f"{what:<34}{measured:>10} {unit:<4} goal: at most {goal} {unit}  {'pass' if holds else 'FAIL'}")
    return holds


def watch(phone):
    """Reads the log until the profile is there; False when it does not come."""
    for line in phone.stdout:
        if "Successful resync" in line:
            threading.Thread(target=phone.stdout.read, daemon=True).start()
            return True
        if "failed" in line:
            print(line, end="")
    return False


def measure(program, directory):
    registrar = Registrar()
    port, roots = start_provider(directory, PROFILE.format(sip=registrar.port).encode())
    speaks_sip = "--sip" in subprocess.run([program, "phone", "--help"], capture_output=True,
                                           text=True).stdout
    phone = subprocess.Popen(
        [program, "phone", "--mac", "000e08000001", "--state", directory + "/phone",
         "--ca", roots, "--set", "Resync_Random_Delay=0",
         "--set", f"Profile_Rule=https://127.0.0.1:{port}/phone.xml",
         *(["--sip", "127.0.0.1:0"] if speaks_sip else [])],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        if not watch(phone):
            print("error: the phone was not provisioned")
            return False
        time.sleep(SETTLE_SECONDS)
        before = cpu_seconds(phone.pid)
        time.sleep(WATCHED_SECONDS)
        percent = (cpu_seconds(phone.pid) - before) / WATCHED_SECONDS * 100
        memory, anonymous = counted_memory(phone.pid)
    finally:
        phone.terminate()
        phone.wait()
    print(f"registrations of its extension: {registrar.registrations}")
    print(f"of its memory, anonymous: {anonymous} KiB")
    small = verdict("memory less clean library pages", memory, MOST_MEMORY_KIB, "KiB",
                    memory <= MOST_MEMORY_KIB)
    quiet = verdict(f"processor over {WATCHED_SECONDS} s", f"{percent:.3f}", MOST_CPU_PERCENT, "%",
                    percent <= MOST_CPU_PERCENT)
    return small and quiet


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: idle_phone.py ONHOOK")
    with tempfile.TemporaryDirectory(prefix="onhook-idle-") as directory:
        sys.exit(0 if measure(sys.argv[1], directory) else 1)


main()
