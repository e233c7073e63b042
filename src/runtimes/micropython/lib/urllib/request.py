import io
import _host
import _http
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, quote, unquote


class Request:
    def __init__(self, url, data=None, headers=None, method=None):
        self.full_url = url
        self.data = data
        self.headers = dict(headers or {})
        self.method = method

    def get_method(self):
        return self.method or ('POST' if self.data is not None else 'GET')

    def add_header(self, k, v):
        self.headers[k] = v


class _Response(io.BytesIO):
    def _init(self, url, status, reason, headers):
        self.url = url
        return self

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


class _Answer:
    def __init__(self, url, status, reason, headers, body):
        self.url = url
        self.status = self.code = status
        self.reason = self.msg = reason
        self.headers = headers
        self._io = io.BytesIO(body)

    def read(self, n=-1):
        return self._io.read(n)

    def readline(self):
        return self._io.readline()

    def __iter__(self):
        return iter(self._io.read().splitlines(True))

    def getcode(self):
        return self.status

    def geturl(self):
        return self.url

    def info(self):
        return self.headers

    def getheader(self, name, default=None):
        return self.headers.get(name, default)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


def _reason(e):
    import _boot
    import socket
    if e.code == 'ENOTFOUND':
        return socket.gaierror(-2, 'Name or service not known')
    if e.code == 'ETIMEDOUT':
        return socket.timeout('timed out')
    return _boot.oserror(e.code)


def urlopen(url, data=None, timeout=None):
    request = url if isinstance(url, Request) else Request(url, data)
    target = request.full_url
    for _ in range(10):
        try:
            status, reason, headers, body = _http.exchange(request.get_method(), target, request.headers, request.data or b'', timeout)
        except _host.HostError as e:
            raise URLError(_reason(e))
        if status in (301, 302, 303, 307, 308) and headers.get('Location'):
            target = urljoin(target, headers.get('Location'))
            continue
        if status >= 400:
            raise HTTPError(target, status, reason, headers, body)
        return _Answer(target, status, reason, headers, body)
    raise HTTPError(target, status, reason, headers, body)
