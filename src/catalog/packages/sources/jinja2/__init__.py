"""Templates: text, {{ expressions | filters }}, if/elif/else, for/else, set, include, extends/block, comments."""
from markupsafe import Markup, escape

__version__ = '@VERSION@'


class TemplateError(Exception):
    pass


class TemplateNotFound(TemplateError):
    pass


class TemplateSyntaxError(TemplateError):
    pass


class UndefinedError(TemplateError):
    pass


class Undefined:
    def __init__(self, name):
        self._name = name

    def __str__(self):
        return ''

    def __bool__(self):
        return False

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __getattr__(self, name):
        if name[:1] == '_':
            raise AttributeError(name)
        raise UndefinedError("'%s' is undefined" % self._name)

    def __eq__(self, other):
        return isinstance(other, Undefined)


def _default(v, d='', boolean=False):
    return d if isinstance(v, Undefined) or boolean and not v else v


def _title(s):
    return ' '.join([w[:1].upper() + w[1:].lower() for w in str(s).split(' ')])


def _tojson(v, indent=None):
    import json
    return Markup(json.dumps(v, indent=indent).replace('<', '\\u003c').replace('>', '\\u003e').replace('&', '\\u0026'))


FILTERS = {
    'upper': lambda s: str(s).upper(), 'lower': lambda s: str(s).lower(), 'title': _title,
    'capitalize': lambda s: str(s)[:1].upper() + str(s)[1:].lower(), 'trim': lambda s: str(s).strip(),
    'length': len, 'count': len, 'default': _default, 'd': _default, 'safe': Markup, 'e': escape, 'escape': escape,
    'join': lambda s, d='': d.join([str(x) for x in s]), 'first': lambda s: list(s)[0], 'last': lambda s: list(s)[-1],
    'int': lambda s, d=0: int(s) if str(s).lstrip('-').isdigit() else d, 'float': float, 'string': str, 'list': list,
    'sort': lambda s, reverse=False: sorted(s, reverse=reverse), 'reverse': lambda s: list(reversed(list(s))),
    'replace': lambda s, a, b: str(s).replace(a, b), 'round': round, 'abs': abs, 'sum': sum, 'tojson': _tojson,
    'unique': lambda s: list(dict([(x, 1) for x in s])), 'items': lambda d: d.items(), 'dictsort': lambda d: sorted(d.items()),
    'min': min, 'max': max,
}


class _Loop:
    pass


_NAME = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789'
_WORDS = ('and', 'or', 'not', 'in', 'is', 'if', 'else', 'true', 'false', 'none', 'True', 'False', 'None', 'for', 'lambda')


def _get(o, name):
    if isinstance(o, dict) and name in o:
        return o[name]
    if isinstance(o, Undefined):
        raise UndefinedError("'%s' is undefined" % o._name)
    if isinstance(name, str):
        if name[:1] == '_':
            return Undefined(name)
        try:
            return getattr(o, name)
        except AttributeError:
            return Undefined(name)
    try:
        return o[name]
    except (KeyError, IndexError):
        return Undefined(name)


def _tokens(text):
    out = []
    i = 0
    while i < len(text):
        c = text[i]
        if c in ' \t\n\r':
            i += 1
        elif c in '"\'':
            j = i + 1
            while j < len(text) and text[j] != c:
                j += 2 if text[j] == '\\' else 1
            out.append(('s', text[i:j + 1]))
            i = j + 1
        elif c.isdigit():
            j = i
            while j < len(text) and (text[j].isdigit() or text[j] == '.'):
                j += 1
            out.append(('n', text[i:j]))
            i = j
        elif c in _NAME:
            j = i
            while j < len(text) and text[j] in _NAME:
                j += 1
            out.append(('w', text[i:j]))
            i = j
        else:
            two = text[i:i + 2]
            n = 2 if two in ('==', '!=', '<=', '>=', '//', '**') else 1
            out.append(('o', text[i:i + n]))
            i += n
    return out


def _python(text):
    """An expression of the template language as Python source over `_n` (names) and `_g`, `_f` (attribute, filter)."""
    parser = _Parser(_tokens(text))
    source = parser.ternary()
    if parser.i < len(parser.t):
        raise TemplateSyntaxError("unexpected '%s'" % parser.t[parser.i][1])
    return source


class _Parser:
    def __init__(self, tokens):
        self.t = tokens
        self.i = 0

    def peek(self):
        return self.t[self.i][1] if self.i < len(self.t) else None

    def take(self, text=None):
        token = self.t[self.i] if self.i < len(self.t) else ('e', 'end of template')
        if text is not None and token[1] != text:
            raise TemplateSyntaxError("expected token '%s', got '%s'" % (text, token[1]))
        self.i += 1
        return token

    def ternary(self):
        value = self.or_()
        if self.peek() == 'if':
            self.take()
            cond = self.or_()
            other = "''"
            if self.peek() == 'else':
                self.take()
                other = self.ternary()
            return '(%s if %s else %s)' % (value, cond, other)
        return value

    def or_(self):
        left = self.and_()
        while self.peek() == 'or':
            self.take()
            left = '(%s or %s)' % (left, self.and_())
        return left

    def and_(self):
        left = self.not_()
        while self.peek() == 'and':
            self.take()
            left = '(%s and %s)' % (left, self.not_())
        return left

    def not_(self):
        if self.peek() == 'not':
            self.take()
            return '(not %s)' % self.not_()
        return self.compare()

    def compare(self):
        left = self.sum()
        while self.peek() in ('==', '!=', '<', '>', '<=', '>=', 'in', 'not', 'is'):
            op = self.take()[1]
            if op == 'not':
                self.take('in')
                op = 'not in'
            if op == 'is':
                negate = self.peek() == 'not'
                if negate:
                    self.take()
                left = '(%s%s)' % ('not ' if negate else '', self.test(left))
                continue
            left = '(%s %s %s)' % (left, op, self.sum())
        return left

    def test(self, left):
        name = self.take()[1]
        if name == 'divisibleby':
            self.take('(')
            n = self.ternary()
            self.take(')')
            return '(%s %% %s == 0)' % (left, n)
        tests = {'defined': 'not isinstance(%s, _u)', 'undefined': 'isinstance(%s, _u)', 'none': '%s is None', 'None': '%s is None',
                 'odd': '%s %% 2 == 1', 'even': '%s %% 2 == 0', 'string': 'isinstance(%s, str)', 'number': 'isinstance(%s, (int, float))',
                 'iterable': "hasattr(%s, '__iter__')", 'mapping': 'isinstance(%s, dict)', 'true': '%s is True', 'false': '%s is False'}
        if name not in tests:
            raise TemplateSyntaxError("No test named '%s'." % name)
        return '(' + tests[name] % left + ')'

    def sum(self):
        left = self.term()
        while self.peek() in ('+', '-', '~'):
            op = self.take()[1]
            right = self.term()
            left = '(str(%s) + str(%s))' % (left, right) if op == '~' else '(%s %s %s)' % (left, op, right)
        return left

    def term(self):
        left = self.unary()
        while self.peek() in ('*', '/', '//', '%', '**'):
            op = self.take()[1]
            left = '(%s %s %s)' % (left, op, self.unary())
        return left

    def unary(self):
        if self.peek() in ('-', '+'):
            return self.take()[1] + self.unary()
        return self.filters(self.postfix())

    def filters(self, left):
        while self.peek() == '|':
            self.take()
            name = self.take()[1]
            args = self.arguments() if self.peek() == '(' else ''
            left = '_f(%r)(%s%s)' % (name, left, ', ' + args if args else '')
        return left

    def arguments(self):
        self.take('(')
        args = []
        while self.peek() != ')':
            if self.i + 1 < len(self.t) and self.t[self.i][0] == 'w' and self.t[self.i + 1][1] == '=':
                name = self.take()[1]
                self.take()
                args.append('%s=%s' % (name, self.ternary()))
            else:
                args.append(self.ternary())
            if self.peek() == ',':
                self.take()
        self.take(')')
        return ', '.join(args)

    def postfix(self):
        left = self.atom()
        while self.peek() in ('.', '[', '('):
            op = self.peek()
            if op == '(':
                left = '%s(%s)' % (left, self.arguments())
            elif op == '.':
                self.take()
                left = '_g(%s, %r)' % (left, self.take()[1])
            else:
                self.take()
                if self.peek() == ':':
                    self.take()
                    end = '' if self.peek() == ']' else self.ternary()
                    left = '%s[:%s]' % (left, end)
                else:
                    index = self.ternary()
                    if self.peek() == ':':
                        self.take()
                        end = '' if self.peek() == ']' else self.ternary()
                        left = '%s[%s:%s]' % (left, index, end)
                    else:
                        left = '_g(%s, %s)' % (left, index)
                self.take(']')
        return left

    def atom(self):
        kind, text = self.take()
        if kind in 'sn':
            return text
        if kind == 'w':
            fixed = {'true': 'True', 'false': 'False', 'none': 'None', 'True': 'True', 'False': 'False', 'None': 'None'}
            return fixed.get(text) or '_n(%r)' % text
        if text == '(':
            items = []
            comma = False
            while self.peek() != ')':
                items.append(self.ternary())
                if self.peek() == ',':
                    comma = True
                    self.take()
            self.take(')')
            return '(%s%s)' % (', '.join(items), ',' if comma and len(items) == 1 else '')
        if text == '[':
            items = []
            while self.peek() != ']':
                items.append(self.ternary())
                if self.peek() == ',':
                    self.take()
            self.take(']')
            return '[%s]' % ', '.join(items)
        if text == '{':
            items = []
            while self.peek() != '}':
                key = self.ternary()
                self.take(':')
                items.append('%s: %s' % (key, self.ternary()))
                if self.peek() == ',':
                    self.take()
            self.take('}')
            return '{%s}' % ', '.join(items)
        raise TemplateSyntaxError("unexpected '%s'" % text)


def _split(source):
    """Pieces of a template: ('t', text), ('v', expression), ('b', statement)."""
    out = []
    i = 0
    trim = False
    while i < len(source):
        found = [(source.find(m, i), m) for m in ('{{', '{%', '{#')]
        found = [f for f in found if f[0] >= 0]
        if not found:
            text = source[i:]
            out.append(('t', text.lstrip() if trim else text))
            break
        at, mark = min(found)
        text = source[i:at]
        if trim:
            text = text.lstrip()
        end = source.find({'{{': '}}', '{%': '%}', '{#': '#}'}[mark], at + 2)
        if end < 0:
            raise TemplateSyntaxError('unexpected end of template')
        body = source[at + 2:end]
        if body[:1] == '-':
            text = text.rstrip()
            body = body[1:]
        trim = body[-1:] == '-'
        if trim:
            body = body[:-1]
        out.append(('t', text))
        if mark != '{#':
            out.append(('v' if mark == '{{' else 'b', body.strip()))
        i = end + 2
    return out


class Template:
    def __init__(self, source, env=None, autoescape=False):
        self.env = env
        self.autoescape = autoescape
        self.parent = None
        self.blocks = {}
        self._pieces = _split(source)
        self._i = 0
        self._code = {}
        self.body = self._parse(())

    def _parse(self, ends):
        nodes = []
        while self._i < len(self._pieces):
            kind, text = self._pieces[self._i]
            self._i += 1
            if kind == 't':
                if text:
                    nodes.append(('t', text))
            elif kind == 'v':
                nodes.append(('v', self._compile(text)))
            else:
                word, _, rest = text.partition(' ')
                if word in ends:
                    self._end = (word, rest.strip())
                    return nodes
                self._statement(nodes, word, rest.strip())
        if ends:
            raise TemplateSyntaxError('Unexpected end of template. Looking for: ' + ', '.join(ends))
        return nodes

    def _compile(self, text):
        return compile(_python(text), '<template>', 'eval')

    def _statement(self, nodes, word, rest):
        if word == 'if':
            arms = []
            cond = self._compile(rest)
            while True:
                body = self._parse(('elif', 'else', 'endif'))
                arms.append((cond, body))
                end, more = self._end
                if end == 'endif':
                    break
                cond = self._compile(more) if end == 'elif' else None
            nodes.append(('i', arms))
        elif word == 'for':
            names, _, items = rest.partition(' in ')
            cond = None
            body = self._parse(('else', 'endfor'))
            other = self._parse(('endfor',)) if self._end[0] == 'else' else []
            nodes.append(('f', [n.strip() for n in names.split(',')], self._compile(items), body, other))
        elif word == 'set':
            name, _, value = rest.partition('=')
            nodes.append(('s', name.strip(), self._compile(value)))
        elif word == 'block':
            body = self._parse(('endblock',))
            self.blocks[rest] = body
            nodes.append(('k', rest))
        elif word == 'extends':
            self.parent = self._compile(rest)
        elif word == 'include':
            nodes.append(('n', self._compile(rest)))
        elif word == 'raw':
            start = self._i
            while self._pieces[self._i] != ('b', 'endraw'):
                kind, text = self._pieces[self._i]
                nodes.append(('t', text if kind == 't' else '{{ %s }}' % text if kind == 'v' else '{%% %s %%}' % text))
                self._i += 1
            self._i += 1
        else:
            raise TemplateSyntaxError("Encountered unknown tag '%s'." % word)

    def render(self, *args, **context):
        names = dict(self.env.globals) if self.env else {'range': range, 'dict': dict}
        if args:
            names.update(args[0])
        names.update(context)
        return self._render(names, {})

    def _render(self, names, blocks):
        merged = dict(self.blocks)
        merged.update(blocks)
        scope = self._scope(names)
        if self.parent is not None:
            return self.env.get_template(eval(self.parent, scope))._render(names, merged)
        out = []
        self._run(self.body, names, scope, merged, out)
        return ''.join(out)

    def _scope(self, names):
        def lookup(name):
            return names[name] if name in names else Undefined(name)

        def apply(name):
            filters = self.env.filters if self.env else FILTERS
            if name not in filters:
                raise TemplateSyntaxError("No filter named '%s'." % name)
            return filters[name]
        return {'_n': lookup, '_g': _get, '_f': apply, '_u': Undefined}

    def _run(self, nodes, names, scope, blocks, out):
        for node in nodes:
            kind = node[0]
            if kind == 't':
                out.append(node[1])
            elif kind == 'v':
                value = eval(node[1], scope)
                out.append(str(value) if not self.autoescape else str(escape(value)))
            elif kind == 'i':
                for cond, body in node[1]:
                    if cond is None or eval(cond, scope):
                        self._run(body, names, scope, blocks, out)
                        break
            elif kind == 'f':
                self._loop(node, names, scope, blocks, out)
            elif kind == 's':
                names[node[1]] = eval(node[2], scope)
            elif kind == 'k':
                self._run(blocks[node[1]], names, scope, blocks, out)
            elif kind == 'n':
                out.append(self.env.get_template(eval(node[1], scope))._render(names, {}))

    def _loop(self, node, names, scope, blocks, out):
        _, targets, items, body, other = node
        items = list(eval(items, scope))
        before = {n: names[n] for n in targets + ['loop'] if n in names}
        loop = _Loop()
        loop.length = len(items)
        for i, item in enumerate(items):
            loop.index = i + 1
            loop.index0 = i
            loop.first = i == 0
            loop.last = i == len(items) - 1
            loop.revindex = len(items) - i
            names['loop'] = loop
            if len(targets) == 1:
                names[targets[0]] = item
            else:
                for n, v in zip(targets, item):
                    names[n] = v
            self._run(body, names, scope, blocks, out)
        for n in targets + ['loop']:
            names.pop(n, None)
        names.update(before)
        if not items:
            self._run(other, names, scope, blocks, out)


class FileSystemLoader:
    def __init__(self, path):
        self.path = path

    def load(self, name):
        try:
            with open(self.path + '/' + name) as f:
                return f.read()
        except OSError:
            raise TemplateNotFound(name)


class DictLoader:
    def __init__(self, mapping):
        self.mapping = mapping

    def load(self, name):
        if name not in self.mapping:
            raise TemplateNotFound(name)
        return self.mapping[name]


class Environment:
    def __init__(self, loader=None, autoescape=False, **kw):
        self.loader = loader
        self.autoescape = autoescape
        self.filters = dict(FILTERS)
        self.globals = {'range': range, 'dict': dict}
        self._cache = {}

    def from_string(self, source):
        return Template(source, self, bool(self.autoescape))

    def get_template(self, name):
        if name not in self._cache:
            auto = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            self._cache[name] = Template(self.loader.load(name), self, auto)
        return self._cache[name]
