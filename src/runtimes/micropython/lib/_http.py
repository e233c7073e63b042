# One HTTP exchange through the host, for urllib, http.client and requests.
import _host


_second = [None, '']


def date():
    """The Date header's text; formatting costs more than answering, so once a second."""
    import utime
    now = utime.time_ns() // 1000000000
    if now != _second[0]:
        import time
        _second[0] = now
        _second[1] = time.strftime('%a, %d %b %Y %H:%M:%S GMT', time.gmtime(now))
    return _second[1]


class Mapping:
    """A dictionary by composition: a subclass of a built-in type cannot be relied on here."""

    def __init__(self, items=None):
        self._d = {}
        if items is not None:
            self.update(items)

    def update(self, items=(), **kw):
        for k, v in (items.items() if hasattr(items, 'items') else items):
            self[k] = v
        for k, v in kw.items():
            self[k] = v

    def __getitem__(self, key):
        return self._d[key]

    def __setitem__(self, key, value):
        self._d[key] = value

    def __delitem__(self, key):
        del self._d[key]

    def __contains__(self, key):
        return key in self._d

    def __iter__(self):
        return iter(self._d)

    def __len__(self):
        return len(self._d)

    def __bool__(self):
        return bool(self._d)

    def __eq__(self, other):
        return dict(self.items()) == (other if isinstance(other, dict) else dict(other.items()))

    def __repr__(self):
        return '%s(%r)' % (type(self).__name__, dict(self.items()))

    def get(self, key, default=None):
        return self[key] if key in self else default

    def setdefault(self, key, value=None):
        if key not in self:
            self[key] = value
        return self[key]

    def pop(self, key, *default):
        if default and key not in self:
            return default[0]
        value = self[key]
        del self[key]
        return value

    def keys(self):
        return list(self)

    def values(self):
        return [self[k] for k in self]

    def items(self):
        return [(k, self[k]) for k in self]

    def copy(self):
        return dict(self.items())

    def clear(self):
        self._d.clear()


class Headers(Mapping):
    """Case-insensitive, in the order and spelling they came."""

    def __getitem__(self, key):
        return self._d[key.lower()][1]

    def __setitem__(self, key, value):
        self._d[key.lower()] = (key, value)

    def __delitem__(self, key):
        del self._d[key.lower()]

    def __contains__(self, key):
        return key.lower() in self._d

    def __iter__(self):
        return iter([k for k, _ in self._d.values()])

    def get(self, key, default=None, type=None):
        found = self._d.get(key.lower())
        return default if found is None else found[1] if type is None else type(found[1])

    def items(self):
        return list(self._d.values())

    def add(self, key, value):
        self[key] = value

    set = add

    def getlist(self, key):
        found = self._d.get(key.lower())
        return [found[1]] if found else []


def exchange(method, url, headers, body=b'', timeout=None):
    if url[:8] == 'https://':
        raise _host.HostError('ENOTFOUND', 'https')
    lines = '\n'.join(['%s: %s' % pair for pair in headers.items()])
    head = '\0'.join(('http', method, url, '' if timeout is None else str(timeout), lines)) + '\n\n'
    answer = _host.raw(head.encode() + (body or b''))
    head, body = answer.split(b'\n\n', 1)
    lines = head.decode().split('\n')
    out = Headers()
    for line in lines[2:]:
        k, _, v = line.partition(': ')
        out[k] = v
    return int(lines[0]), lines[1] or REASONS.get(int(lines[0]), ''), out, body


REASONS = {100: 'Continue', 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 206: 'Partial Content', 301: 'Moved Permanently',
           302: 'Found', 303: 'See Other', 304: 'Not Modified', 307: 'Temporary Redirect', 308: 'Permanent Redirect', 400: 'Bad Request',
           401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable', 408: 'Request Timeout',
           409: 'Conflict', 410: 'Gone', 411: 'Length Required', 413: 'Request Entity Too Large', 415: 'Unsupported Media Type', 418: "I'm a teapot",
           422: 'Unprocessable Entity', 429: 'Too Many Requests', 500: 'Internal Server Error', 501: 'Not Implemented', 502: 'Bad Gateway',
           503: 'Service Unavailable', 504: 'Gateway Timeout'}
