MISSING = object()


class _Field:
    def __init__(self, default, factory):
        self.default = default
        self.factory = factory


def field(default=MISSING, default_factory=MISSING, **kw):
    return _Field(default, default_factory)


def dataclass(cls=None, **options):
    raise NotImplementedError('dataclasses need class annotations, which this Python does not keep')


def asdict(o):
    return dict(o.__dict__)
