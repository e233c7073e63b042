import json as _json
import _host
import _http
from urllib.parse import urlencode, urljoin

__version__ = '@VERSION@'


class RequestException(IOError):
    pass


class HTTPError(RequestException):
    pass


class ConnectionError(RequestException):
    pass


class Timeout(RequestException):
    pass


class ConnectTimeout(ConnectionError, Timeout):
    pass


class ReadTimeout(Timeout):
    pass


class _Exceptions:
    pass


exceptions = _Exceptions()
for _k in (RequestException, HTTPError, ConnectionError, Timeout, ConnectTimeout, ReadTimeout):
    setattr(exceptions, _k.__name__, _k)


class Response:
    def __init__(self, url, status, reason, headers, content):
        self.url = url
        self.status_code = status
        self.reason = reason
        self.headers = headers
        self.content = content
        self.encoding = 'utf-8'

    @property
    def ok(self):
        return self.status_code < 400

    @property
    def text(self):
        return self.content.decode()

    def json(self):
        return _json.loads(self.text)

    def raise_for_status(self):
        if self.status_code >= 400:
            kind = 'Client' if self.status_code < 500 else 'Server'
            raise HTTPError('%d %s Error: %s for url: %s' % (self.status_code, kind, self.reason, self.url))

    def __repr__(self):
        return '<Response [%d]>' % self.status_code


def request(method, url, params=None, data=None, json=None, headers=None, timeout=None, allow_redirects=True, **kw):
    headers = dict(headers or {})
    headers.setdefault('User-Agent', 'python-requests/' + __version__)
    headers.setdefault('Accept', '*/*')
    if params:
        url += ('&' if '?' in url else '?') + urlencode(params, True)
    body = b''
    if json is not None:
        body = _json.dumps(json).encode()
        headers.setdefault('Content-Type', 'application/json')
    elif isinstance(data, dict):
        body = urlencode(data, True).encode()
        headers.setdefault('Content-Type', 'application/x-www-form-urlencoded')
    elif data:
        body = data if isinstance(data, bytes) else data.encode()
    if isinstance(timeout, tuple):
        timeout = timeout[0]
    for _ in range(30):
        try:
            r = Response(url, *_http.exchange(method.upper(), url, headers, body, timeout))
        except _host.HostError as e:
            if e.code == 'ETIMEDOUT':
                raise ReadTimeout('Read timed out.')
            rest = url.partition('://')[2]
            host = rest.partition('/')[0]
            name, _, port = host.partition(':')
            why = {'ENOTFOUND': 'Failed to resolve', 'ECONNREFUSED': 'Failed to establish a new connection: [Errno 111] Connection refused'}.get(e.code, e.code)
            raise ConnectionError("HTTPConnectionPool(host='%s', port=%s): Max retries exceeded with url: /%s (Caused by NewConnectionError('%s'))" % (name, port or 80, rest.partition('/')[2], why))
        if allow_redirects and r.status_code in (301, 302, 303, 307, 308) and r.headers.get('Location'):
            url = urljoin(url, r.headers.get('Location'))
            if r.status_code == 303 or r.status_code in (301, 302) and method.upper() == 'POST':
                method, body = 'GET', b''
            continue
        return r
    raise RequestException('Exceeded 30 redirects.')


def get(url, **kw):
    return request('GET', url, **kw)


def post(url, data=None, json=None, **kw):
    return request('POST', url, data=data, json=json, **kw)


def put(url, data=None, **kw):
    return request('PUT', url, data=data, **kw)


def delete(url, **kw):
    return request('DELETE', url, **kw)


def head(url, **kw):
    return request('HEAD', url, **kw)


class Session:
    def __init__(self):
        self.headers = {}

    def request(self, method, url, **kw):
        kw['headers'] = dict(self.headers, **(kw.get('headers') or {}))
        return request(method, url, **kw)

    def get(self, url, **kw):
        return self.request('GET', url, **kw)

    def post(self, url, **kw):
        return self.request('POST', url, **kw)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


session = Session
