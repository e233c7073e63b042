from ucollections import *
import ucollections as _c
from ucollections import OrderedDict, namedtuple, deque


class defaultdict(dict):
    def __init__(self, factory=None, *a, **kw):
        dict.__init__(self)
        self.default_factory = factory
        if a:
            self.update(a[0])
        self.update(kw)

    def __getitem__(self, key):
        if key not in self:
            if self.default_factory is None:
                raise KeyError(key)
            self[key] = self.default_factory()
        return dict.__getitem__(self, key)


class Counter(dict):
    def __init__(self, items=(), **kw):
        dict.__init__(self)
        self.update(items)

    def __getitem__(self, key):
        return self.get(key, 0)

    def update(self, items=()):
        if isinstance(items, dict):
            for k, n in items.items():
                self[k] = self.get(k, 0) + n
        else:
            for k in items:
                self[k] = self.get(k, 0) + 1

    def most_common(self, n=None):
        out = sorted(self.items(), key=lambda p: -p[1])
        return out if n is None else out[:n]

    def elements(self):
        for k, n in self.items():
            for _ in range(n):
                yield k


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
    Mapping = dict
    MutableMapping = dict
    Sequence = list
