from urandom import *
import urandom as _r


def shuffle(x):
    for i in range(len(x) - 1, 0, -1):
        j = _r.randrange(i + 1)
        x[i], x[j] = x[j], x[i]


def sample(population, k):
    pool = list(population)
    if k > len(pool):
        raise ValueError('Sample larger than population or is negative')
    shuffle(pool)
    return pool[:k]


def choices(population, weights=None, k=1):
    if weights is None:
        return [_r.choice(population) for _ in range(k)]
    total = sum(weights)
    out = []
    for _ in range(k):
        x = _r.random() * total
        for item, w in zip(population, weights):
            x -= w
            if x < 0:
                break
        out.append(item)
    return out


def gauss(mu=0.0, sigma=1.0):
    return mu + sigma * (sum([_r.random() for _ in range(12)]) - 6)


normalvariate = gauss


class Random:
    def __init__(self, seed=None):
        pass

    def __getattr__(self, name):
        return globals()[name]


SystemRandom = Random
