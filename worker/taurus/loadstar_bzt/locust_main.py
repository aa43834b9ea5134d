"""
Locust with a listener that writes each request into a file as JMeter would (`JTL`), after having waited at the gate (`LOADSTAR_GATE`). Beyond
what Taurus' own listener writes: the status that the target really sent, and the times in microseconds.
"""
import csv
import json
import os
import time

import gevent
from locust import events, main

COLUMNS = [
    "timeStamp",
    "elapsed",
    "label",
    "method",
    "responseCode",
    "responseMessage",
    "success",
    "bytes",
    "allThreads",
    "Latency",
    "endUs",
    "elapsedUs",
]


class UsersShare:
    """Of the users of a shape, those of this task. `users`: first and last of its numbers below `usersMax`."""

    def __init__(self, users, usersMax, proportion):
        self.users = users
        self.users_max = usersMax
        self.proportion = proportion

    def of(self, count):
        below = min(count, self.users_max)
        own = sum(min(last, below - 1) - first + 1 for first, last in self.users if first < below)
        return own + round(max(0, count - self.users_max) * self.proportion)

    def share(self, shape):
        whole_tick = shape.tick

        def tick():
            step = whole_tick()
            if step is None:
                return None
            users, rate, *rest = step
            return (self.of(int(users)), max(rate * self.proportion, 0.001), *rest)

        shape.tick = tick


class Samples:
    def __init__(self, path, requests_max):
        self.file = open(path, "w", newline="", encoding="utf-8")
        self.rows = csv.writer(self.file, lineterminator="\n")
        self.rows.writerow(COLUMNS)
        self.file.flush()
        self.requests_left = requests_max
        self.environment = None

    def on_init(self, environment, **_):
        self.environment = environment
        if environment.shape_class and os.environ.get("LOADSTAR_SHARE"):
            UsersShare(**json.loads(os.environ["LOADSTAR_SHARE"])).share(environment.shape_class)
        with open(os.environ["LOADSTAR_GATE"], encoding="ascii") as gate:
            gate.read()
        # Its clock stood still meanwhile, and timers would fire early.
        gevent.get_hub().loop.update_now()

    def on_request(self, request_type, name, response_time, response_length, exception=None, response=None, **_):
        status = getattr(response, "status_code", None) or ""
        message = "" if exception is None else "%s: %s" % (type(exception).__name__, exception)
        self.write(request_type, name, response_time or 0, response_length or 0, status, message)

    def on_user_error(self, exception, **_):
        self.write("", "(user)", 0, 0, "", "%s: %s" % (type(exception).__name__, exception))

    def write(self, method, label, milliseconds, length, status, failure):
        end = time.time()
        users = self.environment.runner.user_count if self.environment and self.environment.runner else 0
        self.rows.writerow(
            [
                int(end * 1000),
                int(round(milliseconds)),
                label,
                method,
                status,
                failure or "OK",
                "false" if failure else "true",
                length,
                users,
                0,
                int(end * 1e6),
                int(round(milliseconds * 1000)),
            ]
        )
        self.file.flush()
        if self.requests_left is not None:
            self.requests_left -= 1
            if self.requests_left <= 0:
                self.requests_left = None
                gevent.spawn(self.environment.runner.quit)


if __name__ == "__main__":
    limit = os.environ.get("LOADSTAR_REQUESTS_MAX")
    samples = Samples(os.environ["JTL"], int(limit) if limit else None)
    events.init.add_listener(samples.on_init)
    events.request.add_listener(samples.on_request)
    events.user_error.add_listener(samples.on_user_error)
    main.main()
