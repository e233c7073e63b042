from math import sqrt


def mean(x):
    x = list(x)
    return sum(x) / len(x)


fmean = mean


def median(x):
    x = sorted(x)
    n = len(x)
    return x[n // 2] if n % 2 else (x[n // 2 - 1] + x[n // 2]) / 2


def variance(x):
    x = list(x)
    m = mean(x)
    return sum([(v - m) ** 2 for v in x]) / (len(x) - 1)


def stdev(x):
    return sqrt(variance(x))
