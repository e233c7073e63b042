class _Any:
    def __getitem__(self, item):
        return self

    def __call__(self, *a, **kw):
        return self

    def __or__(self, other):
        return self


Any = Union = Optional = List = Dict = Tuple = Set = FrozenSet = Callable = Iterable = Iterator = Sequence = Mapping = Type = Generator = _Any()
MutableMapping = Awaitable = Coroutine = AsyncIterator = NoReturn = ClassVar = Final = Literal = Text = Deque = DefaultDict = Self = _Any()
Generic = Protocol = object
TYPE_CHECKING = False


def TypeVar(*a, **kw):
    return _any


_any = Any
AnyStr = Any


def cast(t, v):
    return v


def overload(f):
    return f


def NamedTuple(name, fields):
    from collections import namedtuple
    return namedtuple(name, [f[0] for f in fields])


def NewType(name, t):
    return t
