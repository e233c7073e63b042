from utime import *
import utime as _t
from _boot import sleep
from collections import namedtuple as _nt

timezone = 0
altzone = 0
daylight = 0
tzname = ('UTC', 'UTC')
struct_time = _nt('struct_time', ('tm_year', 'tm_mon', 'tm_mday', 'tm_hour', 'tm_min', 'tm_sec', 'tm_wday', 'tm_yday', 'tm_isdst'))
_DAYS = ('Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday')
_MONTHS = ('January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December')
_start = _t.time_ns()


def time():
    return _t.time_ns() / 1e9


def time_ns():
    return _t.time_ns()


def monotonic():
    return (_t.time_ns() - _start) / 1e9


perf_counter = monotonic
process_time = monotonic
clock = monotonic


def gmtime(seconds=None):
    return struct_time(*(tuple(_t.gmtime(int(time() if seconds is None else seconds)))[:8] + (0,)))


localtime = gmtime


def strftime(fmt, t=None):
    t = gmtime() if t is None else t
    out = ''
    i = 0
    while i < len(fmt):
        c = fmt[i]
        i += 1
        if c != '%' or i == len(fmt):
            out += c
            continue
        c = fmt[i]
        i += 1
        out += _field(c, t)
    return out


def _field(c, t):
    if c == 'Y':
        return '%04d' % t[0]
    if c == 'm':
        return '%02d' % t[1]
    if c == 'd':
        return '%02d' % t[2]
    if c == 'H':
        return '%02d' % t[3]
    if c == 'M':
        return '%02d' % t[4]
    if c == 'S':
        return '%02d' % t[5]
    if c == 'y':
        return '%02d' % (t[0] % 100)
    if c == 'e':
        return '%2d' % t[2]
    if c == 'j':
        return '%03d' % t[7]
    if c == 'I':
        return '%02d' % ((t[3] + 11) % 12 + 1)
    if c == 'p':
        return 'AM' if t[3] < 12 else 'PM'
    if c == 'A':
        return _DAYS[t[6]]
    if c == 'a':
        return _DAYS[t[6]][:3]
    if c == 'B':
        return _MONTHS[t[1] - 1]
    if c == 'b':
        return _MONTHS[t[1] - 1][:3]
    if c == 'T':
        return '%02d:%02d:%02d' % (t[3], t[4], t[5])
    if c == 'F':
        return '%04d-%02d-%02d' % (t[0], t[1], t[2])
    if c == 'c':
        return '%s %s %2d %02d:%02d:%02d %d' % (_DAYS[t[6]][:3], _MONTHS[t[1] - 1][:3], t[2], t[3], t[4], t[5], t[0])
    if c == 'Z':
        return 'UTC'
    if c == 'z':
        return '+0000'
    if c == 'w':
        return str((t[6] + 1) % 7)
    return '%' if c == '%' else '%' + c


def ctime(seconds=None):
    return strftime('%c', gmtime(seconds))


def asctime(t=None):
    return strftime('%c', t)
