from collections import namedtuple as _nt

_SAFE = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~'


def quote(s, safe='/'):
    if isinstance(s, str):
        s = s.encode()
    ok = _SAFE + safe
    return ''.join([chr(b) if chr(b) in ok and b < 128 else '%%%02X' % b for b in s])


def quote_plus(s, safe=''):
    return quote(s, safe + ' ').replace(' ', '+')


def unquote_to_bytes(s):
    parts = s.encode().split(b'%')
    out = [parts[0]]
    for p in parts[1:]:
        try:
            out.append(bytes([int(p[:2], 16)]) + p[2:])
        except ValueError:
            out.append(b'%' + p)
    return b''.join(out)


def unquote(s):
    return unquote_to_bytes(s).decode() if '%' in s else s


def unquote_plus(s):
    return unquote(s.replace('+', ' '))


def urlencode(query, doseq=False):
    items = query.items() if hasattr(query, 'items') else query
    out = []
    for k, v in items:
        for one in (v if doseq and isinstance(v, (list, tuple)) else (v,)):
            out.append(quote_plus(str(k)) + '=' + quote_plus(str(one)))
    return '&'.join(out)


def parse_qsl(qs, keep_blank_values=False):
    out = []
    for part in qs.split('&'):
        if part:
            k, _, v = part.partition('=')
            if v or keep_blank_values:
                out.append((unquote_plus(k), unquote_plus(v)))
    return out


def parse_qs(qs, keep_blank_values=False):
    out = {}
    for k, v in parse_qsl(qs, keep_blank_values):
        out.setdefault(k, []).append(v)
    return out


SplitResult = _nt('SplitResult', ('scheme', 'netloc', 'path', 'query', 'fragment'))
_Parts = _nt('ParseResult', ('scheme', 'netloc', 'path', 'params', 'query', 'fragment'))


class ParseResult(_Parts):
    @property
    def hostname(self):
        return self[1].rpartition('@')[2].partition(':')[0].lower() or None

    @property
    def port(self):
        p = self[1].rpartition('@')[2].partition(':')[2]
        return int(p) if p else None

    @property
    def username(self):
        return self[1].rpartition('@')[0].partition(':')[0] or None

    @property
    def password(self):
        return self[1].rpartition('@')[0].partition(':')[2] or None


def urlparse(url, scheme=''):
    rest, _, fragment = url.partition('#')
    rest, _, query = rest.partition('?')
    netloc = ''
    i = rest.find('://')
    if i > 0:
        scheme, rest = rest[:i], rest[i + 1:]
    if rest[:2] == '//':
        j = rest.find('/', 2)
        j = len(rest) if j < 0 else j
        netloc, rest = rest[2:j], rest[j:]
    return ParseResult(scheme, netloc, rest, '', query, fragment)


urlsplit = urlparse


def urljoin(base, url):
    u = urlparse(url)
    if u[0]:
        return url
    b = urlparse(base)
    root = b[0] + '://' + b[1]
    return root + url if url[:1] == '/' else root + b[2].rpartition('/')[0] + '/' + url
