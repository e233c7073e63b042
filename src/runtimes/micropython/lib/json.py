import ujson as _j
from ujson import load, loads as _loads


class JSONDecodeError(ValueError):
    pass


def loads(s, **kw):
    try:
        return _loads(s)
    except ValueError:
        raise JSONDecodeError('Expecting value: line 1 column 1 (char 0)')


def dumps(o, indent=None, sort_keys=False, separators=None, default=None, ensure_ascii=True, **kw):
    if isinstance(indent, int):
        indent = ' ' * indent
    item, key = separators or ((',' if indent is not None else ', '), ': ')
    return _dump(o, indent, sort_keys, item, key, default, '\n')


def _string(s):
    out = _j.dumps(s)
    for c in s:
        if ord(c) > 126:
            return '"' + ''.join([c if ord(c) < 127 else _escape(ord(c)) for c in out[1:-1]]) + '"'
    return out


def _escape(n):
    if n > 0xffff:
        n -= 0x10000
        return '\\u%04x\\u%04x' % (0xd800 + (n >> 10), 0xdc00 + (n & 0x3ff))
    return '\\u%04x' % n


def _dump(o, indent, sort_keys, item, key, default, nl):
    if o is None:
        return 'null'
    if o is True:
        return 'true'
    if o is False:
        return 'false'
    if isinstance(o, str):
        return _string(o)
    if isinstance(o, (int, float)):
        return repr(o)
    inner = nl + indent if indent is not None else ''
    if isinstance(o, dict):
        if not o:
            return '{}'
        pairs = o.items()
        if sort_keys:
            pairs = sorted(pairs, key=lambda p: p[0])
        parts = []
        for k, v in pairs:
            if not isinstance(k, str):
                k = {None: 'null', True: 'true', False: 'false'}.get(k) if k is None or isinstance(k, bool) else repr(k)
            parts.append(inner + _string(k) + key + _dump(v, indent, sort_keys, item, key, default, inner or nl))
        return '{' + item.join(parts) + (nl if indent is not None else '') + '}'
    if isinstance(o, (list, tuple)):
        if not o:
            return '[]'
        return '[' + item.join([inner + _dump(v, indent, sort_keys, item, key, default, inner or nl) for v in o]) + (nl if indent is not None else '') + ']'
    if default is not None:
        return _dump(default(o), indent, sort_keys, item, key, default, nl)
    raise TypeError('Object of type %s is not JSON serializable' % type(o).__name__)


def dump(o, f, **kw):
    f.write(dumps(o, **kw))
