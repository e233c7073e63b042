import _boot


def register(f, *a, **kw):
    _boot._atexit.append((f, a, kw))
    return f
