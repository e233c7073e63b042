import os


def copyfile(src, dst):
    with open(src, 'rb') as a:
        data = a.read()
    if os.path.isdir(dst):
        dst = os.path.join(dst, os.path.basename(src))
    with open(dst, 'wb') as b:
        b.write(data)
    return dst


copy = copy2 = copyfile


def rmtree(path, ignore_errors=False):
    for n in os.listdir(path):
        p = os.path.join(path, n)
        if os.path.isdir(p):
            rmtree(p)
        else:
            os.remove(p)
    os.rmdir(path)


def move(src, dst):
    os.rename(src, os.path.join(dst, os.path.basename(src)) if os.path.isdir(dst) else dst)
    return dst


def which(name):
    for d in os.environ.get('PATH', '').split(':'):
        if os.path.isfile(d + '/' + name):
            return d + '/' + name
    return None
