"""The pages say what the sources say."""
import pathlib
import re
import unittest

from service import ROOT, haraka

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "sdk/README.md",
         *sorted((ROOT / "PluginsSrc").glob("*/README.md")), ROOT / "PluginsSrc/README.md"]


def listings(page, language):
    """The fenced listings of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


class Listings(unittest.TestCase):
    def test_the_readme_shows_the_swift_example_as_it_is(self):
        source = ROOT / "sdk/examples/disposable-swift/Sources/Disposable/Disposable.swift"
        self.assertIn(source.read_text(), listings(ROOT / "README.md", "swift"))

    def test_the_manual_shows_the_c_example_as_it_is(self):
        source = ROOT / "sdk/examples/disposable-c/disposable.c"
        self.assertIn(source.read_text(), listings(ROOT / "docs/plugins.md", "c"))

    def test_the_examples_take_at_most_25_lines_without_blank_ones(self):
        for name in ("disposable-swift/Sources/Disposable/Disposable.swift", "disposable-c/disposable.c"):
            text = (ROOT / "sdk/examples" / name).read_text()
            self.assertLessEqual(len([line for line in text.splitlines() if line.strip()]), 25, name)
            self.assertNotRegex(text, r'"i\(', "no signature is written by hand")


class Hooks(unittest.TestCase):
    def test_the_page_about_hooks_is_what_the_server_prints(self):
        page = (ROOT / "docs/hooks.md").read_text()
        self.assertEqual(page, haraka("hook-reference").stdout, "run: haraka hook-reference >docs/hooks.md")

    def test_every_hook_of_the_catalogue_has_a_section(self):
        catalogue = (ROOT / "Sources/Hooks/Catalogue.swift").read_text()
        names = re.findall(r"Row\(\s*\"(\w+)\"", catalogue)
        self.assertGreater(len(names), 30)
        self.assertEqual(names, re.findall(r"^## (\w+)$", (ROOT / "docs/hooks.md").read_text(), re.MULTILINE))


class Pages(unittest.TestCase):
    def test_every_link_leads_to_a_file(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
                if "://" in target:
                    continue
                with self.subTest(page=page.relative_to(ROOT), target=target):
                    self.assertTrue((page.parent / target).exists())

    def test_every_page_that_the_readme_names_is_shown(self):
        names = re.search(r"haraka -h NAME +a page: (.*)", (ROOT / "README.md").read_text()).group(1)
        for name in names.split(", "):
            with self.subTest(page=name):
                self.assertTrue(haraka("-h", name).stdout.strip())

    def test_no_two_pages_differ_by_case_only(self):
        names = [str(page.relative_to(ROOT)).lower() for page in PAGES]
        self.assertEqual(len(names), len(set(names)))


class Bundled(unittest.TestCase):
    """docs/bundled.md against the plugins' own sources."""

    def rows(self):
        text = (ROOT / "docs/bundled.md").read_text()
        for line in re.findall(r"^\| \[.*\|$", text, re.MULTILINE):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            name = re.match(r"\[(.*?)\]", cells[0]).group(1)
            yield name, set(re.findall(r"`(\w+)`", cells[2])), set(re.findall(r"`([\w.-]+)`", cells[3]))

    def test_every_bundled_plugin_has_a_row(self):
        folders = {path.parent.parent.name for path in ROOT.glob("PluginsSrc/*/Entry/Entry.swift")}
        self.assertEqual({name.replace("/", ".") for name, _, _ in self.rows()}, folders)

    def test_the_hooks_of_each_are_those_that_it_lists(self):
        for name, hooks, _ in self.rows():
            with self.subTest(plugin=name):
                text = (ROOT / "PluginsSrc" / name.replace("/", ".") / "Plugin.swift").read_text()
                listed = re.search(r"static var hooks: \[Hook<Self>\] \{(.*?)\n?\s*\}", text, re.DOTALL).group(1)
                points = re.findall(r"\.(\w+)\((?!:)", listed)
                self.assertEqual(hooks, {snake(point) for point in points})

    def test_the_files_that_each_ships_are_named(self):
        for name, _, files in self.rows():
            with self.subTest(plugin=name):
                folder = ROOT / "PluginsSrc" / name.replace("/", ".") / "config"
                self.assertLessEqual({path.name for path in folder.glob("*")}, files)


def snake(point):
    """`rcptOK` as the hook `rcpt_ok`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", point).lower()


if __name__ == "__main__":
    unittest.main()
