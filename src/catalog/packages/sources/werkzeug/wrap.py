import json as _json
from _http import Headers, Mapping as _Mapping, REASONS
from werkzeug.exceptions import BadRequest, BadRequestKeyError, UnsupportedMediaType

MODERN = '@VERSION@'[:2] not in ('0.', '1.')


class MultiDict(_Mapping):
    """Keys with several values; reading one that is missing is a 400."""

    def __init__(self, pairs=()):
        self._d = {}
        for k, v in pairs:
            self.add(k, v)

    def add(self, key, value):
        self._d.setdefault(key, []).append(value)

    def __getitem__(self, key):
        if key not in self._d:
            raise BadRequestKeyError()
        return self._d[key][0]

    def __setitem__(self, key, value):
        self._d[key] = [value]

    def get(self, key, default=None, type=None):
        if key not in self._d:
            return default
        value = self._d[key][0]
        if type is None:
            return value
        try:
            return type(value)
        except ValueError:
            return default

    def getlist(self, key, type=None):
        values = self._d.get(key, [])
        return [type(v) for v in values] if type else list(values)

    def items(self, multi=False):
        return [(k, v) for k in self._d for v in (self._d[k] if multi else self._d[k][:1])]

    def lists(self):
        return list(self._d.items())

    def to_dict(self, flat=True):
        return {k: v[0] if flat else list(v) for k, v in self._d.items()}

    def __repr__(self):
        return 'ImmutableMultiDict(%r)' % self.items(True)


class Request:
    def __init__(self, raw):
        self._raw = raw
        self.method = raw.method
        path = raw.target
        self._query = ''
        if '?' in path:
            path, _, self._query = path.partition('?')
        if '%' in path:
            from urllib.parse import unquote
            path = unquote(path)
        self.path = path

    # What most requests never set or ask for stays out of the way of the ones that do not.
    endpoint = None
    view_args = None
    url_rule = None
    scheme = 'http'
    _headers = _args = _form = _environ = None

    @property
    def remote_addr(self):
        return self._raw.remote

    @property
    def query_string(self):
        return self._query.encode()

    @property
    def environ(self):
        if self._environ is None:
            self._environ = {'REMOTE_ADDR': self._raw.remote, 'REQUEST_METHOD': self.method, 'PATH_INFO': self.path, 'QUERY_STRING': self._query}
        return self._environ

    @property
    def full_path(self):
        return self.path + '?' + self._query

    @property
    def headers(self):
        if self._headers is None:
            self._headers = h = Headers()
            for line in self._raw.lines:
                k, _, v = line.partition(': ')
                h['-'.join([w[:1].upper() + w[1:].lower() for w in k.split('-')])] = v
        return self._headers

    @property
    def args(self):
        if self._args is None:
            from urllib.parse import parse_qsl
            self._args = MultiDict(parse_qsl(self._query, True))
        return self._args

    @property
    def form(self):
        if self._form is None:
            kind = self.headers.get('Content-Type', '')
            if kind.startswith('application/x-www-form-urlencoded'):
                from urllib.parse import parse_qsl
                self._form = MultiDict(parse_qsl(self._raw.body.decode(), True))
            elif kind.startswith('multipart/form-data'):
                self._form = MultiDict(_multipart(self._raw.body, kind.split('boundary=', 1)[1].strip('"')))
            else:
                self._form = MultiDict()
        return self._form

    @property
    def values(self):
        out = MultiDict()
        for source in (self.args, self.form):
            for k, v in source.items(True):
                out.add(k, v)
        return out

    @property
    def files(self):
        return MultiDict()

    @property
    def data(self):
        return self._raw.body

    def get_data(self, cache=True, as_text=False):
        return self._raw.body.decode() if as_text else self._raw.body

    @property
    def is_json(self):
        return 'json' in self.headers.get('Content-Type', '')

    def get_json(self, force=False, silent=False, cache=True):
        if not (force or self.is_json):
            if silent or not MODERN:
                return None
            raise UnsupportedMediaType("Did not attempt to load JSON data because the request Content-Type was not 'application/json'.")
        try:
            return _json.loads(self._raw.body.decode())
        except ValueError:
            if silent:
                return None
            raise BadRequest()

    @property
    def json(self):
        return self.get_json()

    @property
    def cookies(self):
        out = {}
        for part in self.headers.get('Cookie', '').split(';'):
            k, _, v = part.strip().partition('=')
            if k:
                out[k] = v
        return out

    @property
    def host(self):
        return self.headers.get('Host', 'localhost')

    @property
    def host_url(self):
        return 'http://%s/' % self.host

    url_root = host_url

    @property
    def base_url(self):
        return 'http://%s%s' % (self.host, self.path)

    @property
    def url(self):
        q = self._query
        return self.base_url + ('?' + q if q else '')

    @property
    def user_agent(self):
        return self.headers.get('User-Agent', '')

    @property
    def content_type(self):
        return self.headers.get('Content-Type')

    mimetype = content_type

    @property
    def content_length(self):
        return len(self._raw.body)

    @property
    def access_route(self):
        return [self.remote_addr]


def _multipart(body, boundary):
    out = []
    for part in body.split(b'--' + boundary.encode())[1:-1]:
        head, _, value = part.partition(b'\r\n\r\n')
        i = head.find(b'name="')
        if i >= 0 and b'filename="' not in head:
            out.append((head[i + 6:].split(b'"')[0].decode(), value[:-2].decode()))
    return out


class Response:
    default_mimetype = 'text/html'

    def __init__(self, response=None, status=None, headers=None, mimetype=None, content_type=None, direct_passthrough=False):
        if isinstance(response, str):
            response = response.encode()
        elif response is None:
            response = b''
        elif not isinstance(response, (bytes, bytearray)):
            response = b''.join([p.encode() if isinstance(p, str) else p for p in response])
        self._data = response
        self.headers = _headers = Headers()
        if isinstance(status, str):
            code, _, self._reason = status.partition(' ')
            self.status_code = int(code)
        elif status is not None:
            self.status_code = int(status)
        if content_type is None:
            content_type = mimetype or self.default_mimetype
            if content_type == 'text/html':
                content_type = 'text/html; charset=utf-8'
            elif content_type.startswith('text/') and 'charset' not in content_type:
                content_type += '; charset=utf-8'
        _headers._d['content-type'] = ('Content-Type', content_type)
        if headers:
            for k, v in (headers.items() if hasattr(headers, 'items') else headers):
                self.headers[k] = v

    status_code = 200
    _reason = ''
    _cookies = None

    @property
    def status(self):
        return '%d %s' % (self.status_code, self._reason or REASONS.get(self.status_code, 'UNKNOWN').upper())

    @property
    def data(self):
        return self._data

    @data.setter
    def data(self, value):
        self._data = value.encode() if isinstance(value, str) else value

    def set_data(self, value):
        self.data = value

    def get_data(self, as_text=False):
        return self._data.decode() if as_text else self._data

    @property
    def mimetype(self):
        return self.headers.get('Content-Type', '').split(';')[0]

    @mimetype.setter
    def mimetype(self, value):
        self.headers['Content-Type'] = value

    @property
    def content_type(self):
        return self.headers.get('Content-Type')

    @content_type.setter
    def content_type(self, value):
        self.headers['Content-Type'] = value

    def get_json(self):
        return _json.loads(self._data.decode())

    json = property(get_json)

    def set_cookie(self, key, value='', max_age=None, path='/', httponly=False, secure=False, samesite=None, **kw):
        text = '%s=%s' % (key, value)
        if max_age is not None:
            text += '; Max-Age=%d' % max_age
        if secure:
            text += '; Secure'
        if httponly:
            text += '; HttpOnly'
        text += '; Path=%s' % path
        if self._cookies is None:
            self._cookies = []
        self._cookies.append('Set-Cookie: ' + text)

    def delete_cookie(self, key, path='/'):
        self.set_cookie(key, '', max_age=0, path=path)

    def _lines(self):
        lines = ['%s: %s' % pair for pair in self.headers._d.values()]
        lines.insert(1, 'Content-Length: %d' % len(self._data))
        return lines + self._cookies if self._cookies else lines


def redirect(location, code=302):
    text = location.replace('&', '&amp;').replace('<', '&lt;')
    head = '<!doctype html>\n<html lang=en>\n' if MODERN else '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">\n'
    body = head + '<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n<p>You should be redirected automatically to the target URL: <a href="%s">%s</a>. If not, click the link.\n' % (text, text)
    out = Response(body, code)
    out.headers['Location'] = location
    return out
