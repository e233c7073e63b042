import _host
import _boot

AF_UNSPEC = 0
AF_INET = 2
AF_INET6 = 10
SOCK_STREAM = 1
SOCK_DGRAM = 2
SOL_SOCKET = 1
SO_REUSEADDR = 2
SO_KEEPALIVE = 9
IPPROTO_TCP = 6
TCP_NODELAY = 1
SHUT_RD, SHUT_WR, SHUT_RDWR = 0, 1, 2
error = OSError


class gaierror(OSError):
    def __str__(self):
        return '[Errno %d] %s' % self.args


class timeout(TimeoutError):
    def __str__(self):
        return 'timed out'


class herror(OSError):
    pass


def gethostname():
    return _boot.config['hostname']


def getfqdn(name=''):
    return name or gethostname()


def _resolve(host):
    if not host:
        return ['0.0.0.0']
    found = _host.call('resolve', host).split()
    if not found:
        raise gaierror(-2, 'Name or service not known')
    return found


def gethostbyname(host):
    return _resolve(host)[0]


def gethostbyname_ex(host):
    return host, [], _resolve(host)


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    return [(AF_INET, SOCK_STREAM, 6, '', (a, int(port or 0))) for a in _resolve(host)]


def inet_aton(a):
    return bytes([int(x) for x in a.split('.')])


def inet_ntoa(b):
    return '.'.join([str(x) for x in b])


_default = None


def setdefaulttimeout(t):
    global _default
    _default = t


def getdefaulttimeout():
    return _default


class socket:
    def __init__(self, family=AF_INET, type=SOCK_STREAM, proto=0, fileno=None):
        self._id = None
        self._timeout = _default
        self._bound = None
        self._peer = None
        self.family = family
        self.type = type

    def _call(self, *args):
        try:
            return _host.raw(b'\0'.join([a if isinstance(a, bytes) else str(a).encode() for a in args]))
        except _host.HostError as e:
            if e.code == 'ETIMEDOUT' and self._timeout is not None:
                raise timeout('timed out')
            if e.code == 'ENOTFOUND':
                raise gaierror(-2, 'Name or service not known')
            raise _boot.oserror(e.code)

    def _seconds(self):
        return '' if self._timeout is None else self._timeout

    def settimeout(self, t):
        self._timeout = t

    def gettimeout(self):
        return self._timeout

    def setblocking(self, flag):
        self._timeout = None if flag else 0

    def setsockopt(self, *a):
        pass

    def connect(self, address):
        if self.type == SOCK_DGRAM:
            _resolve(address[0])
            self._peer = address
            return
        _resolve(address[0])
        answer = self._call('connect', address[0], address[1], self._seconds()).decode().split()
        self._id = answer[0]
        self._peer = (answer[1], int(answer[2]))

    def connect_ex(self, address):
        try:
            self.connect(address)
            return 0
        except OSError as e:
            return e.args[0]

    def bind(self, address):
        self._bound = address

    def listen(self, backlog=0):
        self._id = self._call('listen', self._bound[1]).decode()

    def accept(self):
        answer = self._call('accept', self._id).decode().split()
        peer = socket()
        peer._id = answer[0]
        peer._peer = (answer[1], int(answer[2]))
        return peer, peer._peer

    def send(self, data, flags=0):
        if self._id is None:
            raise _boot.oserror('EPIPE')
        self._call('send', self._id, bytes(data))
        return len(data)

    def sendall(self, data, flags=0):
        self.send(data)

    def recv(self, size, flags=0):
        return self._call('recv', self._id, size, self._seconds())

    def makefile(self, mode='r', buffering=-1, **kw):
        return _File(self, 'b' in mode)

    def getpeername(self):
        return self._peer

    def getsockname(self):
        return self._bound or (_host.call('address'), 0)

    def fileno(self):
        return int(self._id or -1)

    def shutdown(self, how):
        if self._id is not None:
            self._call('shutdown', self._id)

    def close(self):
        if self._id is not None:
            self._call('close', self._id)
            self._id = None

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()


class _File:
    def __init__(self, sock, binary):
        self._sock = sock
        self._binary = binary
        self._buf = b''

    def _out(self, data):
        return data if self._binary else data.decode()

    def readline(self):
        while b'\n' not in self._buf:
            data = self._sock.recv(4096)
            if not data:
                break
            self._buf += data
        i = self._buf.find(b'\n') + 1 or len(self._buf)
        line, self._buf = self._buf[:i], self._buf[i:]
        return self._out(line)

    def read(self, n=-1):
        while n < 0 or len(self._buf) < n:
            data = self._sock.recv(4096)
            if not data:
                break
            self._buf += data
        if n < 0:
            n = len(self._buf)
        data, self._buf = self._buf[:n], self._buf[n:]
        return self._out(data)

    def write(self, data):
        self._sock.sendall(data if isinstance(data, bytes) else data.encode())

    def flush(self):
        pass

    def close(self):
        pass


def create_connection(address, timeout=None, source_address=None):
    s = socket()
    s.settimeout(timeout)
    s.connect(address)
    return s
