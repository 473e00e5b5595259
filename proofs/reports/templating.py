"""The templates of reports: where they are, the filters in which they show values, and what of a page is markup."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING, Any

from .format import ReportFormat
from .numbers import brief, data, markdown, percent, sentence, short, words

if TYPE_CHECKING:
    from jinja2 import Environment


@cache  # templates are compiled once
def templates(form: ReportFormat) -> Environment:
    """Return the environment of a format's templates: in HTML whatever is no markup is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    html = form is ReportFormat.html
    environment = Environment(
        loader=PackageLoader(__package__ or "", "templates"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"short": short, "brief": brief, "percent": percent}
    environment.filters |= {"sentence": sentence, "uncapitalized": lambda text: text[:1].lower() + text[1:]}
    if html:
        environment.filters |= {
            "data": data,
            "words": words,
            "svg": Markup,
            "mathml": _mathml,
        }
    else:
        environment.filters |= {"md": markdown, "number": lambda value: markdown(short(value))}
    environment.globals["style"] = partial(_style, environment)
    return environment


def _style(environment: Environment) -> Any:
    from markupsafe import Markup

    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, "style.css")[0])


def _mathml(text: str) -> Any:
    """Return MathML as markup, rebuilt from presentation elements alone: a document may come from anybody."""
    from .presentation import presentation

    return presentation(text)
