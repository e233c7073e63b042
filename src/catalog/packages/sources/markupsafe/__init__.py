__version__ = '@VERSION@'


class Markup(str):
    pass


def escape(s):
    if isinstance(s, Markup):
        return s
    return Markup(str(s).replace('&', '&amp;').replace('>', '&gt;').replace('<', '&lt;').replace("'", '&#39;').replace('"', '&#34;'))
