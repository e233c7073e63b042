import os
import socket

from flask import Flask
from redis import Redis, RedisError

# No machine answers to the name "redis" yet, so the counter stays off.
redis = Redis(host="redis", db=0, socket_connect_timeout=2, socket_timeout=2)

app = Flask(__name__)


@app.route("/")
def hello():
    try:
        visits = redis.incr("counter")
    except RedisError:
        visits = "cannot connect to Redis, counter disabled"

    text = "Hello {name}!\nHostname: {hostname}\nVisits: {visits}\n".format(
        name=os.getenv("NAME", "world"),
        hostname=socket.gethostname(),
        visits=visits,
    )
    return text, 200, {"Content-Type": "text/plain"}


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=80)
