__version__ = '@VERSION@'


class Markup:
    """Text that is HTML already."""

    def __init__(self, text=''):
        self._s = str(text)

    def __str__(self):
        return self._s

    __html__ = __str__

    def __repr__(self):
        return 'Markup(%r)' % self._s

    def __add__(self, other):
        return Markup(self._s + str(escape(other)))

    def __radd__(self, other):
        return Markup(str(escape(other)) + self._s)

    def __mod__(self, args):
        args = args if isinstance(args, tuple) else (args,)
        return Markup(self._s % tuple([a if isinstance(a, (int, float)) else str(escape(a)) for a in args]))

    def format(self, *args, **kw):
        return Markup(self._s.format(*[str(escape(a)) for a in args], **dict([(k, str(escape(v))) for k, v in kw.items()])))

    def __len__(self):
        return len(self._s)

    def __eq__(self, other):
        return self._s == str(other)

    def __hash__(self):
        return hash(self._s)

    def join(self, parts):
        return Markup(self._s.join([str(escape(p)) for p in parts]))


def escape(s):
    if isinstance(s, Markup):
        return s
    return Markup(str(s).replace('&', '&amp;').replace('>', '&gt;').replace('<', '&lt;').replace("'", '&#39;').replace('"', '&#34;'))
