"""Checks tests/tmpl/cases.json, which the C++ tests replay, against Jinja2; --write makes it anew."""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path

from jinja2 import Environment, StrictUndefined, TemplateError

FILE = Path(__file__).with_name("cases.json")
FACTS = {
    "server": {"name": "weather-api", "title": "Grüne & Wege", "description": "a\nb", "port": 8000},
    "tools": [
        {"name": "get-weather", "function": "get_weather", "scopes": ["read"], "probe": True},
        {"name": "Alerts", "function": "alerts", "scopes": [], "probe": False, "timeout": 2.5},
        {"name": "zones", "function": "zones", "scopes": ["read", "admin"], "probe": True, "timeout": 3},
    ],
    "options": {"caching": {"max_entries": 1000, "ttl": 0.5}, "empty": {}},
    "names": ["beta", "Alpha", "gamma", "alpha"],
    "numbers": [3, 1, 2.5, -4],
    "nothing": None,
    "yes": True,
    "no": False,
    "blank": "",
    "none_here": [],
    "big": 9007199254740993,
}

TEMPLATES = [
    "plain text",
    "{{ server.name }}",
    "{{server.name}} {{   server.port   }}",
    "{{ server['name'] }}{{ server[\"port\"] }}",
    "{{ 'single' }}{{ \"double\" }}{{ 'it\\'s' }}{{ \"tab\\tline\\n\" }}",
    "{{ 1 }} {{ 2.50 }} {{ 1.0 }} {{ -3 }} {{ 0.1 + 0.2 }} {{ big }}",
    "{% if yes %}a{% else %}b{% endif %}",
    "{% if no %}a{% elif yes %}b{% elif no %}c{% else %}d{% endif %}",
    "{% if no %}a{% endif %}",
    "{% if not no %}a{% endif %}{% if not (yes and no) %}b{% endif %}",
    "{% for t in tools %}{{ t.name }} {% endfor %}",
    "{% for t in tools %}{{ loop.index }}/{{ loop.length }} {{ loop.index0 }}{% endfor %}",
    "{% for t in tools %}{% if loop.first %}<{% endif %}{{ t.name }}{% if loop.last %}>{% endif %}{% endfor %}",
    "{% for t in tools if t.probe %}{{ loop.index }}{{ t.name }}{{ ',' if not loop.last else '' }}{% endfor %}",
    "{% for t in none_here %}x{% else %}empty{% endfor %}",
    "{% for t in tools if false %}x{% else %}empty{% endfor %}",
    "{% for a in tools %}{% for b in a.scopes %}{{ loop.index }}{{ b }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for n in [1, 2, 3] %}{{ n }}{% endfor %}",
    "{% for n in names | sort %}{{ n }} {% endfor %}",
    "{% for n in numbers | sort %}{{ n }} {% endfor %}",
    "{% for t in (tools if yes else none_here) %}{{ t.name }}{% endfor %}",
    "{% set a = 1 %}{{ a }}{% set a = a + 1 %}{{ a }}",
    "{% set a = 1 %}{% for n in names %}{{ a }}{% set a = 2 %}{{ a }}{% endfor %}{{ a }}",
    "{% if yes %}{% set a = 'inside' %}{% endif %}{{ a }}",
    "{% for n in names %}{% set n = 'x' %}{{ n }}{% endfor %}",
    "{% set s = server %}{{ s.name }}",
    "line\n{% if yes %}\n  kept\n{% endif %}\nend\n",
    "line\n    {% if yes %}\n  kept\n    {% endif %}\nend",
    "{% for n in names %}\n- {{ n }}\n{% endfor %}\n",
    "{% for n in names %}\n{% if n == 'beta' %}\n- {{ n }}\n{% endif %}\n{% endfor %}\nend\n",
    "a\n{# a comment #}\nb\n",
    "a {# inline #} b",
    "a   {{- server.port -}}   b",
    "a   {%- if yes -%}   b   {%- endif -%}   c",
    "a\n\n{%- if yes %} b {% endif -%}\n\nc",
    "a {#- comment -#} b",
    "{{ '{{' }} {{ '}}' }} {% if '%}' %}x{% endif %}",
    "{{ server.missing }}",
    "{{ missing }}",
    "{{ missing.member }}",
    "{{ server.missing.deeper }}",
    "{% if missing %}x{% endif %}",
    "{{ (missing is defined) | json }}",
    "{% if server.missing is defined %}x{% else %}y{% endif %}",
    "{% if server.name is defined and server.name %}x{% endif %}",
    "{% if missing.member is defined %}x{% endif %}",
    "{{ missing | default('fallback') }}{{ server.missing | default(3) }}{{ blank | default('x') }}",
    "{{ blank | default('x', true) }}{{ blank | default('x', false) }}{{ nothing | default('y', true) }}",
    "{{ names | join(', ') }}|{{ names | join }}|{{ numbers | join('-') }}|{{ none_here | join(',') }}",
    "{{ names | length }}{{ server | length }}{{ server.title | length }}{{ none_here | length }}",
    "{{ server.name | upper }}{{ 'ABC' | lower }}{{ yes | lower }}",
    "{{ server.name | replace('-', '_') }}{{ 'aaa' | replace('a', 'bb') }}{{ 'x' | replace('y', 'z') }}",
    "{{ names | first }}{{ names | last }}{{ names | sort | first }}",
    "[{{ '  a b \n' | trim }}][{{ '' | trim }}]",
    "{{ 'a\n\n  b\nc\n' | indent }}|{{ 'a\nb' | indent(2) }}|{{ 'a' | indent(0) }}",
    "{{ server | json }}{{ tools[1] | json }}{{ nothing | json }}{{ 'a\"b\\\\' | json }}{{ 1.5 | json }}",
    "{{ names[0] }}{{ names[-1] }}{{ tools[2].scopes[1] }}{{ tools[0]['name'] }}",
    "{{ names[9] }}",
    "{{ names[9] is defined | json }}",
    "{{ 'a' ~ 1 ~ 2.5 }}{{ server.port ~ '/x' }}",
    "{{ 1 + 2 ~ 3 }}",
    "{{ 'a' + 'b' }}{{ ([1] + [2, 3]) | json }}",
    "{{ 'a' + 1 }}",
    "{{ 'x' if yes else 'y' }}{{ 'x' if no else 'y' if no else 'z' }}",
    "{{ ('a' in 'cat') | json }}{{ ('beta' in names) | json }}{{ ('name' in server) | json }}{{ (1 not in numbers) | json }}",
    "{{ (1 in 'text') | json }}",
    "{{ (1 < 'a') | json }}",
    "{{ (yes == 1) | json }}{{ (1 == 1.0) | json }}{{ ('1' == 1) | json }}{{ (nothing == none) | json }}",
    "{{ (big == 9007199254740992.0) | json }}{{ (big > 9007199254740992.0) | json }}",
    "{{ ('a' < 'b') | json }}{{ ('Z' < 'a') | json }}{{ ('é' > 'z') | json }}{{ ([1, 2] < [1, 3]) | json }}",
    "{{ (yes and 'last') | json }}{{ (blank or 'other') | json }}{{ (no and missing) | json }}{{ (yes or missing) | json }}",
    "{{ (not yes == no) | json }}{{ (not names) | json }}",
    "{{ {} | json }}{{ {'a': 1, 'b': [yes]} | json }}{{ {'a': {'b': 2}}.a.b }}",
    "{{ [1, 'a', none, true, [2]] | json }}{{ [] | json }}",
    "{{ (server.name is string) | json }}{{ (server.port is number) | json }}{{ (yes is number) | json }}",
    "{{ (server is mapping) | json }}{{ (nothing is none) | json }}{{ (yes is boolean) | json }}{{ (names is not string) | json }}",
    "{% for x in missing %}{% endfor %}",
    "{% for x in server.port %}{% endfor %}",
    "{{ loop }}",
    "{{ }}",
    "{% if %}{% endif %}",
    "{% if yes %}",
    "{% endif %}",
    "{% for x in names %}{% else %}{% else %}{% endfor %}",
    "{{ names | nothing_known }}",
    "{{ 'never closed }}",
    "{{ (1 }}",
    "{{ 1 2 }}",
    "{{ a.b. }}",
    "{{ [1, 2 }}",
    "{% set 1 = 2 %}",
    "{% set x %}",
    "{% unknown %}",
    "{{ server.name | }}",
    "{{ 'é' | length }}{{ server.title | upper | lower | length }}",
    "{ { not a tag } } %} }} {",
    "{% for t in tools %}\n  {{ t.name }}: {{ t.timeout | default('none') }}\n{% endfor %}",
    "{% for t in tools %}{{ t.timeout if t.timeout is defined else '-' }} {% endfor %}",
]


class Expressions:
    """Makes well-typed expressions: what is typed so means the same in both languages, or nothing in both."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def pick(self, *choices: str) -> str:
        return self.random.choice(choices)

    def text(self, depth: int) -> str:
        if depth == 0:
            return self.pick("server.name", "server['title']", "'a'", "'B c'", "blank", "names[1]", "tools[0].name")
        down = depth - 1
        return self.random.choice([
            lambda: f"({self.text(down)} ~ {self.text(down)})",
            lambda: f"{self.text(down)} + {self.text(down)}",
            lambda: f"({self.text(down)}) | upper | lower",
            lambda: f"({self.text(down)}) | replace('a', {self.text(0)})",
            lambda: f"({self.text(down)} if {self.boolean(down)} else {self.text(down)})",
            lambda: f"{self.texts(down)} | join({self.text(0)})",
            lambda: f"({self.number(down)} ~ {self.text(down)})",
            lambda: f"{self.any(down)} | json",
            lambda: f"server.missing | default({self.text(down)})",
            lambda: f"({self.text(down)} or {self.text(down)})",
            lambda: f"({self.text(down)}) | trim",
        ])()

    def number(self, depth: int) -> str:
        if depth == 0:
            return self.pick("1", "server.port", "2.5", "-7", "numbers[0]", "tools[2].timeout", "big", "0")
        down = depth - 1
        return self.random.choice([
            lambda: f"({self.number(down)} + {self.number(down)})",
            lambda: f"({self.texts(down)}) | length",
            lambda: f"({self.text(down)}) | length",
            lambda: f"({self.number(down)} if {self.boolean(down)} else {self.number(down)})",
            lambda: f"(numbers | sort)[{self.pick('0', '1', '-1')}]",
        ])()

    def texts(self, depth: int) -> str:
        if depth == 0:
            return self.pick("names", "none_here", "tools[2].scopes", "['x', 'Y']")
        down = depth - 1
        return self.random.choice([
            lambda: f"({self.texts(down)} + {self.texts(down)})",
            lambda: f"({self.texts(down)}) | sort",
            lambda: f"[{self.text(down)}, {self.text(down)}]",
        ])()

    def boolean(self, depth: int) -> str:
        if depth == 0:
            return self.pick("yes", "no", "true", "false", "tools[1].probe", "server.missing is defined")
        down = depth - 1
        compare = self.pick("==", "!=", "<", ">", "<=", ">=")
        equals = self.pick("==", "!=")
        return self.random.choice([
            lambda: f"({self.number(down)} {compare} {self.number(down)})",
            lambda: f"({self.text(down)} {compare} {self.text(down)})",
            lambda: f"({self.any(down)} {equals} {self.any(down)})",
            lambda: f"({self.text(down)} {self.pick('in', 'not in')} {self.texts(down)})",
            lambda: f"(not {self.boolean(down)})",
            lambda: f"({self.boolean(down)} and {self.boolean(down)} or {self.boolean(down)})",
            lambda: f"({self.any(down)} is {self.pick('string', 'not number', 'mapping', 'none', 'boolean')})",
        ])()

    def any(self, depth: int) -> str:
        kinds = [self.text, self.number, self.texts, self.boolean, lambda _: self.pick("nothing", "server", "options")]
        kind = self.random.choice(kinds)
        return f"({kind(depth)})"


def environment() -> Environment:
    made = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    made.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return made


def outcome(jinja: Environment, text: str) -> dict[str, object]:
    """What Jinja makes of a template: an output, or an error of whatever kind."""
    try:
        return {"template": text, "output": jinja.from_string(text).render(FACTS)}
    except (TemplateError, TypeError, ValueError, LookupError):
        return {"template": text, "error": True}


def templates() -> list[str]:
    made = Expressions(20)
    expressions = [made.any(1 + i % 3) for i in range(400)]
    short = sorted({text for text in expressions if len(text) < 200})
    return TEMPLATES + [f"{{{{ {text} | json }}}}" for text in short]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true")
    jinja = environment()
    if arguments.parse_args().write:
        cases = [outcome(jinja, text) for text in templates()]
        FILE.write_text(json.dumps({"facts": FACTS, "cases": cases}, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print(f"{len(cases)} cases written")
        return 0
    known = json.loads(FILE.read_text("utf-8"))
    wrong = [case for case in known["cases"] if outcome(jinja, case["template"]) != case]
    if known["facts"] != FACTS:
        print("the facts differ: run with --write")
    for case in wrong:
        print(f"Jinja2 now says {outcome(jinja, case['template'])}, not {case}")
    print(f"{len(known['cases']) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or known["facts"] != FACTS else 0


if __name__ == "__main__":
    sys.exit(main())
