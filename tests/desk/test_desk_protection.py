"""What protects the desk: sessions, forms, headers, limits, errors without traces."""

from __future__ import annotations

import pytest
from desk_setting import ORIGIN, SCHOOL, Browser, Clock, all_routes, grant, new_app, post_routes
from fastapi import FastAPI
from sqlalchemy import select

from issuer.desk.desk_store import session_table
from issuer.desk.settings import DeskError, Login, Settings
from issuer.register.database import Database


def test_nobody_comes_in_without_logging_in(browser: Browser) -> None:
    page = browser.client.get("/acting", follow_redirects=False)
    assert page.status_code == 303
    assert page.headers["location"] == "/login?next=/acting"


def test_a_person_logs_in_and_out(browser: Browser) -> None:
    browser.log_in("clerk")
    assert browser.get("/acting").status_code == 200
    assert "Rīgas Īvenes vidusskola" in browser.page.text
    browser.post("/logout")
    assert browser.client.get("/acting", follow_redirects=False).status_code == 303


def test_the_key_changes_at_login_and_the_old_one_is_worth_nothing(browser: Browser, app: FastAPI) -> None:
    browser.get("/login/development")
    before = browser.client.cookies["atestats"]
    browser.log_in()
    assert browser.client.cookies["atestats"] != before
    thief = Browser(app)
    thief.client.cookies["atestats"] = before
    assert thief.client.get("/acting", follow_redirects=False).status_code == 303


def test_the_store_holds_no_key_that_opens_a_session(browser: Browser, app: FastAPI) -> None:
    browser.log_in()
    with app.state.limits._engine.connect() as connection:
        keys = connection.execute(select(session_table.c.key)).scalars().all()
    assert browser.client.cookies["atestats"] not in keys


@pytest.mark.parametrize("steps", [[21 * 60], [15 * 60] * 41])
def test_a_session_ends_without_use_and_after_ten_hours(
    browser: Browser, clock: Clock, steps: list[int]
) -> None:
    browser.log_in()
    for seconds in steps[:-1]:
        clock.move(seconds=seconds)
        assert browser.client.get("/acting", follow_redirects=False).status_code == 200
    clock.move(seconds=steps[-1])
    assert browser.client.get("/acting", follow_redirects=False).status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.client.get("/login/development").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_tls_the_cookie_is_bound_to_host_and_tls(register: Database, clock: Clock) -> None:
    from starlette.testclient import TestClient

    from issuer.desk import create_app

    settings = Settings(address="https://desk.test", login=Login("https://login.test", "x"))
    app = create_app(settings, register, clock=clock)
    assert "/login/development" not in [route.path for route in all_routes(app)]
    with TestClient(app, base_url="https://desk.test") as client:
        page = client.get("/login")
        assert "max-age" in page.headers["strict-transport-security"]
        assert client.get("/login/development").status_code == 404


def test_development_login_cannot_be_had_outside_this_machine(register: Database, clock: Clock) -> None:
    with pytest.raises(DeskError, match="DESK_DEVELOPMENT"):
        Settings(address="https://desk.test", development=True)
    app = new_app(register, clock)
    from starlette.testclient import TestClient

    far = TestClient(app, base_url=ORIGIN, client=("192.0.2.7", 50000), raise_server_exceptions=False)
    assert far.get("/login/development").status_code == 404


def test_no_setting_switches_development_on(tmp_path) -> None:
    file = tmp_path / "desk.toml"
    file.write_text('[desk]\naddress = "http://localhost"\ndevelopment = true\n')
    with pytest.raises(DeskError, match="DESK_SETTINGS"):
        Settings.load(file)


def test_every_form_is_refused_without_its_token(browser: Browser, app: FastAPI) -> None:
    browser.log_in("director")
    routes = post_routes(app)
    assert "/logout" in routes
    for path in routes:
        page = browser.client.post(path, data={"csrf": "guessed"}, headers={"Origin": ORIGIN})
        assert page.status_code == 403, path
        assert "FORM_EXPIRED" in page.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Referer": "https://evil.test/localhost:8000"},
        {},
    ],
)
def test_every_form_is_refused_from_elsewhere(browser: Browser, headers: dict[str, str]) -> None:
    browser.log_in()
    browser.get("/acting")
    page = browser.client.post("/logout", data={"csrf": browser.token}, headers=headers)
    assert page.status_code == 403
    assert "ORIGIN" in page.text
    assert browser.get("/acting").status_code == 200


def test_pages_allow_no_inline_code_and_no_frames(browser: Browser) -> None:
    for path in ("/login", "/login/development", "/no/such/page", "/static/x/desk.css"):
        page = browser.get(path)
        csp = page.headers["content-security-policy"]
        assert "unsafe" not in csp
        assert "default-src 'none'" in csp
        assert "frame-ancestors 'none'" in csp
        assert page.headers["x-content-type-options"] == "nosniff"
        assert " style=" not in page.text
        assert "<style" not in page.text
        assert " on" + "click=" not in page.text


def test_another_host_name_is_refused(browser: Browser) -> None:
    assert browser.client.get("/login", headers={"Host": "evil.test"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["//evil.test", "/\\evil.test", "https://evil.test", "\\\\evil.test", "/a\tb"]
)
def test_nobody_is_sent_to_another_site(browser: Browser, path: str) -> None:
    page = browser.client.get("/language/en", params={"next": path}, follow_redirects=False)
    assert page.headers["location"] == "/"


def test_a_request_larger_than_allowed_is_refused_also_without_a_stated_length(browser: Browser) -> None:
    browser.get("/login/development")
    page = browser.post("/login/development", {"role": "x" * 1_100_000})
    assert page.status_code == 413

    def parts():
        for _ in range(20):
            yield b"x" * 100_000

    page = browser.client.post(
        "/logout",
        content=parts(),
        headers={"Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"},
    )
    assert page.status_code == 413
    assert "BODY_TOO_LARGE" in page.text


def test_a_fault_of_ours_shows_a_number_and_no_trace(
    browser: Browser, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("Anna Bērziņa 320101-12345")

    page = browser.get("/broken")
    assert page.status_code == 500
    assert "Anna" not in page.text
    assert "Traceback" not in page.text
    assert "Kļūda ir mūsu pusē" in page.text
    assert "The fault is on our side" in page.text
    record = caplog.records[-1].getMessage()
    assert "Anna" not in record
    assert "RuntimeError" in record
    number = record.split()[1].rstrip(":")
    assert number in page.text


def test_access_that_is_ended_ends_at_once(browser: Browser, register: Database, app: FastAPI) -> None:
    from sqlalchemy import update

    from issuer.register.tables import access_grant

    grant(register, "dev-auditor", "clerk")
    browser.log_in("auditor")
    page = browser.get("/acting")
    assert "Rīgas Īvenes" in page.text
    with register.writing() as session:
        session.execute(update(access_grant).values(ended_at=app.state.clock()))
    assert "Rīgas Īvenes" not in browser.get("/acting").text


def test_choosing_a_grant_that_one_does_not_have_changes_nothing(browser: Browser) -> None:
    browser.log_in("clerk")
    browser.get("/acting")
    browser.post("/acting", {"grant": f"director|{SCHOOL}||"})
    assert "Lietvedis" in browser.get("/acting").text
