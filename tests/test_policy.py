"""What a page may run: the policy in it, and the page whose code lies beside it."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from conftest import LENIENT
from stories import KIM_ENTRIES, kim_story, write_story

from storymap.publish.bundle import make_files
from storymap.publish.policy import POLICY, move_code_out, seal

PAGES = ("index.html", "map.html", "embed.html")


class Tags(HTMLParser):
    """The start tags of a page with their attributes, and the text directly behind each."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data):
        if self.found:
            self.found[-1][2].append(data)


def digest(content):
    return f"sha256-{b64encode(sha256(content).digest()).decode()}"


@pytest.fixture(scope="module", params=[True, False], ids=["integrity", "plain"])
def strict(request):
    files = make_files(kim_story(), min_confidence=LENIENT, strict_csp=True, integrity=request.param)
    return files, request.param


@pytest.mark.parametrize("name", PAGES)
def test_a_strict_page_has_no_code_and_no_style_in_it(strict, name):
    files, _ = strict
    for tag, attributes, text in Tags(files[name].decode()).found:
        assert tag != "style"
        assert "style" not in attributes
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
        if tag == "script":
            assert attributes.get("type") == "application/json" or ("src" in attributes and not "".join(text).strip())


@pytest.mark.parametrize("name", PAGES)
def test_a_strict_page_loads_files_of_its_bundle_and_knows_their_hashes(strict, name):
    files, integrity = strict
    tags = Tags(files[name].decode()).found
    loaded = [(a.get("src") or a["href"], a) for tag, a, _ in tags if "src" in a or a.get("rel") == "stylesheet"]
    code = [(file, a) for file, a in loaded if file.startswith("storymap-")]
    assert {file.rpartition(".")[2] for file, _ in code} == {"css", "js"}
    for file, attributes in code:
        assert sha256(files[file]).hexdigest().startswith(file[9:21])
        assert attributes.get("integrity") == (digest(files[file]) if integrity else None)
        assert attributes.get("crossorigin") == ("anonymous" if integrity else None)
    assert {file for file, _ in loaded} - {file for file, _ in code} <= {"map.svg", "map.html"}


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_of_a_strict_page_allows_its_server_and_no_hash(strict, name):
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', strict[0][name].decode())
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"


def test_pages_share_their_code():
    files = make_files(kim_story(), strict_csp=True)
    code = {name for name in files if name.startswith("storymap-")}
    used = [name for page in PAGES for name in re.findall(r"storymap-[0-9a-f]{12}\.\w+", files[page].decode())]
    assert set(used) == code
    assert len(used) > len(code)
    assert sum(map(len, files.values())) < sum(map(len, make_files(kim_story()).values()))


def test_the_manifest_lists_the_code():
    files = make_files(kim_story(), strict_csp=True)
    for name in files.keys() - {"manifest.json"}:
        assert f'"{name}"' in files["manifest.json"].decode()


def test_the_code_is_that_of_the_page_with_its_code_inside():
    plain, strict = (make_files(kim_story(), strict_csp=flag) for flag in (False, True))
    blocks = re.findall(r"<(?:script|style)>(.*?)</", plain["map.html"].decode(), re.DOTALL)
    beside = b"".join(strict[name] for name in re.findall(r"storymap-\w+\.\w+", strict["map.html"].decode())).decode()
    for block in blocks:
        assert block in beside


def test_text_of_an_article_changes_no_policy():
    text = "content=\"script-src 'sha256-x'\" <meta http-equiv=Content-Security-Policy content=x> </script><style>"
    story = write_story(f"{text}\n\nIn [[{text}|Kiew]].", KIM_ENTRIES, title=text)
    page = make_files(story, strict_csp=True)["map.html"].decode()
    assert len(re.findall('<meta http-equiv="Content-Security-Policy" content="default-src', page)) == 1
    assert "script-src &#39;sha256-x&#39;" in page
    assert "script-src 'sha256-x'" not in page


def test_scripts_that_follow_each_other_are_one_file_and_stay_apart():
    scripts = "<script>a = 1</script>\n<script>(b)()</script>"
    page = seal(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">{scripts}')
    moved, files = move_code_out(page, integrity=False)
    (name,) = files
    assert files[name] == b"a = 1\n;\n(b)()"
    assert moved.count("<script") == 1
