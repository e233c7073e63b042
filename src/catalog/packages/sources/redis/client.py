import socket
import sys
from redis.exceptions import AuthenticationError, ConnectionError, DataError, ResponseError, TimeoutError, WatchError

TWO = sys.version_info[0] == 2


class Connection:
    """One socket and the RESP2 protocol on it."""

    def __init__(self, host, port, db, password, connect_timeout, timeout, username=None):
        self.host = host
        self.port = port
        self._setup = [('AUTH', username, password) if username else ('AUTH', password)] if password else []
        if db:
            self._setup.append(('SELECT', db))
        self._connect_timeout = connect_timeout
        self._timeout = timeout
        self._sock = None
        self._file = None

    def connect(self):
        s = socket.socket()
        s.settimeout(self._connect_timeout if self._connect_timeout is not None else self._timeout)
        try:
            s.connect((self.host, self.port))
        except socket.timeout:
            raise TimeoutError('Timeout connecting to server')
        except OSError as e:
            raise ConnectionError('Error %s connecting to %s:%s. %s.' % (e.args[0], self.host, self.port, e.args[1]))
        s.settimeout(self._timeout)
        self._sock = s
        self._file = s.makefile('rb')
        for command in self._setup:
            self.send(command)
            try:
                self.read()
            except ResponseError as e:
                self.close()
                raise AuthenticationError(str(e))

    def copy(self):
        made = Connection(self.host, self.port, 0, None, self._connect_timeout, None)
        made._setup = self._setup
        return made

    def read_within(self, timeout):
        """The next reply; None when none has begun within that many seconds."""
        if self._sock is None:
            self.connect()
        if timeout is None:
            return self.read()
        self._sock.settimeout(max(timeout, 0.001))
        try:
            line = self._file.readline()
        except socket.timeout:
            return None
        finally:
            self._sock.settimeout(self._timeout)
        if not line:
            raise ConnectionError('Connection closed by server.')
        return self._value(line)

    def close(self):
        if self._sock is not None:
            self._sock.close()
            self._sock = self._file = None

    def send(self, args):
        if self._sock is None:
            self.connect()
        self._sock.sendall(pack(args))

    def read(self):
        try:
            line = self._file.readline()
            if not line:
                raise ConnectionError('Connection closed by server.')
            return self._value(line)
        except socket.timeout:
            self.close()
            raise TimeoutError('Timeout reading from socket')
        except OSError as e:
            self.close()
            raise ConnectionError('Error while reading from socket: %s' % (e.args,))

    def _value(self, line):
        kind = line[:1]
        text = line[1:-2]
        if kind == b'+':
            return text
        if kind == b':':
            return int(text)
        if kind == b'$':
            n = int(text)
            if n < 0:
                return None
            return self._file.read(n + 2)[:-2]
        if kind == b'*':
            n = int(text)
            return None if n < 0 else [self._item() for _ in range(n)]
        message = text.decode()
        if message[:4] == 'ERR ':
            message = message[4:]
        raise ResponseError(message)

    def _item(self):
        try:
            return self._value(self._file.readline())
        except ResponseError as e:
            return e


def encode(value):
    if isinstance(value, bytes):
        return value
    if isinstance(value, bool) and not TWO:
        raise DataError("Invalid input of type: 'bool'. Convert to a bytes, string, int or float first.")
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, (int, float)):
        return (repr(value) if isinstance(value, float) else str(value)).encode()
    if TWO:
        return str(value).encode()
    raise DataError("Invalid input of type: '%s'. Convert to a bytes, string, int or float first." % type(value).__name__)


def pack(args):
    out = [b'*%d\r\n' % len(args)]
    for a in args:
        a = encode(a)
        out.append(b'$%d\r\n' % len(a))
        out.append(a)
        out.append(b'\r\n')
    return b''.join(out)


class ConnectionPool:
    def __init__(self, **kw):
        self.connection_kwargs = kw

    @classmethod
    def from_url(cls, url, **kw):
        return cls(**dict(parse_url(url), **kw))

    def disconnect(self):
        pass


BlockingConnectionPool = ConnectionPool


def parse_url(url):
    from urllib.parse import urlparse
    u = urlparse(url)
    if u.scheme not in ('redis', 'rediss'):
        raise ValueError('Redis URL must specify one of the following schemes (redis://, rediss://, unix://)')
    path = u.path.strip('/')
    return {'host': u.hostname or 'localhost', 'port': u.port or 6379, 'db': int(path) if path.isdigit() else 0, 'password': u.password, 'username': u.username}


def _ok(v):
    return v == b'OK'


def _score(v):
    return None if v is None else float(v)


class Redis:
    def __init__(self, host='localhost', port=6379, db=0, password=None, socket_timeout=None, socket_connect_timeout=None,
                 decode_responses=False, charset=None, encoding='utf-8', connection_pool=None, username=None, **kw):
        if connection_pool is not None:
            self.__init__(**connection_pool.connection_kwargs)
            return
        self._args = {'host': host, 'port': int(port), 'db': db}
        self._decode = decode_responses or TWO
        self.connection_pool = self
        self.connection_kwargs = self._args
        self._connection = Connection(host, int(port), db, password, socket_connect_timeout, socket_timeout, username)

    @classmethod
    def from_url(cls, url, **kw):
        return cls(**dict(parse_url(url), **kw))

    def __repr__(self):
        return 'Redis<ConnectionPool<Connection<host=%(host)s,port=%(port)s,db=%(db)s>>>' % self._args

    def _out(self, v):
        if self._decode:
            if isinstance(v, bytes):
                return v.decode()
            if isinstance(v, list):
                return [self._out(x) for x in v]
        return v

    def _raw(self, *args):
        c = self._connection
        fresh = c._sock is None
        try:
            c.send(args)
            return c.read()
        except ConnectionError:
            c.close()
            if fresh:
                raise
            c.send(args)
            return c.read()

    def execute_command(self, *args):
        return self._out(self._raw(*args))

    def ping(self):
        return self._raw('PING') == b'PONG'

    def close(self):
        self._connection.close()

    def echo(self, v):
        return self.execute_command('ECHO', v)

    def info(self, section=None):
        out = {}
        text = self._raw('INFO', section) if section else self._raw('INFO')
        for line in text.decode().split('\r\n'):
            if line and line[0] != '#':
                k, _, v = line.partition(':')
                out[k] = int(v) if v.isdigit() else v
        return out

    def set(self, name, value, ex=None, px=None, nx=False, xx=False, keepttl=False, get=False):
        args = ['SET', name, value]
        if ex is not None:
            args += ['EX', int(ex.total_seconds()) if hasattr(ex, 'total_seconds') else ex]
        if px is not None:
            args += ['PX', px]
        if nx:
            args.append('NX')
        if xx:
            args.append('XX')
        if keepttl:
            args.append('KEEPTTL')
        if get:
            args.append('GET')
            return self.execute_command(*args)
        return True if _ok(self._raw(*args)) else None

    def setex(self, name, time, value):
        return _ok(self._raw('SETEX', name, time, value))

    def setnx(self, name, value):
        return bool(self._raw('SETNX', name, value))

    def mset(self, mapping):
        args = []
        for k, v in mapping.items():
            args += [k, v]
        return _ok(self._raw('MSET', *args))

    def mget(self, keys, *more):
        keys = list(keys) if isinstance(keys, (list, tuple)) else [keys]
        return self.execute_command('MGET', *(keys + list(more)))

    def incr(self, name, amount=1):
        return self._raw('INCRBY', name, amount)

    incrby = incr

    def decr(self, name, amount=1):
        return self._raw('DECRBY', name, amount)

    decrby = decr

    def incrbyfloat(self, name, amount=1.0):
        return float(self._raw('INCRBYFLOAT', name, amount))

    def expire(self, name, time):
        return bool(self._raw('EXPIRE', name, int(time.total_seconds()) if hasattr(time, 'total_seconds') else time))

    def persist(self, name):
        return bool(self._raw('PERSIST', name))

    def keys(self, pattern='*'):
        return self.execute_command('KEYS', pattern)

    def scan_iter(self, match='*', count=None):
        return iter(self.keys(match or '*'))

    def type(self, name):
        return self.execute_command('TYPE', name)

    def rename(self, a, b):
        return _ok(self._raw('RENAME', a, b))

    def flushdb(self, asynchronous=False):
        return _ok(self._raw('FLUSHDB'))

    def flushall(self, asynchronous=False):
        return _ok(self._raw('FLUSHALL'))

    def save(self):
        return _ok(self._raw('SAVE'))

    def ltrim(self, name, a, b):
        return _ok(self._raw('LTRIM', name, a, b))

    def lset(self, name, i, v):
        return _ok(self._raw('LSET', name, i, v))

    def hset(self, name, key=None, value=None, mapping=None):
        args = [] if key is None else [key, value]
        for k, v in (mapping or {}).items():
            args += [k, v]
        return self._raw('HSET', name, *args)

    def hmset(self, name, mapping):
        self.hset(name, mapping=mapping)
        return True

    def hgetall(self, name):
        v = self.execute_command('HGETALL', name)
        return dict([(v[i], v[i + 1]) for i in range(0, len(v), 2)])

    def hmget(self, name, keys, *more):
        keys = list(keys) if isinstance(keys, (list, tuple)) else [keys]
        return self.execute_command('HMGET', name, *(keys + list(more)))

    def hexists(self, name, key):
        return bool(self._raw('HEXISTS', name, key))

    def smembers(self, name):
        return set(self.execute_command('SMEMBERS', name))

    def sismember(self, name, v):
        return bool(self._raw('SISMEMBER', name, v))

    def smove(self, a, b, v):
        return bool(self._raw('SMOVE', a, b, v))

    def zadd(self, name, mapping, nx=False, xx=False, ch=False, incr=False, gt=False, lt=False):
        if not mapping:
            raise DataError('ZADD requires at least one element/score pair')
        if nx and xx:
            raise DataError("ZADD allows either 'nx' or 'xx', not both")
        if gt and lt:
            raise DataError("ZADD allows either 'gt' or 'lt', not both")
        if incr and len(mapping) != 1:
            raise DataError("ZADD option 'incr' only works when passing a single element/score pair")
        if nx and (gt or lt):
            raise DataError("Only one of 'nx', 'lt', or 'gr' may be defined.")
        args = [word for word, on in (('NX', nx), ('XX', xx), ('CH', ch), ('INCR', incr), ('GT', gt), ('LT', lt)) if on]
        for k, v in mapping.items():
            args += [v, k]
        v = self._raw('ZADD', name, *args)
        return _score(v) if incr else v

    def zscore(self, name, v):
        return _score(self._raw('ZSCORE', name, v))

    def zmscore(self, name, members):
        return [_score(v) for v in self._raw('ZMSCORE', name, *members)]

    def zincrby(self, name, amount, v):
        return _score(self._raw('ZINCRBY', name, amount, v))

    def _z(self, command, name, a, b, withscores, start=None, num=None, score_cast_func=float):
        if (start is None) != (num is None):
            raise DataError('``start`` and ``num`` must both be specified')
        args = [name, a, b]
        if start is not None:
            args += ['LIMIT', start, num]
        if withscores:
            args.append('WITHSCORES')
        v = self.execute_command(command, *args)
        return self._scored(v, score_cast_func) if withscores else v

    def _scored(self, v, cast=float):
        return [(v[i], cast(float(v[i + 1]))) for i in range(0, len(v), 2)]

    def zrange(self, name, start, end, desc=False, withscores=False, score_cast_func=float, byscore=False, bylex=False,
               offset=None, num=None):
        if not byscore and not bylex and (offset is None) and (num is None):
            return self._z('ZREVRANGE' if desc else 'ZRANGE', name, start, end, withscores, score_cast_func=score_cast_func)
        if byscore and bylex:
            raise DataError('``byscore`` and ``bylex`` can not be specified together.')
        if (offset is None) != (num is None):
            raise DataError('``offset`` and ``num`` must both be specified.')
        if bylex and withscores:
            raise DataError('``withscores`` not supported in combination with ``bylex``.')
        args = [name, start, end]
        args += ['BYSCORE'] if byscore else []
        args += ['BYLEX'] if bylex else []
        args += ['REV'] if desc else []
        args += ['LIMIT', offset, num] if offset is not None else []
        v = self.execute_command('ZRANGE', *(args + (['WITHSCORES'] if withscores else [])))
        return self._scored(v, score_cast_func) if withscores else v

    def zrevrange(self, name, start, end, withscores=False, score_cast_func=float):
        return self._z('ZREVRANGE', name, start, end, withscores, score_cast_func=score_cast_func)

    def zrangebyscore(self, name, min, max, start=None, num=None, withscores=False, score_cast_func=float):
        return self._z('ZRANGEBYSCORE', name, min, max, withscores, start, num, score_cast_func)

    def zrevrangebyscore(self, name, max, min, start=None, num=None, withscores=False, score_cast_func=float):
        return self._z('ZREVRANGEBYSCORE', name, max, min, withscores, start, num, score_cast_func)

    def zpopmin(self, name, count=None):
        return self._scored(self.execute_command('ZPOPMIN', name, *([] if count is None else [count])))

    def zpopmax(self, name, count=None):
        return self._scored(self.execute_command('ZPOPMAX', name, *([] if count is None else [count])))

    def publish(self, channel, message):
        return self._raw('PUBLISH', channel, message)

    def pubsub_channels(self, pattern='*'):
        return self.execute_command('PUBSUB', 'CHANNELS', pattern)

    def pubsub_numsub(self, *channels):
        v = self.execute_command('PUBSUB', 'NUMSUB', *channels)
        return [(v[i], v[i + 1]) for i in range(0, len(v), 2)]

    def pubsub_numpat(self):
        return self._raw('PUBSUB', 'NUMPAT')

    def pubsub(self, ignore_subscribe_messages=False, **kw):
        return PubSub(self, ignore_subscribe_messages)

    def blpop(self, keys, timeout=0):
        keys = list(keys) if isinstance(keys, (list, tuple)) else [keys]
        v = self.execute_command('BLPOP', *(keys + [timeout]))
        return tuple(v) if v else None

    def brpop(self, keys, timeout=0):
        keys = list(keys) if isinstance(keys, (list, tuple)) else [keys]
        v = self.execute_command('BRPOP', *(keys + [timeout]))
        return tuple(v) if v else None

    def pipeline(self, transaction=True):
        return Pipeline(self)

    def __getitem__(self, name):
        v = self.get(name)
        if v is None:
            raise KeyError(name)
        return v

    def __setitem__(self, name, value):
        self.set(name, value)

    def __contains__(self, name):
        return bool(self.exists(name))

    def __delitem__(self, name):
        self.delete(name)


def _plain(method, command):
    def call(self, *args):
        return self.execute_command(command, *args)
    setattr(Redis, method, call)


for _m in ('get', 'getset', 'getdel', 'append', 'strlen', 'exists', 'ttl', 'pttl', 'pexpire', 'lpush', 'rpush', 'lpop', 'rpop', 'llen', 'lrange', 'lindex',
           'lrem', 'hget', 'hdel', 'hlen', 'hkeys', 'hvals', 'hincrby', 'sadd', 'srem', 'scard', 'spop', 'sinter', 'sunion', 'sdiff', 'srandmember', 'zcard', 'zrem', 'zrank',
           'zrevrank', 'zcount', 'zlexcount', 'zrangebylex', 'zremrangebyrank', 'zremrangebyscore', 'dbsize', 'unlink', 'rpoplpush', 'lpushx', 'rpushx', 'getrange', 'setrange'):
    _plain(_m, _m.upper())
_plain('delete', 'DEL')
_plain('config_get', 'CONFIG')


class StrictRedis(Redis):
    pass


class PubSub:
    """A connection of its own, on which messages arrive."""

    KINDS = ('subscribe', 'psubscribe', 'unsubscribe', 'punsubscribe')

    def __init__(self, client, ignore_subscribe_messages=False):
        self._client = client
        self._ignore = ignore_subscribe_messages
        self._connection = client._connection.copy()
        self.channels = {}
        self.patterns = {}

    @property
    def subscribed(self):
        return bool(self.channels or self.patterns)

    def _change(self, command, names, handlers, known):
        for name in names:
            known[self._name(name)] = None
        for name, handler in handlers.items():
            known[self._name(name)] = handler
        self._connection.send([command] + list(names) + list(handlers))

    def _name(self, name):
        return self._client._out(encode(name))

    def subscribe(self, *args, **kwargs):
        self._change('SUBSCRIBE', args, kwargs, self.channels)

    def psubscribe(self, *args, **kwargs):
        self._change('PSUBSCRIBE', args, kwargs, self.patterns)

    def unsubscribe(self, *args):
        self._connection.send(('UNSUBSCRIBE',) + args)

    def punsubscribe(self, *args):
        self._connection.send(('PUNSUBSCRIBE',) + args)

    def parse_response(self, timeout=None):
        return self._connection.read_within(timeout)

    def get_message(self, ignore_subscribe_messages=False, timeout=0.0):
        v = self.parse_response(timeout)
        return None if v is None else self.handle_message(v, ignore_subscribe_messages)

    def handle_message(self, v, ignore_subscribe_messages=False):
        kind = v[0].decode()
        name = self._client._out
        if kind == 'pmessage':
            message = {'type': kind, 'pattern': name(v[1]), 'channel': name(v[2]), 'data': name(v[3])}
        else:
            message = {'type': kind, 'pattern': None, 'channel': name(v[1]), 'data': name(v[2])}
        if kind == 'unsubscribe':
            self.channels.pop(message['channel'], None)
        elif kind == 'punsubscribe':
            self.patterns.pop(message['channel'], None)
        if kind in self.KINDS:
            return None if self._ignore or ignore_subscribe_messages else message
        handler = self.patterns.get(message['pattern']) if kind == 'pmessage' else self.channels.get(message['channel'])
        if handler:
            handler(message)
            return None
        return message

    def listen(self):
        while self.subscribed:
            message = self.handle_message(self.parse_response())
            if message is not None:
                yield message

    def close(self):
        self._connection.close()
        self.channels = {}
        self.patterns = {}

    reset = close

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Pipeline(Redis):
    def __init__(self, client):
        self._client = client
        self._decode = client._decode
        self._commands = []

    def _raw(self, *args):
        self._commands.append(args)
        return self

    def _out(self, v):
        return v

    def set(self, name, value, ex=None, px=None, nx=False, xx=False):
        return self._raw('SET', name, value, *(('EX', ex) if ex is not None else ()))

    def expire(self, name, time):
        return self._raw('EXPIRE', name, time)

    def hgetall(self, name):
        return self._raw('HGETALL', name)

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self._commands = []

    def execute(self):
        commands, self._commands = self._commands, []
        c = self._client
        out = []
        for args in commands:
            v = c._out(c._raw(*args))
            out.append(True if v in ('OK', b'OK') else v)
        return out
