import sys


class Namespace:
    def __init__(self, **kw):
        for k, v in kw.items():
            setattr(self, k, v)


class _Action:
    def __init__(self, flags, kw):
        self.flags = flags
        self.positional = flags[0][:1] != '-'
        longest = max(flags, key=len)
        self.dest = kw.get('dest') or longest.lstrip('-').replace('-', '_')
        self.type = kw.get('type', str)
        self.default = kw.get('default', False if kw.get('action') == 'store_true' else True if kw.get('action') == 'store_false' else None)
        self.action = kw.get('action', 'store')
        self.nargs = kw.get('nargs')
        self.required = kw.get('required', False)
        self.help = kw.get('help', '')
        self.choices = kw.get('choices')


class ArgumentParser:
    def __init__(self, prog=None, description=None, **kw):
        self.prog = prog or sys.argv[0].rsplit('/', 1)[-1]
        self.description = description
        self._actions = []

    def add_argument(self, *flags, **kw):
        self._actions.append(_Action(flags, kw))

    def error(self, message):
        sys.stderr.write('usage: %s [-h]\n%s: error: %s\n' % (self.prog, self.prog, message))
        raise SystemExit(2)

    def print_help(self):
        print('usage: %s [-h] ...\n' % self.prog)
        for a in self._actions:
            print('  %-22s %s' % (', '.join(a.flags), a.help))

    def parse_args(self, args=None):
        args = list(sys.argv[1:] if args is None else args)
        out = Namespace()
        for a in self._actions:
            setattr(out, a.dest, a.default)
        waiting = [a for a in self._actions if a.positional]
        seen = set()
        while args:
            arg = args.pop(0)
            if arg in ('-h', '--help'):
                self.print_help()
                raise SystemExit(0)
            name, eq, value = arg.partition('=')
            found = [a for a in self._actions if name in a.flags]
            if found:
                a = found[0]
                if a.action in ('store_true', 'store_false'):
                    setattr(out, a.dest, a.action == 'store_true')
                else:
                    if not eq:
                        if not args:
                            self.error('argument %s: expected one argument' % '/'.join(a.flags))
                        value = args.pop(0)
                    self._set(out, a, value)
                seen.add(a.dest)
            elif waiting and arg[:1] != '-':
                a = waiting[0]
                if a.nargs in ('*', '+'):
                    setattr(out, a.dest, (getattr(out, a.dest) or []) + [a.type(arg)])
                else:
                    self._set(out, waiting.pop(0), arg)
                seen.add(a.dest)
            else:
                self.error('unrecognized arguments: ' + arg)
        missing = [a for a in self._actions if a.dest not in seen and (a.required or a.positional and a.nargs not in ('?', '*'))]
        if missing:
            self.error('the following arguments are required: ' + ', '.join(['/'.join(a.flags) for a in missing]))
        return out

    def _set(self, out, a, value):
        try:
            setattr(out, a.dest, a.type(value))
        except ValueError:
            self.error('argument %s: invalid %s value: %r' % ('/'.join(a.flags), a.type.__name__, value))
