import sys
import _boot


def node():
    return _boot.config['hostname']


def system():
    return 'Linux'


def machine():
    return 'x86_64'


def release():
    return '5.15.0-generic'


def python_version():
    v = sys.version_info
    return '%d.%d.%d' % (v[0], v[1], v[2])


def python_implementation():
    return 'CPython'


def platform(*a):
    return 'Linux-5.15.0-generic-x86_64-with-glibc2.36'
