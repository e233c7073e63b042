def dedent(text):
    lines = text.split('\n')
    margin = None
    for l in lines:
        if l.strip():
            n = len(l) - len(l.lstrip())
            margin = n if margin is None else min(margin, n)
    return '\n'.join([l[margin or 0:] if l.strip() else '' for l in lines])


def indent(text, prefix):
    return '\n'.join([prefix + l if l.strip() else l for l in text.split('\n')])


def wrap(text, width=70):
    out, line = [], ''
    for w in text.split():
        if line and len(line) + 1 + len(w) > width:
            out.append(line)
            line = w
        else:
            line = line + ' ' + w if line else w
    return out + [line] if line else out


def fill(text, width=70):
    return '\n'.join(wrap(text, width))
