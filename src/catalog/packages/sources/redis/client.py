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

    def zadd(self, name, mapping, nx=False, xx=False):
        args = []
        for k, v in mapping.items():
            args += [v, k]
        return self._raw('ZADD', name, *args)

    def zscore(self, name, v):
        return _score(self._raw('ZSCORE', name, v))

    def zincrby(self, name, amount, v):
        return _score(self._raw('ZINCRBY', name, amount, v))

    def _z(self, command, name, a, b, withscores):
        if not withscores:
            return self.execute_command(command, name, a, b)
        v = self.execute_command(command, name, a, b, 'WITHSCORES')
        return [(v[i], float(v[i + 1])) for i in range(0, len(v), 2)]

    def zrange(self, name, a, b, desc=False, withscores=False):
        return self._z('ZREVRANGE' if desc else 'ZRANGE', name, a, b, withscores)

    def zrevrange(self, name, a, b, withscores=False):
        return self._z('ZREVRANGE', name, a, b, withscores)

    def zrangebyscore(self, name, a, b, withscores=False):
        return self._z('ZRANGEBYSCORE', name, a, b, withscores)

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
           'zcount', 'dbsize', 'publish', 'unlink', 'rpoplpush', 'lpushx', 'rpushx', 'getrange', 'setrange'):
    _plain(_m, _m.upper())
_plain('delete', 'DEL')
_plain('config_get', 'CONFIG')


class StrictRedis(Redis):
    pass


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
