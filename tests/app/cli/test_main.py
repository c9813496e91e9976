"""The command line: what it says, where it says it, and its exit codes."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import skipscope
from skipscope import ProbeRequest, probe
from skipscope.app.cli.main import cli
from skipscope.app.settings import Settings
from skipscope.model.data.catalogue import catalogue
from skipscope.model.describe.presets import PRESETS, preset
from skipscope.model.describe.summary import summarize
from skipscope.model.formats import FORMATS


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("serve",),
        ("summary",),
        ("presets",),
        ("diff",),
        ("settings",),
        ("probe",),
        ("train",),
        ("compile",),
        ("data",),
        ("data", "list"),
        ("data", "fetch"),
    ],
    ids=str,
)  # fmt: skip
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        found = run(*command, flag)
        assert found.exit_code == 0
        assert "Usage:" in found.stdout


@pytest.mark.parametrize("form", ["text", "csv", "mermaid", "dot", "python", "html"])
def test_a_summary_is_that_of_the_api(form: str) -> None:
    found = run("summary", "resnet18", "--format", form)
    assert found.exit_code == 0
    assert found.stdout_bytes.decode() == FORMATS[form][1](summarize(preset("resnet18")))


def test_fields_are_set_as_words_numbers_and_lists() -> None:
    changes = ("--set", "norm=none", "-s", "image-size=64", "-s", "skips=[true,False,true]", "-s", "depths=1,1,1")
    found = run("summary", "resnet20", *changes, "-f", "json")
    assert found.exit_code == 0, found.stderr
    wanted = preset("resnet20", norm="none", image_size=64, skips=(True, False, True), depths=(1, 1, 1))
    assert json.loads(found.stdout)["architecture"] == wanted.model_dump(mode="json")
    one = run("summary", "resnet20", "-s", "depths=2", "-s", "widths=[16]", "-s", "skips=false", "-f", "json")
    assert json.loads(one.stdout)["totals"]["blocks"] == 2


def test_it_writes_files(tmp_path: Path) -> None:
    target = tmp_path / "net.py"
    assert run("summary", "resnet20", "-f", "python", "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8") == FORMATS["python"][1](summarize(preset("resnet20")))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("summary", "resnet65"), "Did you mean resnet56"),
        (("summary", "resnet18", "--set", "nrom=none"), "did you mean norm"),
        (("summary", "resnet18", "--set", "norm=nine"), 'norm="nine": did you mean none. It is batch, group or none.'),
        (("summary", "resnet18", "--set", "norm"), "FIELD=VALUE"),
        (("summary", "resnet18", "--set", "norm=none", "--set", "order=bn_after_addition"), "order="),
        (("summary", "resnet18", "--set", "depths=0,1"), "depths.0=0: give 1 or more"),
        (("summary", "resnet18", "--format", "yaml"), "yaml"),
        (("summary", "resnet18", "--output", "/nowhere/at/all"), "cannot write"),
        (("summary",), "name"),
        (("diff", "resnet18", "plain81"), "plain18"),
        (("deploy",), "deploy"),
    ],
    ids=str,
)  # fmt: skip
def test_bad_input_ends_with_2_and_the_reason_on_the_error_stream(words: tuple[str, ...], said: str) -> None:
    found = run(*words)
    assert found.exit_code == 2
    assert re.search(said, found.stderr, flags=re.IGNORECASE)
    assert found.stdout == ""


def test_settings_out_of_range_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_SLOTS", "0")
    found = run("serve")
    assert found.exit_code == 2
    assert "SKIPSCOPE_SLOTS=0: give 1 or more" in found.stderr


@pytest.mark.parametrize("wrong", ["caddy", "10.0.0.1/8", "10.0.0.1,x", "10.0.0.1,*"])
def test_a_proxy_that_is_no_address_is_refused(wrong: str) -> None:
    found = run("serve", "--forwarded-allow-ips", wrong)
    assert found.exit_code == 2
    assert f"SKIPSCOPE_FORWARDED_ALLOW_IPS={wrong}" in found.stderr
    assert "10.0.0.0/8" in found.stderr


def test_presets_are_listed() -> None:
    text, data = run("presets").stdout, json.loads(run("presets", "-f", "json").stdout)
    assert [row["name"] for row in data] == list(PRESETS)
    for row in data:
        assert re.search(rf"^  {row['name']} +{row['parameters']:,} parameters +{row['macs']:,} MACs", text, re.M)


def test_a_difference_is_told_field_by_field_and_in_figures() -> None:
    text, data = (
        run("diff", "resnet34", "plain34").stdout,
        json.loads(run("diff", "resnet34", "plain34", "-f", "json").stdout),
    )
    assert data["fields"] == {"skips": [True, False]}
    assert data["totals"]["parameters"]["values"] == [21_797_672, 21_623_848]
    assert re.search(r"^skips +true +false$", text, re.M)
    assert re.search(r"^parameters +21,797,672 +21,623,848 +-173,824 \(x 0\.992\)$", text, re.M)
    assert re.search(r"^MACs .* -19,267,584 ", text, re.M)
    assert re.search(r"^depth +34 +34 +same$", text, re.M)


def test_the_second_of_a_difference_can_be_changed() -> None:
    data = json.loads(run("diff", "resnet56", "resnet56", "--set", "norm=none", "-f", "json").stdout)
    assert data["fields"] == {"norm": ["batch", "none"]}
    assert "no field differs" in run("diff", "resnet56", "resnet56").stdout


def test_settings_are_all_listed() -> None:
    text, data = run("settings").stdout, json.loads(run("settings", "-f", "json").stdout)
    assert len(data) == len(Settings.model_fields)
    for row, (name, field) in zip(data, Settings.model_fields.items(), strict=True):
        assert row["variables"][0] == f"SKIPSCOPE_{name.upper()}"
        assert row["description"] == field.description
        assert row["variables"][0] in text


def test_a_summary_needs_neither_torch_nor_the_server() -> None:
    unwanted = "('torch', 'fastapi', 'uvicorn', 'orjson', 'pydantic_settings')"
    code = f"import sys, skipscope.app.cli.main; print([name for name in {unwanted} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_server_whose_limits_refuse_its_own_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKIPSCOPE_MAX_LAYERS", "40")
    answer = run("serve")
    assert answer.exit_code == 2
    assert "refuse the page's own default run" in answer.stderr
    assert "56 layers; the limit is 40" in answer.stderr


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"skipscope {skipscope.__version__}\n"


def test_data_sets_are_listed_with_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKIPSCOPE_DATASETS", str(tmp_path))
    text, rows = run("data", "list").stdout, json.loads(run("data", "list", "-f", "json").stdout)
    assert [row["name"] for row in rows] == list(catalogue(tmp_path))
    assert re.search(r"^digits +1,797 images +1 x 8 x 8 +10 classes", text, re.M)
    assert text.count("skipscope data fetch") == sum(row["missing"] is not None for row in rows) == 2


NETS = ("plain20", "resnet20", "-s", "norm=none", "-s", "depths=1,1", "-s", "widths=16,16")


def test_a_probe_is_that_of_the_library() -> None:
    wanted = probe(
        ProbeRequest.model_validate(
            {"variants": [{"preset": name, "norm": "none", "depths": [1, 1], "widths": [16, 16]} for name in NETS[:2]],
             "batch_size": 16, "seed": 3}
        )
    )  # fmt: skip
    data = json.loads(run("probe", *NETS, "--batch-size", "16", "--seed", "3", "-f", "json").stdout)
    assert data == json.loads(json.dumps(wanted))
    text = run("probe", *NETS, "--batch-size", "16", "--seed", "3").stdout
    rows = run("probe", *NETS, "--batch-size", "16", "--seed", "3", "-f", "csv").stdout.splitlines()
    assert len(rows) == 1 + sum(len(variant["taps"]) for variant in data["variants"])
    assert text.startswith(f"{data['comparison']}\n")
    for variant in data["variants"]:
        tap, rms = variant["taps"][-1], variant["values"]["activation_rms"][-1]
        assert re.search(rf"^{re.escape(tap)} +{rms:.4g} ", text, re.M)
        assert any(row.startswith(f"{variant['label']},{tap},{rms:.4g},") for row in rows)


def test_a_training_is_written_as_table_events_and_csv(tmp_path: Path) -> None:
    words = ("train", *NETS, "--steps", "5", "--batch-size", "16", "--record-every", "2")
    events = [json.loads(line) for line in run(*words, "-f", "json").stdout.splitlines()]
    assert [event["event"] for event in events] == ["schema", *["step"] * 3]
    steps = [event["step"] for event in events[1:]]
    assert steps == [0, 2, 4]
    target = tmp_path / "steps.csv"
    assert run(*words, "-f", "csv", "-o", str(target)).stdout == ""
    rows = list(csv.DictReader(target.read_text().splitlines()))
    assert [(int(row["step"]), row["variant"]) for row in rows] == [
        (step, variant["label"]) for step in steps for variant in events[0]["variants"]
    ]
    for row, event in zip(rows[::2], events[1:], strict=True):
        assert float(row["loss"]) == event["variants"][0]["loss"]
    lines = run(*words).stdout.splitlines()
    assert len(lines) == 1 + len(rows) + 3
    last = events[-1]
    assert lines[-3] == last["comparison"]
    for line, described, variant in zip(lines[-2:], events[0]["variants"], last["variants"], strict=True):
        assert line == f"{described['label']}: {' '.join(one['sentence'] for one in variant['findings'])}"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("probe", "resnet20", "--dataset", "nothing"), "Choose one of digits"),
        (("probe", "resnet20", "--batch-size", "0"), "batch_size"),
        (("probe", *["resnet20"] * 5), "at most 4"),
        (("train", "resnet20", "--steps", "0"), "steps"),
    ],
    ids=str,
)
def test_measuring_refuses_in_words(words: tuple[str, ...], said: str) -> None:
    found = run(*words)
    assert found.exit_code in (1, 2)
    assert said in found.stderr
    assert found.stdout == ""
