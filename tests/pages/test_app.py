import subprocess
import sys

import pytest
import streamlit as st
from example_sessions import Example, add_session
from streamlit.testing.v1 import AppTest

from physio.config import ROOT

HOLD = """
import sys, time
from pathlib import Path
from physio.storage.store import Store
store = Store(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("page", ["review", "trends", "patients"])
def test_a_database_that_another_process_holds(page, tmp_path, monkeypatch):
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path))
    st.cache_resource.clear()
    command = [sys.executable, "-c", HOLD, str(tmp_path / "physio.duckdb")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as holder:
        try:
            assert holder.stdout.readline() == b"held\n"
            app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page(f"pages/{page}.py").run()
        finally:
            holder.kill()
    assert not app.exception
    (error,) = app.error
    assert "Another physio" in error.value
    assert "PHYSIO_DATA" in error.value


def test_a_new_database_starts_with_the_demo_patient(tmp_path, monkeypatch):
    monkeypatch.setenv("PHYSIO_DATA", str(tmp_path / "new"))
    st.cache_resource.clear()
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).switch_page("pages/patients.py").run()
    assert not app.exception
    assert app.dataframe[0].value[["code", "mark"]].values.tolist() == [["P-DEMO", "demo"]]
    st.cache_resource.clear()


@pytest.mark.models
def test_about_says_where_everything_is(store, open_page, page_text, tmp_path):
    app = open_page("about")
    assert not app.exception
    assert "Decision support for a qualified physiotherapist. Not a diagnosis." in page_text(app)
    assert str(tmp_path / "physio.duckdb") in app.code[0].value
    assert "not of what a person feels" in page_text(app)
    assert "docs/validation.md" in page_text(app)
    assert "No pain in the face does not mean no pain" in page_text(app)
    assert "physio_pose.task" in page_text(app) or "pose_landmarker" in page_text(app)


@pytest.mark.parametrize("page", ["live", "upload"])
def test_models_that_are_damaged_are_told(page, records, open_page, tmp_path, monkeypatch):
    damaged = tmp_path / "models"
    damaged.mkdir()
    for name in ("physio_pose.task", "physio_face.task"):
        (damaged / name).write_bytes(b"half a download")
    monkeypatch.setenv("PHYSIO_MODELS", str(damaged))
    records.patients.add("P001", "A. Berger")
    app = open_page(page)
    assert not app.exception
    (error,) = app.error
    assert "damaged" in error.value
    assert str(damaged) in error.value


def test_sessions_can_be_looked_at_without_models(records, open_page, page_text, tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    for name in ("physio_pose.task", "physio_face.task"):
        (tmp_path / "models" / name).write_bytes(b"half a download")
    monkeypatch.setenv("PHYSIO_MODELS", str(tmp_path / "models"))
    records.patients.add("P001", "A. Berger")
    add_session(records, "P001", Example(reps=4))
    app = open_page("review")
    assert not app.exception
    assert not app.error
    assert ">4<" in page_text(app)
