"""benchmarks/host: two small cases end to end, what its numbers mean, and how it fails."""
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import csv
import json
import textwrap
import time
from pathlib import Path

import pytest
import torch
from host import aims, losses, measure, options, plots, ratios, report, worker
from host.__main__ import main
from host.cases import all_cases
from host.driver import Driver
from host.peers import Runner, iree
from host.peers.setup import flat
from host.results import NoMarkers, OtherMachine, Results, write_csv
from rows import MEASURED, row

ROOT = Path(__file__).resolve().parents[2]


def test_two_cases_end_to_end(tmp_path, capsys):
    peers = ["xcc", "eager", *(["iree"] if iree.is_installed() else [])]
    names = ["gemm-f32-64", "attention-decode-f32-12x1024x64"]
    arguments = [*names, "--threads", "1", "--seconds", "0.02", "--no-cold"]
    assert main([*arguments, "--peers", ",".join(peers), "--output", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    rows = json.loads((tmp_path / "host.json").read_text())["rows"]
    assert [r["case"] for r in rows] == names
    for found in rows:
        assert list(found["peers"]) == peers
        for peer in peers:
            assert found["peers"][peer]["status"] == "ok"
            assert found["peers"][peer]["error"] <= found["bound"]
            assert 0 < found["peers"][peer]["min_ms"] <= found["peers"][peer]["median_ms"]
    assert out == (tmp_path / "README.md").read_text()
    assert "| gemm-f32-64 | " in out and "% of roof" in out and "% of roof" in err
    lines = list(csv.DictReader((tmp_path / "host.csv").open()))
    assert [(line["case"], line["peer"]) for line in lines] == [
        (n, p) for n in names for p in peers
    ]
    assert (tmp_path / "ratios.svg").read_text().startswith("<svg ")

    # Nothing is left to do: no case is measured again.
    before = (tmp_path / "host.json").read_text()
    assert main([*arguments, "--resume", "--output", str(tmp_path)]) == 0
    assert (
        json.loads(before)["rows"][0]["peers"]
        == json.loads((tmp_path / "host.json").read_text())["rows"][0]["peers"]
    )
    # Unless asked for: this case again, in its place.
    again = [names[0], *arguments[2:], "--resume", "--again", "--output", str(tmp_path)]
    assert main([*again, "--peers", "eager"]) == 0
    rows = json.loads((tmp_path / "host.json").read_text())["rows"]
    assert [r["case"] for r in rows] == names
    assert [list(r["peers"]) for r in rows] == [["eager"], peers]


def test_a_peer_that_ends_the_process_is_left_out(tmp_path, monkeypatch):
    (tmp_path / "deadly.py").write_text(
        textwrap.dedent("""
            import os, signal, sys
            from host import worker
            def die(setup, threads):
                os.kill(os.getpid(), signal.SIGSEGV)
            def fail(setup, threads):
                raise ValueError("no such luck")
            worker.PEERS |= {"inductor": die, "autotune": fail}
            sys.exit(worker.main())
        """)
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(Driver, "WORKER", "deadly")
    case = next(case for case in all_cases() if case.name == "gemm-f32-64")
    settings = options.parse(
        ["--threads", "1", "--peers", "inductor,eager,autotune", "--seconds", "0.01"]
    )
    with Driver(settings) as driver:
        (found,) = driver.run(case)
    assert found["peers"]["eager"]["status"] == "ok"
    dead = {"status": "failed", "reason": "the process ended with SIGSEGV"}
    assert found["peers"]["inductor"] == dead
    failed = {"status": "failed", "reason": "ValueError: no such luck"}
    assert found["peers"]["autotune"] == failed


def test_lines_that_come_together_are_heard(tmp_path, monkeypatch):
    """As a row and "done" do, which a select() behind a buffer would wait for in vain."""
    (tmp_path / "hasty.py").write_text(
        textwrap.dedent("""
            import os, sys
            sys.stdin.readline()
            os.write(int(sys.argv[1]), b'{"row": {"case": "a"}}\\n{"done": "a"}\\n')
            sys.stdin.readline()
            """)
    )
    monkeypatch.setattr(Driver, "WORKER", "hasty")
    monkeypatch.setattr("host.driver.FOLDER", tmp_path)
    monkeypatch.setattr("host.driver.SECONDS_OF_A_CASE", 20.0)
    settings = options.parse(["gemm-f32-64", "--threads", "1"])
    started = time.monotonic()
    with Driver(settings) as driver:
        assert driver.run(options.choose(settings)[0]) == [{"case": "a"}]
    assert time.monotonic() - started < 10


def test_cases_have_names_of_their_own_and_every_family():
    cases = all_cases()
    assert len({case.name for case in cases}) == len(cases)
    families = {case.family for case in cases}
    assert families == {case.family for case in cases if case.is_quick}
    assert len(families) == 8


def test_errors_are_seen():
    expected = [torch.tensor([1.0, -4.0], dtype=torch.float64), torch.tensor([1, 2])]
    exact = [torch.tensor([1.0, -4.0]), torch.tensor([1, 2])]
    assert measure.scaled_error(exact, expected) == 0
    assert measure.scaled_error([exact[0] + 1, exact[1]], expected) == 0.25
    assert measure.scaled_error([exact[0], exact[1] + 1], expected) == float("inf")
    assert measure.scaled_error([exact[0] * float("nan"), exact[1]], expected) == float("inf")
    assert measure.scaled_error([exact[0][:1], exact[1]], expected) == float("inf")
    assert measure.scaled_error(exact[:1], expected) == float("inf")


def test_peers_take_turns():
    calls = []
    times = measure.interleave({name: lambda n=name: calls.append(n) for name in "ab"}, 0.05)
    assert times["a"].calls > measure.LEAST_TURNS and times["a"].min_ms <= times["a"].median_ms
    # Which of them begins a turn changes.
    blocks = [n for i, n in enumerate(calls) if i == 0 or calls[i - 1] != n]
    assert "".join(blocks).startswith("abab") and "aa" not in "".join(blocks)
    # What is between the turns has no part in anyone's time.
    turns = []
    measure.interleave({"a": lambda: None}, 0.01, lambda: turns.append(time.sleep(0.02)))
    assert len(turns) >= measure.LEAST_TURNS


def test_slow_calls_are_not_repeated(monkeypatch):
    calls = []

    def slow(setup, threads):
        def run():
            calls.append(1)
            time.sleep(0.03)
            return setup.module(*setup.inputs)

        return Runner(run, flat)

    monkeypatch.setattr(measure, "SLOW_SECONDS", 0.02)
    monkeypatch.setitem(worker.PEERS, "eager", slow)
    said = []
    worker.Worker(said.append).answer(
        {
            "case": "gemm-f32-64",
            "threads": [1],
            "peers": ["eager"],
            "seconds": 0.1,
            "patience": 10,
            "broken": {},
        }
    )
    (found,) = [message["row"] for message in said if "row" in message]
    assert len(calls) == found["peers"]["eager"]["calls"] == 1
    assert found["peers"]["eager"]["median_ms"] >= 30


def test_ratios():
    found = row(xcc=2.0, eager=3.0, inductor=5.0, iree=1.0)
    assert ratios.ratio(found, "torch") == 1.5
    assert ratios.ratio(found, "iree") == 0.5
    assert ratios.ratio(found, "autotune") is None
    found["peers"]["eager"] = {"status": "wrong", "reason": "error 1, bound 2"}
    assert ratios.ratio(found, "torch") == 2.5
    summary = ratios.summary([found, row("gelu", "map", xcc=1.0, eager=10.0)])
    assert [line["family"] for line in summary] == ["row", "map", "all"]
    assert summary[-1]["torch"]["geomean"] == pytest.approx(5.0)
    assert summary[-1]["torch"]["least"] == 2.5
    assert summary[-1]["iree"]["count"] == 1


def test_losses():
    rows = [
        row("gemm-a", xcc=2.0, eager=1.5, iree=1.98),
        row("conv-b", threads=2, xcc=2.0, eager=3.0, iree=1.0),
        row("conv-c", xcc=2.0, eager=2.0),
    ]
    found = [(line["case"], other, value) for line, other, value in losses.losses(rows)]
    assert found == [("conv-b", "iree", 0.5), ("gemm-a", "torch", 0.75)]
    known = [
        {"case": "conv-*", "against": "torch", "reason": "no", "next": "no"},
        {"case": "conv-*", "against": "iree", "threads": 1, "reason": "no", "next": "no"},
        {"case": "conv-?", "against": "iree", "threads": 2, "reason": "yes", "next": "do"},
    ]
    assert losses.explain(rows[1], "iree", known)["reason"] == "yes"
    assert losses.explain(rows[0], "torch", known) is None
    text = "\n".join(losses.loss_lines([row("no-such-case", xcc=2.0, eager=1.0)]))
    assert "| no-such-case | 1 | torch | 0.50 | not known yet | profile it |" in text
    assert losses.loss_lines(rows[2:]) == []


def test_aims():
    rows = [
        row("gemm-f32-512", threads=2, xcc=2.0, eager=2.2) | {"roof_ms": 1.7, "roof": "products"},
        row("gemm-f32-1024", threads=2, xcc=2.0, eager=1.6) | {"roof_ms": 1.0, "roof": "products"},
        row("bert_base-1", family="model", xcc=2.0, eager=3.0, inductor=2.5),
        row("bert_base-4", family="model", xcc=2.0, eager=1.0),
    ]
    cold = [{"case": "b", "peer": "xcc_compile", "seconds": 1.0}]
    text = "\n".join(aims.aim_lines(rows, cold))
    where = "gemm-f32-1024 on 2; 1 of 2 rows below"
    assert f"| f32 products of 512 cubed and more to torch | 0.95 | 0.80 | no | {where} |" in text
    assert f"| 0.80 | 0.50 | no | {where} |" in text
    assert "| models at batch 1 to torch, each | 1.00 | 1.25 | yes | bert_base-1 on 1; 0 of" in text
    assert "IREE" not in text and "cold" not in text
    cold.append({"case": "b", "peer": "inductor", "seconds": 4.0})
    assert "at most | 0.33 | 0.25 | yes | b; 1 models |" in aims.cold_line(cold)


def test_every_loss_of_the_table_has_a_reason():
    rows = json.loads((options.WHOLE / "host.json").read_text())["rows"]
    known = losses.reasons()
    unexplained = [
        (line["case"], line["threads"], other, round(value, 2))
        for line, other, value in losses.losses(rows)
        if not losses.explain(line, other, known)
    ]
    assert not unexplained


def test_files(tmp_path):
    rows = [row(xcc=2.0, eager=3.0, iree=4.0), row(threads=2, xcc=1.0, eager=0.5)]
    rows[0]["peers"]["inductor"] = {"status": "failed", "reason": "TypeError: a|b"}
    results = Results.open(tmp_path, resume=False)
    results.note_roofs(
        MEASURED
        | {
            "bandwidths": MEASURED["bandwidths"]
            + [entry | {"threads": 2} for entry in MEASURED["bandwidths"]]
        }
    )
    results.add(rows)
    results.add_cold([{"case": "bert-1", "peer": "xcc_compile", "seconds": 1.0, "bytes": 10**6}])
    text = results.finish(["other", "softmax"])
    assert "Measured so far: 1 of 2 cases" in text
    assert "so far" not in results.finish(["softmax"])
    assert (
        "| softmax | 2 |  | 3 | failed |  | 4 | 1.50 |  | 2.00 | 40 (bytes) | 40 |  |  | 2.0e-05 |"
        in text
    )
    assert "- Inductor, failed: TypeError: a|b: softmax" in text
    assert "| bert-1 | 1.00 |" in text
    write_csv(tmp_path / "again.csv", results.content["rows"])
    assert (tmp_path / "again.csv").read_text() == (tmp_path / "host.csv").read_text()
    first = (tmp_path / "host.csv").read_text().splitlines()[1]
    assert first.startswith("softmax,row,f32,1,xcc,ok,,2.0,2.0,3,")
    assert Results.open(tmp_path, resume=True).has("softmax", [1, 2])
    assert not Results.open(tmp_path, resume=True).has("softmax", [1, 4])


def test_summary_of_a_readme(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{report.OPENING}\nold\n{report.CLOSING}\nafter\n")
    results = Results.open(tmp_path / "results/host", resume=False)
    results.content["rows"] = [
        row(xcc=2.0, eager=3.0),
        row(threads=2, xcc=1.0, eager=2.0, iree=3.0),
    ]
    results.quote(readme)
    text = readme.read_text()
    assert text.startswith("before\n<!-- made by") and text.endswith("made -->\nafter\n")
    assert "| 1 | 1 | 1.50, 1.50 |  |  |\n| 2 | 1 | 2.00, 2.00 |  | 3.00, 3.00 |" in text
    assert "![ratios by family](results/host/families.svg)" in text and "old" not in text
    results.quote(readme)
    assert readme.read_text() == text
    # The README of the project has the place.
    project = (ROOT / "README.md").read_text()
    assert project.count(report.OPENING) == 1 == project.count(report.CLOSING)
    readme.write_text("nothing")
    with pytest.raises(NoMarkers, match=r"and its end in .*README.md, got neither"):
        results.quote(readme)


def test_results_of_another_machine_are_not_gone_on_with(tmp_path):
    results = Results.open(tmp_path, resume=False)
    results.content["machine"]["processor"] = "abacus"
    results.save()
    with pytest.raises(OtherMachine, match="expected processor abacus as in"):
        Results.open(tmp_path, resume=True)
    assert main(["gemm-f32-64", "--resume", "--output", str(tmp_path)]) == 1


def test_plots_clip_and_need_rows():
    content = {"rows": []}
    assert plots.draw(content) == {}
    content["rows"] = [row(xcc=1.0, eager=1000.0, iree=0.001) | {"roof_ms": 0.5, "roof": "bytes"}]
    drawings = plots.draw(content)
    assert sorted(drawings) == ["families.svg", "ratios.svg", "roofs.svg"]
    assert "1000.00" in drawings["ratios.svg"] and "50% bytes" in drawings["roofs.svg"]
    assert report.progress_line(content["rows"][0]).endswith("50% of roof")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--threads", "0"], "expected different numbers of threads such as 1,2, got '0'"),
        (["--threads", "2,2"], "expected different numbers of threads such as 1,2, got '2,2'"),
        (["--peers", "tvm"], "expected peers among xcc, xcc_compile, eager, inductor, autotune"),
        (["--seconds", "0"], "expected --seconds above 0, got 0"),
        (["no-such-*"], "expected a case's name or pattern, got 'no-such-*'; --list shows them"),
    ],
)
def test_wrong_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_a_part_does_not_replace_the_table(monkeypatch):
    assert options.parse([]).output == options.WHOLE
    assert options.parse(["--quick"]).output == options.PART
    monkeypatch.chdir(ROOT)
    assert options.parse(["--output", "benchmarks/results/host"]).output == options.WHOLE
    assert options.parse(["gemm-f32-64"]).output == options.PART


def test_list(capsys):
    assert main(["--list", "--quick", "softmax*"]) == 0
    assert capsys.readouterr().out == "softmax-f32-4096x1024\n"
