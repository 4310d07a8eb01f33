"""What may be committed: no registry host, no foreign file, no unused template, no page that styles itself."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOST = re.compile(r'"resolved": *"https?://|registry *= *"?https?://|(index-url|find-links)[ =]+https?://')
ENVIRONMENT = re.compile(r"""(?:environ(?:\.get)?[\[(]|env_flag\(|env_list\()"([A-Z0-9_]+)\"""")
TEMPLATE = re.compile(r"""["']([\w/-]+/[\w.-]+\.(?:html|txt))["']""")


def committed() -> list[Path]:
    named = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in named.stdout.splitlines() if (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_registry_host_is_recorded() -> None:
    this = Path(__file__)
    assert [str(p) for p in committed() if p != this and HOST.search(text_of(p))] == []


def test_every_template_is_used() -> None:
    templates = {
        str(path.relative_to(folder))
        for folder in (ROOT / "tocho").rglob("templates")
        for path in folder.rglob("*.html")
    }
    used = set()
    for path in committed():
        if path.suffix in (".py", ".html") and "tocho" in path.parts:
            used |= set(TEMPLATE.findall(text_of(path)))
    found_by_convention = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
    overridden = {
        name
        for name in templates
        if name.split("/")[0] in ("account", "mfa", "socialaccount", "usersessions", "allauth")
    }
    assert templates - used - found_by_convention - overridden == set()


def test_pages_leave_classes_and_styles_to_the_design_system() -> None:
    faults = []
    for path in (ROOT / "tocho").rglob("*.html"):
        if "ui" in path.parts[len(ROOT.parts) : len(ROOT.parts) + 2]:
            continue
        if re.search(r"\s(class|style|on\w+)=", text_of(path)):
            faults.append(str(path.relative_to(ROOT)))
    assert faults == []


def test_every_setting_is_documented() -> None:
    told = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
    sources = [ROOT / "config/settings.py", *(ROOT / "tools").glob("*.py"), *(ROOT / "tocho").rglob("*.py")]
    names = {name for path in sources for name in ENVIRONMENT.findall(text_of(path)) if "tests" not in path.parts}
    assert {name for name in names if f"`{name}`" not in told} == set()


def test_every_part_has_a_readme() -> None:
    parts = [p for kind in ("core", "engines", "modules") for p in (ROOT / "tocho" / kind).iterdir() if p.is_dir()]
    assert [p.name for p in parts if p.name[0] != "_" and not (p / "README.md").exists()] == []


def test_words_are_taken_by_our_fields() -> None:
    """They refuse what turns a text round or breaks a line in a mail; Django's own take it. Source text of experts
    (the designer) and codes that are compared and never shown are left."""
    compared = {"code", "unit_1", "unit_2", "unit_3"}
    faults = [
        f"{path.parent.name}.{name}"
        for path in (*(ROOT / "tocho").rglob("forms.py"), *(ROOT / "tocho").rglob("forms/*.py"))
        if {"designer", "engines", "accounts"}.isdisjoint(path.parts)
        for name in re.findall(r"(\w+) = forms\.CharField\(", text_of(path))
        if name not in compared
    ]
    assert faults == []


def test_xml_is_read_in_one_place() -> None:
    """``lib/xmlfile.py`` knows what strangers' XML may not do; elsewhere lxml only writes, or reads on in its trees."""
    reads = re.compile(
        r"^\s*(?:from|import) xml\b|\b(?:etree|ElementTree|objectify|lxml\.html)\.(?:fromstring|XML\w*|HTML\w*|parse|"
        r"iterparse|XMLParser|ETCompatXMLParser)\(|\b(?:minidom|pulldom|expat|xml\.sax|xmltodict)\b",
        re.MULTILINE,
    )
    found = [
        str(path.relative_to(ROOT))
        for folder in ("tocho", "config", "tools")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "tests" not in path.parts and path.name != "testing.py" and reads.search(path.read_text())
    ]
    assert found == ["tocho/lib/xmlfile.py"]
