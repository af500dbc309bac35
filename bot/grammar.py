"""The grammar of wordings: the part of Jinja that a script may use, and why that part is harmless.

Scripts may come from workspace admins, so a wording is held to a list of what is allowed, twice: its tokens
before it is parsed, its tree before it is compiled. Whatever is on neither list is refused with a line and a
reason. https://jinja.palletsprojects.com/en/stable/sandbox/ leaves time and memory to whoever renders; here
both follow from the grammar. Let a wording have n characters, at most MOST_TEMPLATE:

- To parse and compile it takes time in proportion to n: tags nest MOST_NESTED deep, brackets MOST_BRACKETS,
  a tag has MOST_TOKENS tokens. Nothing is computed on the way: no operator works on numbers, and the parts of
  `~` are written in the wording itself.
- To render it ends: there is no recursion, no include, no definition and no call but `jij`, which picks one
  of two texts. A loop goes over one list detail, of at most six items, and holds no other loop, so that no
  part runs more than six times.
- What it writes is bounded by 6·n times the longest detail, since no filter and no operator makes a text
  longer than its parts; rendering stops at `wordings.MOST_CHARACTERS` in any case.
- It reaches nothing: no name but the details and the requester's, no attribute, no item, no test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes

from bot.wordings import environment

MOST_TEMPLATE = 24_000
"""Characters in all wordings of a script in one language."""

MOST_WORDINGS = 40
MOST_NESTED = 8
MOST_BRACKETS = 4
MOST_TOKENS = 60
MOST_STRING = 500
MOST_DIGITS = 6

Names = Mapping[str, str]
"""What a wording may name, with the type of each: that of a detail, or text."""

_FILTERS = {
    "date": ("date", "text"),
    "full_date": ("date", "text"),
    "months": ("number", "text"),
    "listed": ("list", "text"),
    "capital": ("text", "text"),
    "unmarked": ("text", "text"),
}
"""What each filter takes and gives."""

_TO_WRITE = {
    "date": "a date: write {{ … |date }}",
    "list": "a list: write {{ … |listed }}",
    "yes_no": "a yes or no: ask for it with {% if … %}",
}
"""What cannot be written as it is, and how it can."""

_TAGS = {"if": 1, "elif": 0, "else": 0, "endif": -1, "for": 1, "endfor": -1, "block": 1, "endblock": -1}
_OPERATORS = {"(", ")", ",", "|", "~", "==", "!=", "<", ">", "<=", ">="}
_WHY_NOT = {
    ".": "a detail has no parts, so there is no use for a dot",
    "[": "a detail has no parts, so there is no use for square brackets",
    "{": "there is no use for curly brackets in a tag",
    "=": "nothing can be set or named",
} | dict.fromkeys(("+", "-", "*", "**", "/", "//", "%"), "there is no arithmetic; texts are joined with ~")
_CONSTANTS = {bool: "yes_no", int: "number", str: "text"}
_EQUALITY, _ORDER = {"eq", "ne"}, {"gt", "gteq", "lt", "lteq"}
_SPACE = {"whitespace", "data", "comment_begin", "comment", "comment_end", "linecomment"}


class GrammarError(Exception):
    """Something that a wording may not say: on which line, and why."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


def parse(source: str, names: Names, *, blocks: bool = True) -> nodes.Template:
    """The tree of some wordings, each in its block, or of a single one; GrammarError for anything else."""
    if len(source) > MOST_TEMPLATE:
        line = source.count("\n", 0, MOST_TEMPLATE) + 1
        raise GrammarError(line, f"there are more than {MOST_TEMPLATE} characters")
    try:
        _read_tokens(source)
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        raise GrammarError(error.lineno, error.message or "this cannot be read") from error
    checker = _Checker(names)
    if blocks:
        checker.blocks(tree.body)
    else:
        checker.statements(tree.body)
    return tree


def _read_tokens(source: str) -> None:
    """Go through a source once, so that the parser meets only what it can take."""
    depth, tokens, brackets = 0, 0, 0
    starts = False
    for line, kind, text in environment.lex(source):
        if kind in {"block_begin", "variable_begin"}:
            tokens, brackets, starts = 0, 0, kind == "block_begin"
        elif kind not in _SPACE:
            tokens += 1
            if starts:
                depth += _tag(line, text)
                starts = False
            brackets += {"(": 1, ")": -1}.get(text, 0)
            _read_token(line, kind, text)
            if tokens > MOST_TOKENS:
                raise GrammarError(line, f"there are more than {MOST_TOKENS} words and signs in one tag")
            if brackets > MOST_BRACKETS:
                raise GrammarError(line, f"brackets nest more than {MOST_BRACKETS} deep")
            if depth > MOST_NESTED:
                raise GrammarError(line, f"tags nest more than {MOST_NESTED} deep")


def _tag(line: int, name: str) -> int:
    if name not in _TAGS:
        raise GrammarError(line, f"there is no {{% {name} %}} in a wording")
    return _TAGS[name]


def _read_token(line: int, kind: str, text: str) -> None:
    if kind == "operator" and text not in _OPERATORS:
        raise GrammarError(line, _WHY_NOT.get(text, f"there is no use for {text} in a tag"))
    if kind == "float" or (kind == "integer" and (len(text) > MOST_DIGITS or not text.isdecimal())):
        raise GrammarError(line, f"only whole numbers of at most {MOST_DIGITS} digits can be written")
    if kind == "string" and "\\" in text:
        raise GrammarError(line, "there are no backslashes in a text: write the character itself")
    if kind == "string" and len(text) > MOST_STRING:
        raise GrammarError(line, f"a text between quotes has at most {MOST_STRING} characters")
    if kind in {"raw_begin", "raw_end"}:
        raise GrammarError(line, "there is no {% raw %} in a wording")


@dataclass
class _Checker:
    """Walks a tree, and knows the type of every expression; `looped` are the names of loops around it."""

    names: Names
    looped: dict[str, str] = field(default_factory=dict)

    def blocks(self, body: list[nodes.Node]) -> None:
        """Wordings, each in a block, and nothing but space between them."""
        count = 0
        for node in body:
            if isinstance(node, nodes.Block):
                count += 1
                if count > MOST_WORDINGS:
                    raise GrammarError(node.lineno, f"there are more than {MOST_WORDINGS} wordings")
                if node.scoped or node.required:
                    raise GrammarError(node.lineno, "a block has a name, and nothing else")
                self.statements(node.body)
            else:
                self._space(node)

    def _space(self, node: nodes.Node) -> None:
        inside = node.nodes if isinstance(node, nodes.Output) else [node]
        for one in inside:
            if not isinstance(one, nodes.TemplateData) or one.data.strip():
                raise GrammarError(one.lineno, "this stands outside every wording, so nobody would read it")

    def statements(self, body: list[nodes.Node]) -> None:
        """Text, details, and what depends on them."""
        for node in body:
            match node:
                case nodes.Output():
                    for one in node.nodes:
                        if not isinstance(one, nodes.TemplateData):
                            self._written(one)
                case nodes.If():
                    self.expression(node.test)
                    self.statements(node.body)
                    for other in node.elif_:
                        self.expression(other.test)
                        self.statements(other.body)
                    self.statements(node.else_)
                case nodes.For():
                    self._loop(node)
                case nodes.Block():
                    raise GrammarError(node.lineno, "a block stands in no other tag")
                case _:
                    raise GrammarError(node.lineno, f"there is no {_called(node)} in a wording")

    def _loop(self, node: nodes.For) -> None:
        over = node.iter
        if not isinstance(over, nodes.Name) or self.names.get(over.name) != "list":
            raise GrammarError(
                node.lineno, f"only the script's own lists can be repeated, not {_called(over)}"
            )
        if self.looped:
            raise GrammarError(node.lineno, "a repetition holds no other one")
        if node.recursive or node.test:
            raise GrammarError(node.lineno, "a repetition is {% for one in a_list %}, and nothing else")
        target = node.target
        if not isinstance(target, nodes.Name) or not re.fullmatch(r"[a-z][a-z_]*", target.name):
            raise GrammarError(node.lineno, "what is repeated has one name, in small letters")
        if target.name in {*self.names, *environment.globals, "loop"}:
            raise GrammarError(node.lineno, f"{target.name} has a meaning already; choose another name")
        _Checker(self.names, {target.name: "text"}).statements(node.body)
        self.statements(node.else_)

    def _written(self, node: nodes.Expr) -> None:
        found = self.expression(node)
        if found in _TO_WRITE:
            raise GrammarError(node.lineno, f"{_called(node)} is {_TO_WRITE[found]}")

    def expression(self, node: nodes.Node) -> str:
        """The type of an expression."""
        match node:
            case nodes.Const(value=value) if type(value) in _CONSTANTS:
                return _CONSTANTS[type(value)]
            case nodes.Name():
                return self._name(node)
            case nodes.Filter():
                return self._filter(node)
            case nodes.Call():
                return self._call(node)
            case nodes.Concat():
                return self._joined(node)
            case nodes.Not() | nodes.And() | nodes.Or():
                kinds = {self.expression(one) for one in node.iter_child_nodes()}
                return kinds.pop() if len(kinds) == 1 and not isinstance(node, nodes.Not) else "yes_no"
            case nodes.CondExpr():
                return self._choice(node)
            case nodes.Compare():
                return self._comparison(node)
        raise GrammarError(node.lineno, f"there is no {_called(node)} in a wording")

    def _joined(self, node: nodes.Concat) -> str:
        for part in node.nodes:
            self._takes(part, {"text", "number"}, "~")
        return "text"

    def _name(self, node: nodes.Name) -> str:
        known = {**self.names, **self.looped}
        if node.name not in known:
            raise GrammarError(node.lineno, f"the script does not ask for {node.name}")
        return "text" if known[node.name] == "choice" else known[node.name]

    def _filter(self, node: nodes.Filter) -> str:
        if node.name not in _FILTERS:
            raise GrammarError(node.lineno, f"there is no filter {node.name}; there is {', '.join(_FILTERS)}")
        if node.node is None or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise GrammarError(node.lineno, f"{node.name} takes nothing in brackets")
        takes, gives = _FILTERS[node.name]
        self._takes(node.node, {takes}, node.name)
        return gives

    def _call(self, node: nodes.Call) -> str:
        known = isinstance(node.node, nodes.Name) and node.node.name == "jij"
        if not known or node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != 2:  # noqa: PLR2004
            raise GrammarError(node.lineno, f'nothing can be called but jij("…", "…"): not {_called(node)}')
        for form in node.args:
            self._takes(form, {"text"}, "jij")
        return "text"

    def _choice(self, node: nodes.CondExpr) -> str:
        if node.expr2 is None:
            raise GrammarError(node.lineno, "an if between {{ and }} needs an else")
        self.expression(node.test)
        kinds = {self.expression(node.expr1), self.expression(node.expr2)}
        if len(kinds) > 1:
            raise GrammarError(node.lineno, "both sides of an else must be of one kind")
        return kinds.pop()

    def _comparison(self, node: nodes.Compare) -> str:
        kinds = {self.expression(one) for one in (node.expr, *(operand.expr for operand in node.ops))}
        operators = {operand.op for operand in node.ops}
        ordered = operators <= _EQUALITY or (operators <= _EQUALITY | _ORDER and kinds <= {"number"})
        if len(kinds) > 1 or not ordered:
            raise GrammarError(node.lineno, "only things of one kind can be compared, and numbers by size")
        return "yes_no"

    def _takes(self, node: nodes.Expr, kinds: set[str], by: str) -> None:
        found = self.expression(node)
        if found not in kinds:
            wanted = " or ".join(sorted(kinds))
            raise GrammarError(node.lineno, f"{by} needs a {wanted}, and {_called(node)} is none")


def _called(node: nodes.Node) -> str:
    """What to call a piece of a wording."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Call(node=nodes.Name(name=name)):
            return f"{name}()"
        case nodes.Const():
            return repr(node.value)
        case nodes.Filter(node=nodes.Node() as inner):
            return _called(inner)
    return type(node).__name__.lower()
