"""Tells a running Seedproof recorder on this machine what the generator does, without ever holding it up.

Messages wait in a short queue and are sent by a thread of their own. When no recorder runs, when it does not answer or
when anything fails, messages are dropped and counted; nothing is raised, nothing is printed for each image.
"""

import json
import os
import queue
import sys
import threading
import time
import urllib.parse
import urllib.request

FORMAT = "seedproof-hook/1"
MAX_WAITING = 128
TIMEOUT_SECONDS = 10
# After a failure the recorder is left alone for so long, so that a hanging one costs nothing.
PAUSE_SECONDS = 5


def hook_file():
    """Where the recorder leaves its address and token: SEEDPROOF_HOOK, or hook.json in its workspace."""
    named = os.environ.get("SEEDPROOF_HOOK")
    if named:
        return named
    home = os.environ.get("SEEDPROOF_HOME")
    if not home:
        user = os.path.expanduser("~")
        if sys.platform == "win32":
            base = os.environ.get("LOCALAPPDATA") or os.path.join(user, "AppData", "Local")
        elif sys.platform == "darwin":
            base = os.path.join(user, "Library", "Application Support")
        else:
            base = os.environ.get("XDG_DATA_HOME") or os.path.join(user, ".local", "share")
        home = os.path.join(base, "seedproof")
    return os.path.join(home, "hook.json")


def recorder():
    """Address and token of the recorder, or None where none runs. Only this machine is ever spoken to."""
    try:
        with open(hook_file(), encoding="utf-8") as file:
            said = json.load(file)
        address, token = said["address"], said["token"]
        if urllib.parse.urlsplit(address).hostname not in ("127.0.0.1", "::1", "localhost"):
            return None
        return address.rstrip("/") + "/v1/events", token
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Poster:
    """Sends messages in order from a thread of its own."""

    def __init__(self, tool):
        self.tool = tool
        self.missed = 0
        self._quiet_until = 0.0
        self._queue = queue.Queue(MAX_WAITING)
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._thread = None
        self._lock = threading.Lock()

    def post(self, build):
        """Takes a function that makes a message; it is called later, in the thread. Returns at once, raises nothing."""
        try:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="seedproof", daemon=True)
                    self._thread.start()
            self._queue.put_nowait(build)
        except Exception:  # A full queue, or a fault of the recorder: never the generator's.
            self._miss(1)

    def _miss(self, count):
        """Counts messages that were lost; a negative count takes back those that the recorder was told of."""
        with self._lock:
            self.missed += count

    def wait(self, seconds):
        """Waits until everything is sent, or so long. For tests and for leaving a program."""
        until = time.monotonic() + seconds
        while self._queue.unfinished_tasks and time.monotonic() < until:
            time.sleep(0.02)
        return self._queue.unfinished_tasks == 0

    def _run(self):
        while True:
            build = self._queue.get()
            try:
                self._tell(build)
            except Exception:
                self._miss(1)
            finally:
                self._queue.task_done()

    def _tell(self, build):
        found = recorder()
        if found is None:
            self.missed = 0  # Nobody records: nothing is missing from any record.
            return
        if time.monotonic() < self._quiet_until:
            self._miss(1)
            return
        count = self.missed  # Stays counted until the recorder has it.
        if count and self._send(found, {"step": "missed", "count": count}):
            self._miss(-count)
        message = build()
        if message is not None and not self._send(found, message):
            self._miss(1)

    def _send(self, found, message):
        address, token = found
        body = json.dumps({"format": FORMAT, "tool": self.tool, **message}, default=str).encode("utf-8")
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
        try:
            with self._opener.open(urllib.request.Request(address, body, headers), timeout=TIMEOUT_SECONDS) as answer:
                return answer.status < 300
        except Exception:
            self._quiet_until = time.monotonic() + PAUSE_SECONDS
            return False
