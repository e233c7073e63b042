import _http


class HTTPStatus:
    pass


for _code, _reason in _http.REASONS.items():
    setattr(HTTPStatus, _reason.upper().replace(' ', '_').replace("'", ''), _code)
