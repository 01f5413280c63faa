"""Names: what stays of a generated name when everything is gone that changes with each build."""

import re
from functools import lru_cache

_REMEMBERED = 8192

_JAVA_GENERATED = (
    (re.compile(r"(\$\$(?:Enhancer|FastClass)\w*?CGLIB\w*?\$\$)[0-9a-f]+"), r"\1"),
    (re.compile(r"\$\$Lambda(?:/|\$)[\w/]+"), "$$Lambda"),
    (re.compile(r"\$(Proxy|HibernateProxy)\$?\w*"), r"$\1"),
    (re.compile(r"(Generated(?:Method|Constructor|SerializationConstructor)Accessor)\d+"), r"\1"),
    (re.compile(r"(_\$\$_javassist|_\$\$_jvst)\w*"), r"\1"),
    (re.compile(r"\$\d+(?=\$|$)"), ""),
)
_JAVA_LAMBDA = re.compile(r"(lambda\$\w*?)\$\d+|(access\$)\d+")
_RUBY_BLOCK = re.compile(r"^(?:(?:block|rescue|ensure) (?:\(\d+ levels?\) )?in )+")
_RUBY_TEMPLATE = re.compile(r"(_(?:erb|haml|slim|builder|jbuilder))_{1,3}\d+_\d+")
_PHP_ANONYMOUS = re.compile(r"(class@anonymous)(?:(?!::).)*")
_PHP_CLOSURE = re.compile(r"\{closure[^}]*\}")
_DOTNET_GENERATED = re.compile(r"<(\w*)>[bcdg]__[\w|]*(?:\.MoveNext)?")
_GO_CLOSURE = re.compile(r"\.(func|gowrap)\d+(?:\.\d+)*")
_RUST_HASH = re.compile(r"::h[0-9a-f]{16}$")
_NATIVE_ARGUMENTS = re.compile(r"\((?!anonymous namespace\)).*$|\s*\+\s*0x[0-9a-f]+$", re.DOTALL)
_OF_OBJECT = re.compile(r"^(?:async[ *]|new |get |set |bound )|\s\[as [^\]]*\]$|(?:/<)+$")
_COUNTER_NAME = re.compile(r"^(?:anonymous|<anonymous>|\?|eval|Anonymous function|global code)$")

_HASH_IN_FILE = re.compile(
    r"[._-](?:[0-9a-f]{6,64}|(?=[\w-]{8}\.\w+$)(?=\w*?(?:\d|[A-Z]\w*?[a-z]\w*?[A-Z]))[\w-]{8})"
    r"(?=\.|$)"
)
_NUMBERED_INPUT = re.compile(r"<ipython-input-[\w-]*>|^ipykernel_\d+$")
_EVALUATED = re.compile(r"\(\d+\) : (?:eval\(\)'d code|runtime-created function)")
_QUERY = re.compile(r"[?#].*$", re.DOTALL)


@lru_cache(maxsize=_REMEMBERED)
def clean_function(name: str, family: str) -> str:
    """Return a function's name as it is written in its source, or "" when it has none."""
    if family == "javascript":
        return _script_function(name)
    if family == "python":
        return name.rpartition(".")[2]
    if family == "native":
        name = _RUST_HASH.sub("", name)
        return _NATIVE_ARGUMENTS.sub("", name).strip()
    if "$" in name:
        name = _JAVA_LAMBDA.sub(lambda found: found[1] or found[2], name)
    if ".func" in name or ".gowrap" in name:
        name = _GO_CLOSURE.sub(r".\1", name)
    if " in " in name:
        name = _RUBY_BLOCK.sub("", name)
    if "<" in name:
        name = _DOTNET_GENERATED.sub(r"\1", name).lstrip(".")
    name = _RUBY_TEMPLATE.sub(r"\1", name)
    if "{" in name or "@" in name:
        name = _PHP_CLOSURE.sub("{closure}", _PHP_ANONYMOUS.sub(r"\1", name))
    return name


def _script_function(name: str) -> str:
    last = _OF_OBJECT.sub("", name).rpartition(".")[2].strip()
    if _COUNTER_NAME.match(last) or is_minified(last):
        return ""
    return last


def is_minified(name: str) -> bool:
    """Say whether a name looks like one that a build made, and will make anew."""
    bare = name.strip("_$")
    return len(bare) <= 2 or (len(bare) == 3 and not bare.islower())


@lru_cache(maxsize=_REMEMBERED)
def clean_module(name: str) -> str:
    """Return a module's name, in lower case, without generated parts."""
    name = clean_type(name)
    return _HASH_IN_FILE.sub("", name).lower() if "/" in name or "-" in name else name.lower()


def clean_type(name: str) -> str:
    """Return a class's name without generated parts."""
    if "$" in name:
        for generated, instead in _JAVA_GENERATED:
            name = generated.sub(instead, name)
    if "@" in name:
        name = _PHP_ANONYMOUS.sub(r"\1", name)
    if "<" in name:
        name = _DOTNET_GENERATED.sub(r"\1", name)
    return name


@lru_cache(maxsize=_REMEMBERED)
def clean_file(name: str) -> str:
    """Return the base name of a file or URL, in lower case, without query and build hash."""
    name = _EVALUATED.sub("", name)
    if "://" in name or "?" in name:
        name = _QUERY.sub("", name)
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    base = _NUMBERED_INPUT.sub("<input>", base)
    return _HASH_IN_FILE.sub("", base).lower().replace(".min.", ".")
