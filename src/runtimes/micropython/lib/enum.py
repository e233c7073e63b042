# Members stay plain values with `name` and `value`: metaclasses are not there.


class _Member:
    def __init__(self, owner, name, value):
        self._owner = owner
        self.name = name
        self.value = value

    def __repr__(self):
        return '<%s.%s: %r>' % (self._owner, self.name, self.value)

    def __str__(self):
        return '%s.%s' % (self._owner, self.name)


class Enum:
    pass


class IntEnum(Enum):
    pass


_n = [0]


def auto():
    _n[0] += 1
    return _n[0]


def unique(c):
    return c
