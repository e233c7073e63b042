from redis.client import Connection, ConnectionPool, BlockingConnectionPool, Redis, StrictRedis
from redis.exceptions import (AuthenticationError, BusyLoadingError, ConnectionError, DataError, InvalidResponse, PubSubError,
                              ReadOnlyError, RedisError, ResponseError, TimeoutError, WatchError)
from redis import exceptions

__version__ = '@VERSION@'


def from_url(url, **kw):
    return Redis.from_url(url, **kw)
