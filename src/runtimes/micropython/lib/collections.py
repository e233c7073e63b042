from ucollections import *
from ucollections import OrderedDict, deque, namedtuple
from _http import Mapping


class defaultdict(dict):
    def __init__(self, factory=None, *a, **kw):
        super().__init__()
        self.default_factory = factory
        if a:
            self.update(a[0])
        self.update(kw)

    def __getitem__(self, key):
        try:
            return super().__getitem__(key)
        except KeyError:
            if self.default_factory is None:
                raise
            value = self[key] = self.default_factory()
            return value


class Counter(Mapping):
    def __getitem__(self, key):
        return self._d.get(key, 0)

    def update(self, items=(), **kw):
        if hasattr(items, 'items'):
            for k, n in items.items():
                self[k] = self[k] + n
        else:
            for k in items:
                self[k] = self[k] + 1

    def most_common(self, n=None):
        out = sorted(self.items(), key=lambda p: -p[1])
        return out if n is None else out[:n]

    def elements(self):
        for k, n in self.items():
            for _ in range(n):
                yield k

    def total(self):
        return sum(self.values())

    def __repr__(self):
        return 'Counter({%s})' % ', '.join(['%r: %r' % p for p in self.most_common()])


class ChainMap:
    def __init__(self, *maps):
        self.maps = list(maps) or [{}]

    def __getitem__(self, key):
        for m in self.maps:
            if key in m:
                return m[key]
        raise KeyError(key)

    def get(self, key, default=None):
        for m in self.maps:
            if key in m:
                return m[key]
        return default


class abc:
    Mapping = MutableMapping = dict
    Sequence = list
