import ure as _re

I = IGNORECASE = 2
M = MULTILINE = 8
S = DOTALL = 16
X = VERBOSE = 64
U = UNICODE = 32
error = ValueError


def escape(s):
    return ''.join([c if c.isalpha() or c.isdigit() or c == '_' else '\\' + c for c in s])


class Match:
    def __init__(self, m, string, names, offset):
        self._m = m
        self.string = string
        self._names = names
        self._offset = offset

    def _at(self, g):
        return self._names[g] if isinstance(g, str) else g

    def group(self, *gs):
        if len(gs) < 2:
            return self._m.group(self._at(gs[0]) if gs else 0)
        return tuple([self._m.group(self._at(g)) for g in gs])

    def __getitem__(self, g):
        return self.group(g)

    def groups(self, default=None):
        return tuple([default if g is None else g for g in self._m.groups()])

    def groupdict(self, default=None):
        return {n: self._m.group(i) for n, i in self._names.items()}

    def start(self, g=0):
        return self._m.start(self._at(g)) + self._offset

    def end(self, g=0):
        return self._m.end(self._at(g)) + self._offset

    def span(self, g=0):
        return self.start(g), self.end(g)


def _translate(p, flags):
    """Counted repeats and named groups, which the engine below does not know."""
    names = {}
    out = []
    i = n = 0
    depth = []
    while i < len(p):
        c = p[i]
        if c == '\\':
            out.append(p[i:i + 2])
            i += 2
            continue
        if c == '[':
            j = i + 1
            if p[j:j + 1] == '^':
                j += 1
            j += 1
            while j < len(p) and p[j] != ']':
                j += 2 if p[j] == '\\' else 1
            out.append(p[i:j + 1])
            i = j + 1
            continue
        if c == '(':
            depth.append(len(out))
            if p[i:i + 4] == '(?P<':
                n += 1
                j = p.index('>', i)
                names[p[i + 4:j]] = n
                out.append('(')
                i = j + 1
                continue
            if p[i + 1:i + 2] != '?':
                n += 1
            else:
                out.append(p[i:i + 3])
                i += 3
                continue
        elif c == ')' and depth:
            start = depth.pop()
            out[start:] = [''.join(out[start:]) + ')']
            i += 1
            continue
        elif c == '{' and out:
            j = p.find('}', i)
            lo, _, hi = p[i + 1:j].partition(',')
            if j > 0 and lo.isdigit() and (hi == '' or hi.isdigit()):
                atom = out.pop()
                lo = int(lo)
                if ',' not in p[i:j]:
                    out.append(atom * lo)
                elif hi == '':
                    out.append(atom * lo + atom + '*')
                else:
                    out.append(atom * lo + (atom + '?') * (int(hi) - lo))
                i = j + 1
                continue
        out.append(c)
        i += 1
    text = ''.join(out)
    if flags & I:
        text = ''.join(['[%s%s]' % (c.lower(), c.upper()) if c.isalpha() and not (k and text[k - 1] == '\\') else c for k, c in enumerate(text)])
    return text, names


class Pattern:
    def __init__(self, p, flags=0):
        self.pattern = p
        text, self._names = _translate(p, flags)
        self._r = _re.compile(text)

    def _find(self, s, pos, method):
        m = method(s[pos:] if pos else s)
        return Match(m, s, self._names, pos) if m else None

    def match(self, s, pos=0):
        return self._find(s, pos, self._r.match)

    def search(self, s, pos=0):
        return self._find(s, pos, self._r.search)

    def fullmatch(self, s):
        m = self.match(s)
        return m if m and m.end() == len(s) else None

    def finditer(self, s):
        pos = 0
        while pos <= len(s):
            m = self.search(s, pos)
            if not m:
                return
            yield m
            pos = m.end() if m.end() > m.start() else m.end() + 1

    def findall(self, s):
        out = []
        for m in self.finditer(s):
            g = m.groups()
            out.append(m.group() if not g else g[0] if len(g) == 1 else g)
        return out

    def sub(self, repl, s, count=0):
        out = []
        last = n = 0
        for m in self.finditer(s):
            out.append(s[last:m.start()])
            out.append(repl(m) if callable(repl) else _expand(repl, m))
            last = m.end()
            n += 1
            if count and n >= count:
                break
        return ''.join(out) + s[last:]

    def split(self, s, maxsplit=0):
        out = []
        last = 0
        for m in self.finditer(s):
            if m.end() == m.start():
                continue
            out.append(s[last:m.start()])
            out.extend(m.groups())
            last = m.end()
        return out + [s[last:]]


def _expand(t, m):
    if '\\' not in t:
        return t
    out = ''
    i = 0
    while i < len(t):
        if t[i] == '\\' and i + 1 < len(t):
            c = t[i + 1]
            if c.isdigit():
                out += m.group(int(c)) or ''
            elif c == 'g':
                j = t.index('>', i)
                name = t[i + 3:j]
                out += m.group(int(name) if name.isdigit() else name) or ''
                i = j + 1
                continue
            else:
                out += {'n': '\n', 't': '\t'}.get(c, c)
            i += 2
            continue
        out += t[i]
        i += 1
    return out


_cache = {}


def compile(p, flags=0):
    if isinstance(p, Pattern):
        return p
    if (p, flags) not in _cache:
        _cache[(p, flags)] = Pattern(p, flags)
    return _cache[(p, flags)]


def match(p, s, flags=0):
    return compile(p, flags).match(s)


def search(p, s, flags=0):
    return compile(p, flags).search(s)


def fullmatch(p, s, flags=0):
    return compile(p, flags).fullmatch(s)


def findall(p, s, flags=0):
    return compile(p, flags).findall(s)


def finditer(p, s, flags=0):
    return compile(p, flags).finditer(s)


def sub(p, repl, s, count=0, flags=0):
    return compile(p, flags).sub(repl, s, count)


def split(p, s, maxsplit=0, flags=0):
    return compile(p, flags).split(s, maxsplit)
